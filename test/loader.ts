/**
 * Real loaders as an oracle: whether a file loads, and why not, in the root file system of a release.
 *
 * Programs are run. For shared objects there is one probe for all roots: a program that calls dlopen. It is compiled on
 * this machine, so it takes nothing from the C library but what every glibc of the last twenty years has, brings its own
 * start, and is handed to the root's loader by path; musl's loader takes libc.so.6 and libdl.so.2 for itself. It has a
 * stub for each name that Node or Python would define, because those are no business of the loader's.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A root file system, on this machine. */
export interface Place {
  /** As the table of releases calls it: `debian-12`. */
  readonly distro: string;
  readonly folder: string;
  readonly loader: string;
  /** Below the folder of the bench: what a shared object finds besides those of the root. */
  readonly libraries?: string;
}

export type Refusal = 'version' | 'library' | 'interpreter' | 'symbol' | 'stack' | 'isa' | 'other';

export interface Load {
  /** Undefined where it loads. */
  readonly refused: Refusal | undefined;
  /** The loader's own words. */
  readonly told: string;
}

/** What the roots see at /mnt: the probe, and whatever is put beside it. */
export class LoaderBench {
  readonly folder: string;

  constructor(folder: string, hostSymbols: Iterable<string>) {
    this.folder = folder;
    const source = join(folder, 'probe.c');
    writeFileSync(source, probeSource(hostSymbols));
    const options = ['-O1', '-w', '-nostartfiles', '-fno-stack-protector', '-rdynamic', '-no-pie'];
    const libraries = ['-Wl,--no-as-needed', '-l:libdl.so.2', '-Wl,-z,noexecstack', '-Wl,--hash-style=both'];
    const gcc = spawnSync('gcc', [...options, '-o', join(folder, 'probe'), source, ...libraries], {
      encoding: 'utf8',
    });
    if (gcc.status !== 0) throw new Error(gcc.stderr);
  }

  /** `path` is below the folder. */
  load(place: Place, path: string, isProgram: boolean): Load {
    const file = `/mnt/${path}`;
    const command = isProgram ? [file, '--version'] : [place.loader, '/mnt/probe', file];
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', LD_BIND_NOW: '1', HOME: '/tmp' };
    const more = isProgram || !place.libraries ? {} : { LD_LIBRARY_PATH: `/mnt/${place.libraries}` };
    const script = `mount --bind "$1" "$2/mnt" && mount -t proc proc "$2/proc" && mount --rbind /dev "$2/dev" || exit 99
      root=$2; shift 2; exec env -i ${assignments({ ...env, ...more })} chroot "$root" "$@"`;
    const run = spawnSync(
      'unshare',
      [
        '--mount',
        '--pid',
        '--fork',
        '--kill-child',
        'sh',
        '-c',
        script,
        'sh',
        this.folder,
        place.folder,
        ...command,
      ],
      { encoding: 'latin1', timeout: 20_000, killSignal: 'SIGKILL', stdio: ['ignore', 'pipe', 'pipe'] },
    );
    if (run.status === 99) throw new Error(run.stderr);
    return isProgram ? outcomeOfRun(run.status, run.signal, run.stderr) : outcomeOfProbe(run);
  }
}

function assignments(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function outcomeOfProbe({ status, stdout, stderr, signal }: ReturnType<typeof spawnSync>): Load {
  if (status === 0) return { refused: undefined, told: '' };
  const told = `${String(stderr)}${String(stdout)}`.trim().split('\n').slice(-2).join(' ');
  return { refused: refusalIn(told) ?? 'other', told: told === '' ? `ended by ${signal ?? status}` : told };
}

/** A program that began to run was loaded, whatever it thinks of its arguments. */
function outcomeOfRun(status: number | null, signal: NodeJS.Signals | null, stderr: string): Load {
  const told = stderr.trim().split('\n').slice(0, 2).join(' ');
  if (status === 127 || status === 126) return { refused: refusalIn(stderr) ?? 'other', told };
  // With this one glibc's loader ends as most failing programs do.
  if (status === 1 && /: version `\S+' not found \(required by/.test(stderr))
    return { refused: 'version', told };
  // A shell's number for a signal: unshare ends as its child did.
  const crashed = signal === 'SIGSEGV' || signal === 'SIGBUS' || status === 139;
  return { refused: crashed ? 'other' : undefined, told: crashed ? 'it crashed' : '' };
}

function refusalIn(told: string): Refusal | undefined {
  if (/failed to run command .*No such file/.test(told)) return 'interpreter';
  if (/version [`'].*' not found|unsupported version/.test(told)) return 'version';
  if (/executable stack/.test(told)) return 'stack';
  if (/ISA level/.test(told)) return 'isa';
  if (/cannot open shared object|Error loading shared library/.test(told)) return 'library';
  return /symbol not found|undefined symbol|symbol lookup error/.test(told) ? 'symbol' : undefined;
}

/** Node's and Python's names: what a host program defines for what it loads. */
export function isHostSymbol(name: string): boolean {
  return /^(?:napi_|node_|uv_|_?Py[A-Z_]|_Z\w*(?:2v8|4node))/.test(name);
}

function probeSource(hostSymbols: Iterable<string>): string {
  const stubs = [...hostSymbols]
    .map((name) => `.globl ${name}\n.type ${name}, @function\n${name}:\n`)
    .join('');
  const asm = `.section .note.GNU-stack,"",@progbits\n.text\n${stubs}xorl %eax, %eax\nret\n`;
  const start =
    '.globl _start\n_start: xorl %ebp, %ebp\nmov %rdx, %r9\npop %rsi\nmov %rsp, %rdx\nandq $-16, %rsp\n';
  // main, argc, argv, no init, no fini, rtld_fini, stack_end.
  const call =
    'push %rax\npush %rsp\nxorl %r8d, %r8d\nxorl %ecx, %ecx\nmov $main, %rdi\ncall __libc_start_main\nhlt\n';
  return `
#define OLD(name) __asm__(".symver " #name ", " #name "@GLIBC_2.2.5");
OLD(dlopen) OLD(dlerror) OLD(__libc_start_main) OLD(puts) OLD(_exit) OLD(fflush)
extern void *dlopen(const char *, int);
extern char *dlerror(void);
extern int puts(const char *);
extern int fflush(void *);
extern void _exit(int);
int main(int argc, char **argv) {
  int refused = !dlopen(argv[1], 2 /* RTLD_NOW */);
  if (refused) puts(dlerror());
  fflush(0);
  _exit(refused);
}
__asm__(${JSON.stringify(asm + start + call)});
`;
}
