// Puts the program into few files: build/bundle/, which is what users get. Node takes longer to find and read 300 modules
// than the command takes for a build with nothing to do. What it depends on goes in too, so the package needs no other.
//
// Everything lies in one folder, because a thread or process is started with `new URL('./its-worker.js', import.meta.url)`:
// beside a module's own file here, and beside the module itself in build/src, where tsc writes for the unit tests.
//
// What is loaded on demand is a file of its own, and so is what several such files need. That alone would be a hundred
// files for a build with nothing to do, as each has other company, so those that start together are put together.
// Nothing is minified: stack traces name functions, and comments above these the modules.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { noticesOf } from './notices.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const source = join(root, 'src');
const bundle = join(root, 'build/bundle');

const command = { targetry: 'cli/main.ts' };
/** `exports` of package.json. */
const library = {
  audit: 'audit/index.ts',
  buildkit: 'engines/buildkit/index.ts',
  graph: 'graph/index.ts',
  packages: 'packages/index.ts',
};
const workers = {
  'audit-worker': 'audit/audit-worker.ts',
  'search-worker': 'explain/search-worker.ts',
  'unpack-worker': 'roots/unpack-worker.ts',
  worker: 'engines/embedded/worker.ts',
};
/** What `targetry build` loads on demand each time, also when nothing has changed. */
const everyBuild = ['cli/run.ts', 'operations/build.ts', 'present/build.ts', 'present/display.ts'];

/** Modules that are put together: those that all of these lists reach. They import none of a later layer. */
const layers = [
  { name: 'version', within: [['report/version.ts']] },
  { name: 'foundation', within: [everyBuild, Object.values({ ...library, ...workers })] },
  { name: 'every-command', within: [['cli/run.ts']] },
  { name: 'every-build', within: [everyBuild] },
];

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeBundle();

/** Files that stay the same are left alone, as somebody may be running them. */
export async function writeBundle() {
  const files = await makeBundle();
  mkdirSync(bundle, { recursive: true });
  for (const [name, text] of files) {
    const path = join(bundle, name);
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
  }
  for (const name of readdirSync(bundle)) if (!files.has(name)) rmSync(join(bundle, name));
  chmodSync(join(bundle, 'targetry.js'), 0o755);
}

/** By name. */
async function makeBundle() {
  const input = Object.entries({ ...command, ...library, ...workers });
  const build = await rolldown({
    input: Object.fromEntries(input.map(([name, path]) => [name, join(source, path)])),
    // Of the dependencies the builds that are ES modules and ask nothing of Node: less is loaded.
    platform: 'browser',
    external: /^node:/,
    transform: { target: 'node20.19' },
    checks: { ineffectiveDynamicImport: false },
  });
  const { output } = await build.generate({
    chunkFileNames: fileNameOf,
    codeSplitting: { groups: groups() },
  });
  await build.close();
  const modules = output.flatMap(({ moduleIds }) => moduleIds);
  return new Map([
    ...output.map(({ fileName, code }) => [fileName, code]),
    ['NOTICES.txt', noticesOf(modules)],
    ['explain-words.json', await explainWords()],
  ]);
}

/** What is found out of each pattern of a known failure before a log is read; as tsc has put the modules that do it. */
async function explainWords() {
  const { Explainer } = await import('../build/src/explain/explain.js');
  const { failureClasses } = await import('../build/src/explain/failure-classes.js');
  return JSON.stringify(new Explainer(failureClasses).words);
}

/** Named after a module that no other file has: the one that is asked for, or for whose sake the others are there. */
function fileNameOf({ name, facadeModuleId, moduleIds }) {
  const path = relative(source, facadeModuleId ?? moduleIds.at(-1));
  const isLayer = layers.some((layer) => layer.name === name);
  return isLayer || path.startsWith('..')
    ? '[name].js'
    : `${path.replace(/\.ts$/, '').replaceAll('/', '-')}.js`;
}

/** Of modules that belong to several layers the first has them. */
function groups() {
  const closures = new Map();
  const reach = (roots, id, context) => {
    if (!closures.has(roots)) closures.set(roots, closureOf(roots, context));
    return closures.get(roots).has(id);
  };
  return layers.map(({ name, within }, index) => ({
    debugName: name,
    name: (id, context) => (within.every((roots) => reach(roots, id, context)) ? name : null),
    priority: layers.length - index,
  }));
}

/** All modules that are loaded with these. */
function closureOf(roots, context) {
  const found = new Set(roots.map((path) => join(source, path)));
  for (const id of found)
    for (const imported of context.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found;
}
