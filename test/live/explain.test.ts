/** Builds that are broken in one way each, really: what their programs say is told rightly. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { smallestProgram } from '../../src/engines/embedded/foreign-cpus.ts';
import { Explainer } from '../../src/explain/explain.ts';
import { failureClasses } from '../../src/explain/failure-classes.ts';
import { fakeClock, memoryGroups } from '../broken-machine.ts';
import { answering } from '../seccomp.ts';

const skip =
  process.platform !== 'linux' || process.arch !== 'x64'
    ? 'needs Linux on x64'
    : process.getuid!() !== 0
      ? 'only root can break a machine'
      : false;

interface Breakage {
  readonly title: string;
  readonly class: string;
  /** Runs in a folder of its own, in a mount namespace. */
  readonly script: string;
  /** What it calls that not every machine has. */
  readonly needs?: readonly string[];
  /** Words before the shell. */
  readonly before?: readonly string[];
  /** As the root of a user namespace, whose switches are its own. */
  readonly contained?: true;
}

const [clone3, statx] = [435, 332];
const small = 'mkdir small; mount -t tmpfs -o size=64k,nr_inodes=20 x small';
const noNames =
  'echo nameserver 127.0.0.1 > r; mount --bind r /etc/resolv.conf; mount --bind /dev/null /etc/hosts';
const serve =
  'node serve.mjs > address & until [ -s address ]; do sleep 0.1; done; read -r address < address';
const apt = [
  '-o Dir::State="$PWD/state" -o Dir::Cache="$PWD/cache" -o Dir::Etc::SourceList="$PWD/sources"',
  '-o Dir::Etc::SourceParts=/none -o APT::Sandbox::User=root -o Dir::Etc::Parts=/none -o Acquire::http::Proxy=false',
].join(' ');
const repository =
  'mkdir -p state/lists/partial cache/archives/partial; touch state/status; ' +
  'printf "Package: a\\nVersion: 1\\nArchitecture: all\\nFilename: ./a_1_all.deb\\nSize: 9\\nSHA256: %064d\\n" 1 > Packages; ' +
  `${serve}; echo "deb [trusted=yes] $address ./" > sources`;
const certificate =
  'openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 3 -subj /CN=localhost 2>/dev/null';

