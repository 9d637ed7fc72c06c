import type { FailureClass } from '../failure-class.ts';

export const configureCross: FailureClass = {
  class: 'configure-cross',
  signs: [
    { says: /Executables created by \S+ compiler .{1,80} are not runnable/, sure: 0.86 },
    {
      says: /cannot run C compiled programs/,
      without: /No space left|cannot find crt|Exec format error: '|GLIBC/,
      sure: 0.78,
    },
    { says: /cannot run test program while cross compiling/, sure: 0.9 },
    {
      says: /An exe_wrapper is needed(?: for \S+)? but was not found/,
      sure: 0.93,
      cause:
        'Meson compiles for another CPU than this one and has something to run of it: a test, or what makes a source',
      cure: 'leave that out where the project has an option for it (`-Dtests=false`; `meson_options.txt` lists them), or build for this CPU on that CPU itself, without a cross file{inside|: an environment of its own without `sysroot:`, which is emulated where this machine is another}',
    },
  ],
  cause: 'configure compiles for another CPU than this one and tries to run what it compiled',
  cure: 'tell it both CPUs (`--host=aarch64-linux-gnu --build=x86_64-linux-gnu`), and give it the answers that it would find by running (`ac_cv_…=yes`)',
  references: [
    'https://www.gnu.org/software/autoconf/manual/autoconf-2.72/html_node/Hosts-and-Cross_002dCompilation.html',
  ],
  examples: [
    "configure: error: in `/src':\nconfigure: error: cannot run C compiled programs.\nIf you meant to cross compile, use `--host'.",
    'configure: error: cannot run test program while cross compiling',
    'tests/meson.build:12:0: ERROR: An exe_wrapper is needed but was not found. Please define one in cross file and check the command and/or add it to PATH.',
  ],
  lookAlikes: ['checking whether we are cross compiling... yes'],
};
