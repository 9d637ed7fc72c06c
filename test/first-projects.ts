/** Small projects of every kind that `targetry init` knows, as their tools would make them. */

type Files = Readonly<Record<string, string>>;

const mainC = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n';

const greetPackage = {
  name: '@example/greet',
  version: '1.2.0',
  files: ['lib'],
  scripts: { build: 'mkdir -p lib && cp greet.js lib/ && node -e "require(\'./lib/greet.js\')()"' },
};

/** Two packages that are published, of which one has the other, and one that is not. */
function workspace(root: object, onWord = '*'): Files {
  const script = 'mkdir -p lib && cp *.js lib/';
  const member = (name: string, more: object) =>
    `${JSON.stringify({ name, version: '1.2.0', main: 'lib/index.js', files: ['lib'], scripts: { build: script }, ...more })}\n`;
  return {
    'package.json': `${JSON.stringify({ name: 'greetings', private: true, ...root })}\n`,
    'packages/greet/package.json': member('@example/greet', { dependencies: { '@example/word': onWord } }),
    'packages/greet/index.js': 'module.exports = () => require("@example/word");\n',
    'packages/word/package.json': member('@example/word', {}),
    'packages/word/index.js': 'module.exports = "hello";\n',
    'apps/show/package.json': '{ "name": "show", "version": "0.0.0", "private": true }\n',
  };
}