const breakages: readonly Breakage[] = [
  {
    title: 'a filter that forbids clone3',
    class: 'seccomp-blocks-syscall',
    before: answering('EPERM', clone3),
    needs: ['curl'],
    script: 'curl http://build.example/',
  },
  {
    title: 'a filter that forbids statx',
    class: 'seccomp-blocks-syscall',
    before: answering('EPERM', statx),
    script: 'ls -l /',
  },
  { title: 'a full disk', class: 'disk-full', script: `${small}; dd if=/dev/zero of=small/a bs=1k count=99` },
  {
    title: 'a full disk under a compiler',
    class: 'disk-full',
    needs: ['gcc'],
    script: `${small}; cd small; echo "char a[1 << 20] = {1};" > a.c; gcc -c a.c`,
  },
  { title: 'a disk without inodes', class: 'disk-full', script: `${small}; cd small; touch $(seq 50)` },
  {
    title: 'a clock set wrong',
    class: 'clock-skew',
    needs: ['gcc', 'openssl', 'curl'],
    script: `gcc -shared -fPIC -o clock.so clock.c; ${certificate}; ${serve}; LD_PRELOAD=./clock.so curl --noproxy "*" --cacert cert.pem $address`,
  },
  {
    title: 'a certificate of an unknown authority',
    class: 'tls-ca-missing',
    needs: ['openssl', 'curl'],
    script: `${certificate}; ${serve}; curl --noproxy "*" $address`,
  },
  {
    title: 'names that nobody looks up',
    class: 'dns-failure',
    needs: ['curl'],
    script: `${noNames}; curl --noproxy "*" -O http://build.example/a.tar.gz`,
  },
  {
    title: 'a repository that nobody finds',
    class: 'dns-failure',
    needs: ['git'],
    script: `${noNames}; git clone https://build.example/a.git`,
  },
  {
    title: 'an index that is older than its mirror',
    class: 'apt-stale-index',
    needs: ['apt-get'],
    script: `${repository}; apt-get ${apt} -q update; apt-get ${apt} download a`,
  },
  {
    title: 'a package that no index has',
    class: 'package-not-found',
    needs: ['apt-get'],
    script: `${repository}; apt-get ${apt} -q update; apt-get ${apt} -s install no-such-package`,
  },
  { title: 'a program of another CPU', class: 'wrong-arch-binary', script: './arm64' },
  {
    title: 'a root of another CPU',
    class: 'binfmt-missing',
    script: 'mkdir -p root/bin; cp arm64 root/bin/sh; chroot root /bin/sh',
  },
  {
    title: 'a program whose libc is not here',
    class: 'interp-missing',
    needs: ['gcc', 'bash'],
    script:
      'echo "int main(){}" > a.c; gcc -Wl,--dynamic-linker=/lib/ld-musl-none.so.1 -o a a.c; bash -c ./a',
  },
  {
    title: 'a library that wants the libc of musl',
    class: 'musl-binary-on-glibc',
    needs: ['gcc', 'python3'],
    script:
      'echo "int f(void){return 0;}" > a.c; gcc -shared -fPIC -Wl,-soname,libc.musl-x86_64.so.1 -o libc.so a.c; ' +
      'echo "int f(void);int g(void){return f();}" > b.c; gcc -shared -fPIC -o b.so b.c ./libc.so; ' +
      'python3 -c "import ctypes; ctypes.CDLL(\\"./b.so\\")"',
  },
  {
    title: 'a file system that is read-only',
    class: 'read-only-fs',
    script: `${small}; mount -o remount,ro small; touch small/a`,
  },
  {
    title: 'a file system that programs may not run on',
    class: 'noexec-mount',
    script: `${small}; cp arm64 small/run; mount -o remount,noexec small; small/run; mount | grep small`,
  },
  {
    title: 'no user namespaces',
    class: 'userns-denied',
    contained: true,
    script: 'echo 0 > /proc/sys/user/max_user_namespaces; unshare --user true',
  },
  {
    title: 'too few open files',
    class: 'fd-limit',
    needs: ['python3'],
    script: 'ulimit -n 20; python3 -c "a = [open(\\"/dev/null\\") for _ in range(99)]"',
  },
  {
    title: 'memory that is limited',
    class: 'memory-limit',
    script: 'node --max-old-space-size=16 -e "for (const all = []; ; ) all.push([1])" 2>&1',
  },
  {
    title: 'a script with the line ends of Windows',
    class: 'crlf',
    script: 'printf "#!/usr/bin/env sh\\r\\necho a\\r\\n" > a.sh; chmod +x a.sh; ./a.sh',
  },
  {
    title: 'a script that is not executable',
    class: 'exec-bit-missing',
    script: 'echo true > configure; ./configure',
  },
  {
    title: 'a repository of another user',
    class: 'git-dubious-ownership',
    needs: ['git'],
    script: 'git init -q a; chown -R 1234 a; cd a; HOME=/nowhere git status',
  },
  {
    title: 'a cache of another user',
    class: 'cache-mount-ownership',
    needs: ['npm', 'setpriv'],
    script:
      'chmod 755 .; mkdir -m 755 .npm package; echo "{\\"name\\":\\"a\\",\\"version\\":\\"1.0.0\\"}" > package/package.json; tar czf a.tgz package; ' +
      'setpriv --reuid=65534 --regid=65534 --clear-groups npm --cache "$PWD/.npm" cache add ./a.tgz',
  },
  {
    title: 'a tool that is not there',
    class: 'tool-missing',
    needs: ['make'],
    script: 'printf "a:\\n\\tnasm-of-nowhere a.asm\\n" > Makefile; make',
  },
  {
    title: 'an object that is not position independent',
    class: 'pic-missing',
    needs: ['gcc'],
    script:
      'echo "extern int g; int f(void){return g;} int g=3;" > a.c; gcc -fno-pic -c a.c; gcc -shared -o a.so a.o',
  },
  {
    title: 'a library that is gone',
    class: 'runtime-lib-missing',
    needs: ['gcc'],
    script:
      'echo "int f(void){return 0;}" > l.c; gcc -shared -fPIC -o libgone.so l.c; ' +
      'echo "int f(void);int main(void){return f();}" > a.c; gcc -o a a.c ./libgone.so; rm libgone.so; ./a',
  },
  {
    title: 'a libc without a symbol of this version',
    class: 'glibc-too-old',
    needs: ['gcc'],
    script:
      'echo "GLIBC_9.99 { f; };" > map; echo "int f(void){return 0;}" > l.c; ' +
      'gcc -shared -fPIC -Wl,--version-script=map -o libx.so l.c; echo "int f(void);int main(void){return f();}" > a.c; ' +
      'gcc -o a a.c ./libx.so; echo "GLIBC_2.0 { f; };" > map; gcc -shared -fPIC -Wl,--version-script=map -o libx.so l.c; ./a',
  },
];

