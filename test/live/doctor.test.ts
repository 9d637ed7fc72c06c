/** Machines that are broken in one way each, made with namespaces and filters; the doctor names the cause and the cure. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { seccomp } from '../../src/doctor/checks/seccomp.ts';
import { probeProgram, readAnswers } from '../../src/doctor/probe-program.ts';
import { fakeClock, memoryGroups } from '../broken-machine.ts';
import { program } from '../program.ts';
import { removeWithStore } from '../late-note.ts';
import { answering, withoutNewPrivileges } from '../seccomp.ts';

const skip =
  process.platform !== 'linux' || process.arch !== 'x64'
    ? 'needs Linux on x64'
    : process.getuid!() !== 0
      ? 'only root can break a machine'
      : false;

interface Told {
  readonly id: string;
  readonly status: string;
  readonly found: string;
  readonly cure: string | null;
}

interface Answer {
  readonly exit: number | null;
  readonly problems: readonly Told[];
  readonly all: readonly Told[];
}

/** What the doctor says where a command is started with these words before it, in a namespace after `script`. */
function doctor(t: TestContext, before: readonly string[], script?: string): Answer {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-doctor-'));
  t.after(() => removeWithStore(folder));
  const command = [...before, process.execPath, program, 'doctor', '--format', 'json'];
  const inside = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-euc'];
  const [first, ...args] =
    script === undefined
      ? command
      : [...inside, `${script.replaceAll('FOLDER', folder)}\nexec "$@"`, 'sh', ...command];
  const { status, stdout, stderr } = spawnSync(first!, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, TARGETRY_STORE: join(folder, 'store') },
  });
  assert.notEqual(stdout, '', stderr);
  const { checks: all } = JSON.parse(stdout) as { checks: Told[] };
  const problems = all.filter(({ status: word }) => word === 'fail' || word === 'warn');
  return { exit: status, problems, all };
}

const failed = ({ problems }: Answer) =>
  problems.filter(({ status }) => status === 'fail').map(({ id }) => id);
const of = ({ all }: Answer, id: string) => all.find((one) => one.id === id)!;

const [faccessat2, clone3] = [439, 435];

test('on a machine that is well nothing is said to be wrong', { skip }, (t) => {
  const answer = doctor(t, []);
  assert.deepEqual(failed(answer), []);
  assert.equal(answer.exit, 0);
  assert.match(of(answer, 'engine').found, /^the embedded engine ran one/);
  assert.match(of(answer, 'engine-inside').found, /shared memory, large files and the time are there/);
});

test('a filter that forbids faccessat2 is told once, with a cure', { skip }, (t) => {
  const answer = doctor(t, answering('EPERM', faccessat2));
  assert.equal(answer.exit, 1);
  const told = of(answer, 'seccomp');
  assert.equal(told.status, 'fail');
  assert.match(told.found, /answers faccessat2 \(439\) with EPERM, and Linux [\d.]+ has it: make/);
  assert.ok(told.cure);
  // Told once, though steps have it too.
  assert.deepEqual(failed(answer), ['seccomp']);
});

test('filters that deny faccessat2 and clone3 are named, and fail nobody', { skip }, (t) => {
  const answer = doctor(t, answering('ENOSYS', faccessat2, clone3));
  assert.equal(answer.exit, 0, 'C libraries take an older call');
  const told = answer.problems.filter(({ id }) => id === 'seccomp').map(({ found }) => found);
  assert.match(told[0]!, /answers faccessat2 \(439\) with ENOSYS/);
  assert.match(told[1]!, /answers clone3 \(435\) with ENOSYS/);
});

// Node itself starts no threads then, on most machines: what its C library does not forgive.
test('a filter that forbids clone3, so that Node would not start, is named', { skip }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-probe-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const program = join(folder, 'probe');
  writeFileSync(program, probeProgram('amd64', { files: false }), { mode: 0o755 });
  const [perl, ...args] = answering('EPERM', clone3);
  const { stdout: output } = spawnSync(perl!, [...args, program]);
  const answers = readAnswers('amd64', { files: false, output, code: 0 });
  const machine = { filtered: true, container: undefined, release: '6.1.0', cpu: 'amd64', said: undefined };
  const [told] = [seccomp.judge({ ...machine, calls: answers!.calls })].flat();
  assert.equal(told!.status, 'fail');
  assert.match(told!.found, /answers clone3 \(435\) with EPERM/);
});

test('in a pod without new privileges the field is named that gives them', { skip }, (t) => {
  const answer = doctor(t, withoutNewPrivileges);
  assert.equal(answer.exit, 1);
  assert.deepEqual(failed(answer), ['ids']);
  assert.match(of(answer, 'ids').found, /no_new_privs/);
  assert.match(of(answer, 'ids').cure!, /allowPrivilegeEscalation/);
  assert.equal(of(answer, 'engine').status, 'skipped');
});

