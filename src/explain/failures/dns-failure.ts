import type { FailureClass } from '../failure-class.ts';

export const dnsFailure: FailureClass = {
  class: 'dns-failure',
  signs: [
    {
      says: /installing a direct dependency of \S+[/]\.tools[/]pnpm[/](?<version>\d[\d.]*)/,
      beside: /EAI_AGAIN|ENOTFOUND/,
      sure: 0.97,
      cause:
        'pnpm fetches itself in the version {version} that `packageManager` of package.json names, and has no network to do so',
      cure: 'have pnpm {version} in place of the other version (in targetry.yaml by `tools: { npm: [pnpm@{version}] }`), or keep it from looking by `npm_config_manage_package_manager_versions=false` in its variables',
    },
    {
      says: /\bUnknown host '(?<host>[\w.-]+)'|Failed host lookup: '(?<host2>[\w.-]+)'|\bERR_NAME_NOT_RESOLVED\b|: host not found$|[Hh]ost ?name cannot be resolved|[Cc]ould not look up host\b|Resource temporarily unavailable \((?<host3>[\w.-]+):\d+\)/,
      unless: /expect|assert/,
      sure: 0.88,
    },
    {
      says: /\bDNSResolveFailed\b|[Rr]esolving timed out after \d+|(?:cannot|could not|can't|unable to|failed to) resolve (?:the )?(?:host ?name|host|DNS)\b/,
      unless: /^sudo|\bsudo: /,
      sure: 0.9,
      soft: true,
    },
    {
      says: /Gem::RemoteFetcher::UnknownHostError|[{:, ]:?nxdomain\b|\bNXDOMAIN\b|\bUnknown host: ?\S|Got socket error trying to find package/,
      unless: /expect|assert/,
      sure: 0.82,
      soft: true,
    },
    {
      says: /Fehler bei der Namensauflösung|chec temporaire dans la résolution du nom|Fallo temporal en la resolución del nombre|Falha temporária na resolução de nome|域名解析(?:暂时失败|出现暂时性错误)|暂时不能解析域名|Временный сбой в разрешении им|名前解決に一時的に失敗しました|Der Name oder der Dienst ist nicht bekannt|Nom ou service inconnu|Nombre o servicio desconocido|Nome o servizio sconosciuto|Nome ou serviço desconhecido|未知的名称或服务|Имя или служба не известны|名前またはサービスが不明です/,
      unless: /^sudo:/,
      sure: 0.92,
    },
    { says: /(?:Something wicked happened|System error) resolving '(?<host>[^':]+)/, sure: 0.93 },
    {
      says: /\[Errno -3\] Try again|\bgetaddrinfo\b.{0,40}: Try again|\bgetaddrinfo(?:\(\))? (?:failed|error)\b|\blookup \S+: Try again/,
      sure: 0.92,
    },
    {
      says: /The remote name could not be resolved|Could not contact DNS servers|keyserver receive failed: (?:No name|Try again later)/,
      sure: 0.84,
    },
    { says: /Could not reach host (?<host>[\w.-]+)\. Check your network connection/, sure: 0.82 },
    { says: /Temporary failure resolving '?(?<host>[^' ]+)/, sure: 0.95 },
    {
      says: /Could not resolve (?:host(?:name)?|proxy)?:? ?'?(?<host>[\w.-]+)/,
      unless:
        /mirrorlist\.centos\.org|dependenc|Could not resolve (?:'\.|'@|"|the|all|module|entry|'[\w/@-]+'$|[\w.-]+:[\w.-]+:\S)/,
      sure: 0.9,
    },
    {
      says: /^(?:(?:E|W|Err|Error|Warning|Ign):.*)?\s*Could not resolve '(?<host>[\w.-]+\.\w+)'/,
      sure: 0.94,
    },
    { says: /Couldn't resolve host/, unless: /mirrorlist\.centos\.org/, sure: 0.92 },
    {
      says: /Temporary failure in name resolution|Name or service not known|nodename nor servname provided|Name does not resolve|Name resolution (?:failed|timed out)|NameResolutionError|No address associated with hostname/,
      unless: /sudo: unable to resolve|mirrorlist\.centos\.org|hostname: /,
      sure: 0.92,
    },
    { says: /\bgetaddrinfo (?:ENOTFOUND|EAI_AGAIN|EAI_FAIL)\b(?: (?<host>[\w.-]+))?/, sure: 0.92 },
    { says: /\b(?:ENOTFOUND|EAI_AGAIN)\b/, unless: /test/, sure: 0.9 },
    {
      says: /dial \w+: lookup (?<host>[\w.-]+)(?: on [\w.:[\]]+)?: (?:no such host|server misbehaving|i\/o timeout|Temporary failure|connection refused|read udp)/,
      sure: 0.94,
    },
    {
      says: /lookup (?<host>[\w.-]+)(?: on \S+)?: (?:no such host|server misbehaving|i\/o timeout|.{0,60}connection refused|.{0,60}(?:network is unreachable|operation not permitted))/,
      sure: 0.93,
    },
    { says: /\bno such host\b/, sure: 0.88 },
    { says: /bad address '(?<host>[^']+)'/, sure: 0.92 },
    {
      says: /DNS(?: lookup)?(?: error|: (?:transient|name does not exist|no (?:address|data)|lookup))|DNS (?:lookup|resolution|query|server|request).{0,40}(?:fail|error|timed? ?out|refused|unreachable|could not)|dns error|failed to lookup address information/,
      unless: /checking/,
      sure: 0.9,
    },
    { says: /unable to resolve host(?:name)?(?: address)? '?(?<host>[\w.-]+)/, unless: /^sudo:/, sure: 0.9 },
    {
      says: /unable to look up|TemporaryNameServerFailure|UnknownHostName|NameServerFailure|UnknownHostException|HostNotFound/,
      unless: /test/,
      sure: 0.88,
    },
    { says: /(?:socket\.)?gaierror/, sure: 0.88 },
    {
      says: /wget: unable to resolve|ping: \S+: (?:Temporary|Name|bad)|ssh: Could not resolve hostname/,
      sure: 0.93,
    },
  ],
  cause:
    'the name {host|of a server} can\'t be resolved here: the step has no network, or no working DNS server. What is "not found" after it was never asked for',
  cure: 'give the step a network (`network: true` in targetry.yaml; no `--network=none`), and a DNS server that answers from inside: /etc/resolv.conf, `"dns"` in Docker\'s daemon.json, `--dns`; behind a proxy set HTTPS_PROXY',
  asks: ['dns'],
  explains: [
    'package-not-found',
    'repo-index-unreachable',
    'tool-missing',
    'package-version-gone',
    'apt-signature',
    'connection-failed',
    'package-conflict',
    'git-auth',
    'runtime-lib-missing',
    'dev-package-missing',
    'image-not-found',
    'eol-repo',
    'npm-version-missing',
    'download-damaged',
  ],
  references: [
    'https://docs.docker.com/engine/daemon/troubleshoot/#dns-resolver-issues',
    'https://github.com/alexbers/mtprotoproxy/issues/212',
  ],
  examples: [
    "Err:1 http://mirror.example/debian buster InRelease\n  Temporary failure resolving 'mirror.example'\nE: Unable to locate package libcap2-bin",
    'curl: (6) Could not resolve host: github.com',
    'npm ERR! code EAI_AGAIN\nnpm ERR! request to https://registry.example/x failed, reason: getaddrinfo EAI_AGAIN registry.example',
    'go: golang.org/x/sys@v0.5.0: Get "https://proxy.example/golang.org/x/sys/@v/v0.5.0.mod": dial tcp: lookup proxy.example on 127.0.0.11:53: server misbehaving',
    "wget: bad address 'github.com'",
  ],
  lookAlikes: [
    '> Could not resolve commons-io:commons-io:1.4.',
    'sudo: unable to resolve host build-1: Name or service not known',
    'curl: (6) getaddrinfo() thread failed to start',
    'Could not resolve host: mirrorlist.centos.org; Unknown error',
    "Module not found: Error: Can't resolve './app'",
  ],
};