export const firstProjects = {
  make: {
    Makefile: 'PROG = greet\nall: $(PROG)\n$(PROG): main.c\n\t$(CC) -O2 $(LDFLAGS) -o $@ main.c\n',
    'main.c': mainC,
  },
  /** Sets all by itself, as old Makefiles do, and has its program tested by `all`. */
  'old-make': {
    Makefile: [
      'PROG=greet\nCC=gcc\nAR=ar\nRANLIB=ranlib\nLDFLAGS=',
      'all: greet test',
      'greet: main.c libword.a\n\t$(CC) $(LDFLAGS) -o greet main.c libword.a',
      'libword.a: word.c\n\t$(CC) -c word.c\n\t$(AR) cq libword.a word.o\n\t$(RANLIB) libword.a',
      'test: greet\n\t./greet',
      '',
    ].join('\n'),
    'main.c': '#include <stdio.h>\nextern const char *word;\nint main(void) { puts(word); return 0; }\n',
    'word.c': 'const char *word = "hello";\n',
  },
  'make-with-library': {
    Makefile:
      'CC=cc\nAR=ar\nLDLIBS = -lz -lm\ngreet: main.c\n\t$(AR) --version\n\t$(CC) -o greet main.c $(LDLIBS)\n',
    'main.c':
      '#include <stdio.h>\n#include <zlib.h>\nint main(void) { return puts(zlibVersion()) == EOF; }\n',
  },
  autotools: {
    'configure.ac':
      'AC_INIT([greet], [1.2])\nAM_INIT_AUTOMAKE([foreign])\nLT_INIT\nAC_PROG_CC\nAC_CONFIG_FILES([Makefile])\nAC_OUTPUT\n',
    'Makefile.am':
      'lib_LTLIBRARIES = libword.la\nlibword_la_SOURCES = word.c\nbin_PROGRAMS = greet\ngreet_SOURCES = main.c\ngreet_LDADD = libword.la\n',
    'main.c': '#include <stdio.h>\nextern const char *word;\nint main(void) { puts(word); return 0; }\n',
    'word.c': 'const char *word = "hello";\n',
  },
  configure: {
    configure:
      '#!/bin/sh\necho "all: greet" > Makefile\nprintf "greet: main.c\\n\\t$CC $LDFLAGS -o greet main.c\\n" >> Makefile\n',
    'Makefile.in': 'PROG = greet\n',
    'main.c': mainC,
  },
  /** As GNU's are: a name of two words, the program in a folder of its own, and a library of another package. */
  'with-library': {
    configure: [
      '#!/bin/sh',
      'echo "int main(void) { return 0; }" > try.c && $CC -o try try.c -lz || exit 1',
      'printf "all: config.h\\n\\t$CC -o src/greet src/main.c -lz\\nconfig.h:\\n" > Makefile',
      '',
    ].join('\n'),
    'configure.ac': [
      'AC_INIT([GNU greet], [1.2], [bug@example.org], [greet])',
      'dnl AC_CHECK_LIB(gone, gone)',
      'AC_SEARCH_LIBS([ceil], [m])',
      'AC_CHECK_LIB(z, inflate, , [AC_MSG_ERROR([zlib is needed])])',
      'PKG_CHECK_MODULES(\n\tTERMINAL,\n\t[ncursesw >= 6], [], [found=no])',
      '',
    ].join('\n'),
    'Makefile.in': 'all: config.h\n',
    'src/Makefile.am': 'bin_PROGRAMS = \tgreet\n',
    'src/main.c':
      '#include <stdio.h>\n#include <zlib.h>\nint main(void) { return puts(zlibVersion()) == EOF; }\n',
  },
  cmake: {
    'CMakeLists.txt':
      'cmake_minimum_required(VERSION 3.13)\nproject(greet VERSION 1.2.0 LANGUAGES CXX)\nadd_subdirectory(src)\nadd_executable(greet main.cc)\ntarget_link_libraries(greet ZLIB::ZLIB)\n',
    'src/CMakeLists.txt': 'find_package(ZLIB REQUIRED GLOBAL) # find_package(CURL)\n',
    'main.cc':
      '#include <iostream>\n#include <zlib.h>\nint main() { std::cout << zlibVersion() << "\\n"; }\n',
  },
  meson: {
    'meson.build': [
      "project('greet', 'c', version: '1.2')",
      "zlib = dependency('zlib')",
      "grammar = custom_target('grammar', input: 'greet.y', output: ['greet.c', 'greet.h'],",
      "  command: [find_program('bison'), '--defines=@OUTPUT1@', '--output=@OUTPUT0@', '@INPUT@'])",
      "executable('greet', 'main.c', grammar, dependencies: zlib)",
      '',
    ].join('\n'),
    'greet.y': '%code { int yylex(void); void yyerror(const char *); }\n%%\nall:\n',
    'main.c':
      '#include <stdio.h>\n#include <zlib.h>\nint yylex(void) { return 0; }\nvoid yyerror(const char *text) { puts(text); }\nint yyparse(void);\nint main(void) { puts(zlibVersion()); return yyparse(); }\n',
  },
  'node-addon': {
    'binding.gyp': '{ "targets": [{ "target_name": "greet", "sources": ["greet.c"] }] }\n',
    // What it needs of others is for its tests, and nothing that is compiled.
    'package.json':
      '{ "name": "@example/greet", "version": "1.0.0", "gypfile": true, "devDependencies": { "mocha": "11.7.5" } }\n',
    'greet.c': [
      '#include <node_api.h>',
      'static napi_value init(napi_env env, napi_value exports) {',
      '  napi_value word;',
      '  napi_create_string_utf8(env, "hello", NAPI_AUTO_LENGTH, &word);',
      '  napi_set_named_property(env, exports, "word", word);',
      '  return exports;',
      '}',
      'NAPI_MODULE(greet, init)',
      '',
    ].join('\n'),
  },
  /** Of V8's own interface, with a library of its own and something to run before node-gyp. */
  'v8-addon': {
    'binding.gyp':
      '{ "includes": ["made.gypi"], "targets": [{ "target_name": "greet", "dependencies": ["word"], "sources": ["src/greet.cc"] }, { "target_name": "word", "type": "static_library", "sources": ["src/word.c"] }] }\n',
    'package.json':
      '{ "name": "greet", "version": "1.0.0", "scripts": { "install": "node make.js > made.gypi && node-gyp rebuild" } }\n',
    'make.js': 'console.log("{}");\n',
    'src/word.c': 'const char *word(void) { return "hello"; }\n',
    'src/greet.cc': [
      '#include <node.h>',
      'extern "C" const char *word();',
      'static void Init(v8::Local<v8::Object> exports) { NODE_SET_METHOD(exports, word(), [](auto &) {}); }',
      'NODE_MODULE(greet, Init)',
      '',
    ].join('\n'),
  },
  npm: {
    'package.json': `${JSON.stringify(greetPackage)}\n`,
    'greet.js': 'module.exports = () => "hello";\n',
    Makefile: 'all:\n\tnpm run build\n',
  },
  pnpm: {
    'package.json': `${JSON.stringify({ ...greetPackage, packageManager: 'pnpm@10.20.0' })}\n`,
    'pnpm-lock.yaml': "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n",
    'greet.js': 'module.exports = () => "hello";\n',
  },
  yarn: {
    'package.json': `${JSON.stringify({ ...greetPackage, packageManager: 'yarn@4.9.2' })}\n`,
    'yarn.lock': [
      '# This file is generated by running "yarn install" inside your project.\n# Manual changes might be lost - proceed with caution!\n',
      '__metadata:\n  version: 8\n  cacheKey: 10c0\n',
      '"@example/greet@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "@example/greet@workspace:."\n  languageName: unknown\n  linkType: soft\n',
    ].join('\n'),
    'greet.js': 'module.exports = () => "hello";\n',
  },
  'yarn-classic': {
    ...workspace({
      workspaces: { packages: ['packages/*', 'apps/*'] },
      scripts: { build: 'yarn workspaces run env' },
    }),
    'yarn.lock': '# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.\n# yarn lockfile v1\n\n\n',
  },
  'npm-workspace': workspace({ workspaces: ['packages/*', 'apps/*'] }),
  'pnpm-workspace': {
    ...workspace({}, 'workspace:*'),
    'pnpm-workspace.yaml': "packages:\n  - 'packages/**'\n  - '!**/test/**'\n  - apps/*\n",
    'pnpm-lock.yaml': [
      "lockfileVersion: '9.0'\n",
      'settings:\n  autoInstallPeers: true\n  excludeLinksFromLockfile: false\n',
      'importers:\n\n  .: {}\n\n  apps/show: {}\n',
      "  packages/greet:\n    dependencies:\n      '@example/word':\n        specifier: workspace:*\n        version: link:../word\n",
      '  packages/word: {}\n',
    ].join('\n'),
    'packages/greet/test/package.json': '{ "name": "of-a-test" }\n',
  },
  'yarn-workspace': {
    ...workspace({ packageManager: 'yarn@4.9.2', workspaces: ['packages/*', 'apps/*'] }, 'workspace:^'),
  },
  python: {
    'pyproject.toml':
      '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n[project]\nname = "greet"\nversion = "1.0"\n',
    'setup.py':
      'from setuptools import Extension, setup\nsetup(name="greet", version="1.0", ext_modules=[Extension("greet", ["greet.c"])])\n',
    'greet.c': [
      '#include <Python.h>',
      'static struct PyModuleDef module = { PyModuleDef_HEAD_INIT, "greet", NULL, -1, NULL };',
      'PyMODINIT_FUNC PyInit_greet(void) { return PyModule_Create(&module); }',
      '',
    ].join('\n'),
  },
  /** Of C++, and built by a setuptools that no Debian has. */
  'python-cxx': {
    'pyproject.toml':
      '[build-system]\nrequires = ["setuptools>=80", "setuptools-scm"]\n\n[project]\nname = "greet"\nversion = "1.0"\nrequires-python = ">=3.10"\n',
    'setup.py':
      'from setuptools import Extension, setup\nsetup(ext_modules=[Extension("greet", ["greet.cc"])])\n# run(["cmake", "."])\n',
  },
  /** Its licence is an expression, which the setuptools of Debian 12 refuses. */
  'python-licensed': {
    'pyproject.toml':
      '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n[project]\nname = "greet"\nversion = "1.0"\nlicense = "MIT OR Apache-2.0"\n\n[tool.setuptools]\npackages = []\n',
    'setup.py':
      'from setuptools import Extension, setup\nsetup(ext_modules=[Extension("greet", ["greet.c"])])\n',
  },
  /** By setuptools, with a crate, and with requirements that have brackets and markers. */
  'python-crate': {
    'pyproject.toml':
      '[build-system]\nrequires = [\n  "setuptools>=61", # and more\n  "setuptools-scm[toml]>=8",\n  \'setuptools-rust>=1.7; python_version < "3.15"\',\n]\nbuild-backend = "setuptools.build_meta"\n\n[project]\nname = "greet"\nversion = "1.0"\n',
    'Cargo.toml':
      '[package]\nname = "greet"\nversion = "0.1.0"\nedition = "2021"\n\n[lib]\ncrate-type = ["cdylib"]\n',
  },
  /** By maturin: its Cargo.toml is that of no program. */
  maturin: {
    'pyproject.toml':
      '[build-system]\nrequires = ["maturin>=1.9,<2"]\nbuild-backend = "maturin"\n\n[project]\nname = "greet"\ndynamic = ["version"]\n',
    'Cargo.toml':
      '[package]\nname = "greet"\nversion = "0.1.0"\nedition = "2021"\nrust-version = "1.88"\n\n[lib]\ncrate-type = ["cdylib"]\n\n[dependencies]\npyo3 = "0.27"\n',
    'Cargo.lock': 'version = 3\n\n[[package]]\nname = "greet"\nversion = "0.1.0"\n',
    'src/lib.rs': 'use pyo3::prelude::*;\n\n#[pymodule]\nmod greet {}\n',
  },
  /** Of uv, with a package that is compiled, and one that isn't. */
  'python-workspace': {
    'pyproject.toml':
      '[project]\nname = "greetings"\nversion = "0"\nrequires-python = ">=3.10"\ndependencies = ["greet"]\n\n[tool.uv.sources]\ngreet = { workspace = true }\n\n[tool.uv.workspace]\nmembers = ["packages/*"]\n',
    'packages/greet/pyproject.toml':
      '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n[project]\nname = "greet"\nversion = "1.0"\n',
    'packages/greet/setup.py':
      'from setuptools import Extension, setup\nsetup(ext_modules=[Extension("greet", ["greet.c"])])\n',
    'packages/greet/greet.c':
      '#include <Python.h>\nstatic struct PyModuleDef module = { PyModuleDef_HEAD_INIT, "greet", NULL, -1, NULL };\nPyMODINIT_FUNC PyInit_greet(void) { return PyModule_Create(&module); }\n',
    'packages/words/pyproject.toml':
      '[build-system]\nrequires = ["uv_build>=0.9"]\nbuild-backend = "uv_build"\n\n[project]\nname = "words"\nversion = "1.0"\n',
    'packages/words/src/words/__init__.py': '',
  },
  zig: {
    'build.zig': 'const std = @import("std");\n// the program: .name = "greet"\n',
    'build.zig.zon': '.{ .name = .greet, .version = "0.1.0" }\n',
  },
  rust: {
    'Cargo.toml': '[package]\nname = "greet"\nversion = "0.1.0"\nedition = "2021"\n',
    'Cargo.lock':
      '# This file is automatically @generated by Cargo.\nversion = 3\n\n[[package]]\nname = "greet"\nversion = "0.1.0"\n',
    'src/main.rs': 'fn main() {\n    println!("hello");\n}\n',
  },
  /** Its crates come from a registry, and one of them links what the distro has. */
  'rust-with-openssl': {
    'Cargo.toml':
      '[package]\nname = "greet"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\nopenssl = "0.10"\n',
    'Cargo.lock':
      'version = 3\n\n[[package]]\nname = "greet"\nversion = "0.1.0"\n\n[[package]]\nname = "openssl-sys"\nversion = "0.9.80"\n',
  },
  'new-rust': { 'Cargo.toml': '[package]\nname = "greet"\nversion = "0.1.0"\nrust-version = "1.88"\n' },
  /** As larger programs are: no package at the top, a library, and two programs, of which one has another name than its crate. */
  'rust-workspace': {
    'Cargo.toml':
      '[workspace]\nresolver = "2"\nmembers = ["crates/*", "tools/show"]\nexclude = ["crates/old"]\n\n[workspace.package]\nversion = "0.2.0"\nedition = "2021"\n',
    'crates/word/Cargo.toml':
      '[package]\nname = "word"\nversion.workspace = true\nedition.workspace = true\n',
    'crates/word/src/lib.rs': 'pub const WORD: &str = "hello";\n',
    'crates/greet/Cargo.toml':
      '[package]\nname = "greet-cli"\nversion.workspace = true\nedition.workspace = true\n\n[[bin]]\nname = "greet"\npath = "src/main.rs"\n\n[dependencies]\nword = { path = "../word" }\n',
    'crates/greet/src/main.rs': 'fn main() {\n    println!("{}", word::WORD);\n}\n',
    'crates/old/Cargo.toml': '[package]\nname = "old"\n',
    'crates/old/src/main.rs': 'fn main() {}\n',
    'tools/show/Cargo.toml': '[package]\nname = "show"\nversion.workspace = true\nedition.workspace = true\n',
    'tools/show/src/main.rs': 'fn main() {}\n',
  },
  go: {
    'go.mod': 'module example.org/tools/greet\n\ngo 1.21\n',
    'main.go': 'package main\n\nfunc main() { println("hello") }\n',
  },
  cgo: {
    'go.mod': 'module example.org/tools/greet\n\ngo 1.21\n',
    'greet.go':
      'package main\n\n// #include <stdio.h>\n// static int greet(void) { return puts("hello"); }\nimport "C"\n\nfunc main() { C.greet() }\n',
    'greet_test.go': 'package main\n',
  },
  'go-module': {
    'go.mod': 'module example.org/tools/greet/v2\n\ngo 1.21\n',
    'greet.go': 'package greet\n\nfunc Word() string { return "hello" }\n',
    'cmd/greet/main.go':
      'package main\n\nimport "example.org/tools/greet/v2"\n\nfunc main() { println(greet.Word()) }\n',
  },
} satisfies Record<string, Files>;
