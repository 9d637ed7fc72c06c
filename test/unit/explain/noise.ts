/** What stands around the lines that matter in a whole log: a build of several steps, as BuildKit tells it. */
const before = `#0 building with "default" instance using docker driver

#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 1.21kB done
#1 DONE 0.0s

#2 [internal] load metadata for registry.example/base:1
#2 DONE 0.8s

#3 [internal] load .dockerignore
#3 transferring context: 110B done
#3 DONE 0.0s

#4 [1/6] FROM registry.example/base:1@sha256:6f4b0d4c2d5d6f4a
#4 sha256:6f4b0d4c2d5d6f4a 3.40MB / 3.40MB 0.4s done
#4 extracting sha256:6f4b0d4c2d5d6f4a 0.1s done
#4 DONE 1.2s

#5 [2/6] WORKDIR /src
#5 DONE 0.1s

#6 [3/6] COPY . .
#6 DONE 0.2s

#7 [4/6] RUN ./configure
#7 0.312 checking build system type... x86_64-pc-gnu
#7 0.334 checking for a BSD-compatible install... /usr/bin/install -c
#7 0.391 checking whether the compiler works... yes
#7 0.402 checking for suffix of executables...
#7 0.433 checking for execinfo.h... no
#7 0.470 checking for library containing dlopen... none required
#7 0.511 checking for zlib.h... yes
#7 0.602 config.status: creating Makefile
#7 DONE 0.7s

#8 [5/6] RUN make -j2
#8 0.201 cc -O2 -Wall -c -o errors.o errors.c
#8 0.882 cc -O2 -Wall -c -o not-found.o not-found.c
#8 1.140 util.c:12:7: warning: unused variable 'killed' [-Wunused-variable]
#8 1.333 ar rcs libapp.a errors.o not-found.o util.o
#8 1.402 cc -o app main.o libapp.a
#8 DONE 1.5s

#9 [6/6] RUN ./release.sh
`;

const after = `
------
 > [6/6] RUN ./release.sh:
------
Dockerfile:14
--------------------
  12 |     RUN ./configure
  13 |     RUN make -j2
  14 | >>> RUN ./release.sh
  15 |
--------------------
ERROR: failed to solve: process "/bin/sh -c ./release.sh" did not complete successfully: exit code: 1
`;

/** The lines of a log where a step of a longer build printed them. */
export function noisy(log: string): string {
  return `${before}${log}\n${after}`;
}

/** What loggers, services and builders put before or after the lines that pass through them. */
export const carriers: Readonly<Record<string, (line: string) => string>> = {
  'a workflow': (line) => `2024-03-05T10:11:12.1234567Z ${line}`,
  'a step of BuildKit': (line) => `#12 1.204 ${line}`,
  'what BuildKit repeats at the end': (line) => `1.204 ${line}`,
  'a service of compose': (line) => `api-1  | ${line}`,
  Maven: (line) => `[ERROR] ${line}`,
  'the log of a system': (line) => `Mar  5 10:11:12 host app[123]: ${line}`,
  colours: (line) => `\u001b[31m${line}\u001b[0m`,
  'blanks at the end': (line) => `${line}  `,
};
