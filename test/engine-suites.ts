/** The engine's suites run once more, in processes of their own: as another user, or with another starter of steps. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

/** One that no machine has. */
const uid = 54_321;

const compiled = fileURLToPath(new URL('..', import.meta.url));

interface SuiteRun {
  /** Where the compiled tests are. */
  readonly build: string;
  /** Where they run, and keep what they make. */
  readonly folder: string;
  readonly uid?: number;
  /** As in a pod without `allowPrivilegeEscalation`. */
  readonly noNewPrivileges?: boolean;
  /** A folder whose files hide those of /etc. */
  readonly etc?: string;
  readonly starter?: string;
  /** A pattern of the names of those tests that are wanted. */
  readonly only?: string;
}

/** Runs those of `test/live/engine-*.test.ts` with these names, two at once, as each of them waits for its steps most of the time. */
export async function runSuites(t: TestContext, names: readonly string[], run: SuiteRun): Promise<void> {
  const files = readdirSync(join(run.build, 'test/live'));
  await t.test('suites', { concurrency: 2 }, async (both) => {
    const suites = names.map((name) => `engine-${name}.test.js`);
    for (const suite of suites) assert.ok(files.includes(suite), suite);
    await Promise.all(suites.map((suite) => both.test(suite, () => runSuite(suite, run))));
  });
}

async function runSuite(suite: string, run: SuiteRun): Promise<void> {
  const only = run.only === undefined ? [] : ['--test-name-pattern', run.only];
  const command = [process.execPath, '--test', ...only, join(run.build, 'test/live', suite)];
  const [program, ...args] = [...become(run), ...command];
  const child = spawn(program!, args, {
    cwd: run.folder,
    env: {
      PATH: process.env['PATH'],
      TMPDIR: run.folder,
      TARGETRY_SHARED: process.env['TARGETRY_SHARED'] ?? resolve('../shared'),
      ...(run.etc !== undefined && { TARGETRY_TEST_IDS: 'many' }),
      ...(run.starter !== undefined && { TARGETRY_TEST_STARTER: run.starter }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 300_000,
  });
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  assert.equal(status, 0, output);
  assert.match(output, /# pass [1-9]/);
}

/** The command in front of the one that is to run as the user, with files of its own in /etc. */
function become({ uid: user, noNewPrivileges, etc }: SuiteRun): string[] {
  if (user === undefined) return [];
  const setpriv = [
    'setpriv',
    `--reuid=${user}`,
    `--regid=${user}`,
    '--clear-groups',
    ...(noNewPrivileges === true ? ['--no-new-privs'] : []),
    '--',
  ];
  if (etc === undefined) return setpriv;
  const hide = 'etc=$1; shift; for f in $(ls $etc); do mount --bind $etc/$f /etc/$f; done; exec "$@"';
  return ['unshare', '--mount', 'sh', '-euc', hide, 'sh', etc, ...setpriv];
}

/** The same to whom root has granted a range of ids. */
export function withRange(run: SuiteRun & { readonly uid: number }): SuiteRun {
  const etc = join(run.folder, '../etc');
  mkdirSync(etc);
  const line = `tester:x:${run.uid}:${run.uid}::/nowhere:/bin/sh\n`;
  writeFileSync(join(etc, 'passwd'), `${readFileSync('/etc/passwd', 'utf8')}${line}`);
  for (const name of ['subuid', 'subgid']) writeFileSync(join(etc, name), 'tester:200000:65536\n');
  return { ...run, etc };
}

export function here(t: TestContext): SuiteRun {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-again-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return { build: compiled, folder };
}

/** For a user without any privilege. Copied, because the repository may be in a folder that only its owner may enter. */
export function asOrdinaryUser(t: TestContext): SuiteRun & { readonly uid: number } {
  const home = mkdtempSync(join(tmpdir(), 'targetry-user-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  chmodSync(home, 0o755);
  const build = join(home, 'build');
  cpSync(compiled, build, {
    recursive: true,
    filter: (path) => !/\.d\.ts$|\/(test-store|daemons)$/.test(path),
  });
  const project = resolve(compiled, '..');
  cpSync(join(project, 'package.json'), join(home, 'package.json'));
  for (const name of ['data', 'native']) cpSync(join(project, name), join(home, name), { recursive: true });
  symlinkSync(join(project, 'node_modules'), join(home, 'node_modules'));
  const folder = join(home, 'own');
  cpSync(join(project, 'package.json'), join(folder, 'package.json'));
  chownSync(folder, uid, uid);
  return { build, folder, uid };
}