/** Answers with the files of its folder, by TLS where there is a key. */
const server = `
import { createServer } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { existsSync, readFileSync } from 'node:fs';
const file = (name) => readFileSync(name);
const answer = ({ url }, response) => {
  const name = '.' + url.replaceAll('..', '');
  const here = existsSync(name) && !name.endsWith('/');
  response.writeHead(here ? 200 : 404).end(here ? file(name) : '');
};
const secure = existsSync('key.pem');
const server = secure ? createSecure({ key: file('key.pem'), cert: file('cert.pem') }, answer) : createServer(answer);
server.listen(0, 'localhost', () =>
  console.log((secure ? 'https' : 'http') + '://localhost:' + server.address().port),
);
`;

const explainer = new Explainer(failureClasses);

for (const { title, class: name, script, needs = [], before = [], contained } of breakages) {
  const missing = needs.find((program) => !isHere(program));
  const why = skip || (missing === undefined ? false : `needs ${missing}`);
  test(`${title}: ${name}`, { skip: why }, async (t) => {
    const log = printedBy(t, { words: [...before, 'sh', '-c', script], contained });
    const { findings } = await explainer.explain([Buffer.from(log)]);
    assert.equal(findings[0]?.class, name, log);
  });
}

test('a cgroup without memory: oom-kill', { skip }, async (t) => {
  const groups = memoryGroups();
  if (groups === undefined) return t.skip('no cgroup can be made here');
  const group = mkdtempSync(join(groups.folder, 'targetry-'));
  t.after(() => rmdirSync(group));
  writeFileSync(join(group, groups.limit), String(100 << 20));
  const script = `echo $$ > ${group}/cgroup.procs; sh -c "tail /dev/zero; true"`;
  const log = printedBy(t, { words: ['sh', '-c', script] });
  const { findings } = await explainer.explain([Buffer.from(log)]);
  assert.equal(findings[0]?.class, 'oom-kill', log);
  return undefined;
});

interface Command {
  readonly words: readonly string[];
  readonly contained?: true | undefined;
}

function printedBy(t: TestContext, { words, contained }: Command): string {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-explain-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'arm64'), smallestProgram('arm64'), { mode: 0o755 });
  writeFileSync(join(folder, 'serve.mjs'), server);
  writeFileSync(join(folder, 'clock.c'), fakeClock(-20 * 365 * 86_400));
  const namespaces = contained ? ['--user', '--map-root-user'] : [];
  // All that a script starts ends with it.
  const inside = [...namespaces, '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const { stdout, stderr } = spawnSync('unshare', [...inside, ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, LC_ALL: 'C' },
  });
  return stdout + stderr;
}

function isHere(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}