test('where user namespaces are turned off, the setting is named that turns them on', { skip }, (t) => {
  const answer = doctor(t, [], 'echo 0 >/proc/sys/user/max_user_namespaces');
  assert.equal(answer.exit, 1);
  assert.deepEqual(failed(answer), ['userns']);
  assert.match(of(answer, 'userns').found, /user\.max_user_namespaces=0/);
  assert.match(of(answer, 'userns').cure!, /sysctl -w user\.max_user_namespaces/);
});

test('a /proc of which parts are hidden is a warning, and steps go on', { skip }, (t) => {
  const answer = doctor(t, [], 'mount --bind /dev/null /proc/keys');
  // Steps have the one that is there.
  assert.deepEqual(failed(answer), []);
  assert.equal(of(answer, 'proc').status, 'warn');
  assert.equal(of(answer, 'engine').status, 'ok');
  assert.match(of(answer, 'proc').cure!, /systempaths=unconfined/);
});

test('a disk that is full is what is wrong, and the cache is what to prune', { skip }, (t) => {
  const script = 'mkdir FOLDER/store; mount -t tmpfs -o size=16m,mode=700 x FOLDER/store';
  const answer = doctor(t, [], `${script}; dd if=/dev/zero of=FOLDER/store/filler bs=1M 2>/dev/null || true`);
  assert.equal(answer.exit, 1);
  assert.deepEqual(failed(answer), ['disk']);
  assert.match(of(answer, 'disk').found, /^only 0 B and \d+ inodes are free/);
  assert.match(of(answer, 'disk').cure!, /cache prune/);
});

test('a disk without inodes is what is wrong, however much room it has', { skip }, (t) => {
  const script = 'mkdir FOLDER/store; mount -t tmpfs -o size=4g,nr_inodes=30,mode=700 x FOLDER/store';
  const answer = doctor(t, [], script);
  assert.deepEqual(failed(answer), ['disk']);
  assert.match(of(answer, 'disk').found, /\d inodes are free/);
});

test('a store that programs may not run in is what is wrong', { skip }, (t) => {
  const script = 'mkdir FOLDER/store; mount -t tmpfs -o noexec,mode=700 x FOLDER/store';
  const answer = doctor(t, [], script);
  assert.deepEqual(failed(answer), ['store']);
  assert.match(of(answer, 'store').found, /can't be executed: EACCES/);
});

test('where nobody looks names up, the server that should is named', { skip }, (t) => {
  const script =
    'echo nameserver 127.0.0.1 >FOLDER/resolv.conf; mount --bind FOLDER/resolv.conf /etc/resolv.conf';
  const answer = doctor(t, [], `${script}; mount --bind /dev/null /etc/hosts`);
  assert.equal(answer.exit, 1);
  assert.deepEqual(failed(answer), ['dns']);
  assert.match(
    of(answer, 'dns').found,
    /^there is no address for .*; \/etc\/resolv\.conf says to ask 127\.0\.0\.1/,
  );
  assert.match(of(answer, 'dns').cure!, /--dns/);
});

test('a clock that only this process is told is held against that of the kernel', { skip }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-clock-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [source, library] = [join(folder, 'clock.c'), join(folder, 'clock.so')];
  // Ten days more.
  writeFileSync(source, fakeClock(864_000));
  const { status, stderr } = spawnSync('gcc', ['-shared', '-fPIC', '-o', library, source], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  const answer = doctor(t, ['env', `LD_PRELOAD=${library}`]);
  assert.equal(answer.exit, 1);
  assert.deepEqual(failed(answer), ['clock']);
  assert.match(of(answer, 'clock').found, /^this process is told that it is .*, and the kernel says/);
  assert.match(of(answer, 'clock').cure!, /LD_PRELOAD/);
});

test('a cgroup that killed something for want of memory is a warning, with a cure', { skip }, (t) => {
  const groups = memoryGroups();
  if (groups === undefined) return t.skip('no cgroup can be made here');
  const group = mkdtempSync(join(groups.folder, 'targetry-'));
  t.after(() => rmdirSync(group));
  writeFileSync(join(group, groups.limit), String(600 << 20));
  const script = 'echo $$ >$1/cgroup.procs; tail /dev/zero; shift; exec "$@"';
  const answer = doctor(t, ['sh', '-c', script, 'sh', group]);
  assert.equal(answer.exit, 0);
  assert.equal(of(answer, 'memory').status, 'warn');
  assert.match(
    of(answer, 'memory').found,
    /of the 629 MB that the cgroup allows .*; a process was killed here/,
  );
  assert.match(of(answer, 'memory').cure!, /--memory/);
  return undefined;
});
