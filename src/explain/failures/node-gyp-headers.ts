import type { FailureClass } from '../failure-class.ts';

export const nodeGypHeaders: FailureClass = {
  class: 'node-gyp-headers',
  signs: [
    { says: /gyp ERR! install response timeout/, sure: 0.85 },
    {
      says: /gyp http 404 \S*headers|gyp (?:ERR!|error) install response status \d+|headers\.tar\.gz local checksum \S+ not match remote/,
      sure: 0.9,
    },
    { says: /not a problem with node-gyp or the package itself/, sure: 0.84 },
    {
      says: /Error: incorrect header check/,
      beside: /(?:downloading|GET):? \S+\/node-v\d\S*\.tar\.gz|node-gyp rebuild/,
      within: 8,
      sure: 0.85,
    },
    {
      says: /no such file or directory, \w+ .\S*\/node-gyp\/\S+\/include\/node\//,
      sure: 0.9,
    },
    { says: /status code downloading (?:tarball|checksum|headers|\S*headers)/, sure: 0.92 },
    {
      says: /gyp (?:ERR!|error) stack (?:Error: )?(?:404|403|50\d|status)\b.*(?:download|tarball|headers)/,
      sure: 0.92,
    },
    {
      says: /(?:gyp|node-gyp|node-pre-gyp).*(?:headers|nodejs\.org|dist|SHASUMS256|tarball).*(?:fail|error|404|timeout|ETIMEDOUT|ECONNRESET|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|unable|reset|refused)/,
      sure: 0.88,
    },
    {
      says: /request to https?:\/\/\S*(?:node-v\S*headers|nodejs\.org\/(?:download|dist)|nodejs\/release|electronjs\.org\/headers|SHASUMS)\S* failed/,
      sure: 0.94,
    },
    {
      says: /(?:\d{3}|status|response)\S* .{0,40}(?:downloading|from|for) \S*(?:node-v\S*headers\S*|nodejs\.org\/\S*)/,
      sure: 0.9,
    },
    {
      says: /fatal error: '?(?<header>node(?:_api|_version|_buffer|_object_wrap)?\.h|v8(?:-\w+)?\.h|js_native_api\.h|nan\.h|napi\.h|node\/\w+\.h)'?(?:: No such file| file not found)/,
      sure: 0.9,
    },
    {
      // Every run of node-gyp names the file among its arguments.
      says: /common\.gypi not found|No such file or directory:.*include\/node\/common\.gypi|gyp: .*common\.gypi.{0,60}not found/,
      sure: 0.94,
    },
    {
      says: /This is most likely not a problem with node-gyp or the package itself and is related to network connectivity/,
      sure: 0.93,
    },
    {
      says: /gyp .{0,80}(?:--nodedir|nodedir|node root dir).{0,80}(?:not found|does not exist|missing|invalid|no such)/,
      sure: 0.88,
    },
    {
      says: /(?:network|Request|tunneling socket|connect|getaddrinfo|fetch).{0,80}(?:fail|error|ETIMEDOUT|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ECONNRESET).*(?:nodejs\.org|node-gyp|headers\.tar|electronjs\.org)/,
      beside: /gyp/,
      sure: 0.92,
    },
    {
      says: /gyp (?:ERR!|error) .{0,60}(?:install|stack).*(?:FetchError|getaddrinfo|ETIMEDOUT|ECONNREFUSED|ECONNRESET|socket hang up|network timeout|certificate)/,
      sure: 0.9,
    },
    { says: /gyp WARN install got an error, rolling back install/, sure: 0.82 },
  ],
  cause:
    "node-gyp could not get Node's headers, by which addons are compiled: their server was not reached, has none for this build of Node, or the folder named in their place has none",
  cure: {
    any: "give the step a network, or headers that are here: `npm config set nodedir /usr` (or the variable npm_config_nodedir) where Node's package brings include/node",
    debian: 'give the step a network, or `apt-get install libnode-dev` and npm_config_nodedir=/usr',
    alpine: 'give the step a network, or `apk add nodejs-dev` and npm_config_nodedir=/usr',
  },
  explains: ['dns-failure', 'connection-failed', 'dev-package-missing'],
  references: [
    'https://github.com/nodejs/node-gyp#command-options',
    'https://github.com/nodejs/node-gyp/issues/2730',
  ],
  examples: [
    'gyp ERR! stack FetchError: request to https://nodejs.org/download/release/v18.16.0/node-v18.16.0-headers.tar.gz failed, reason: connect ETIMEDOUT 104.20.22.46:443',
    'gyp WARN install got an error, rolling back install\ngyp ERR! configure error\ngyp ERR! stack Error: 404 response downloading https://nodejs.org/download/release/v99.0.0/node-v99.0.0-headers.tar.gz',
    '../src/addon.cc:1:10: fatal error: node_api.h: No such file or directory',
  ],
  lookAlikes: [
    'gyp ERR! find Python Python is not set from command line or npm configuration',
    'npm ERR! request to https://registry.example/x failed, reason: getaddrinfo ENOTFOUND registry.example',
  ],
};
