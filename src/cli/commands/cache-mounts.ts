import { buildCommand, buildRouteMap } from '@stricli/core';
import { formatFlag, severalWords } from '../flags.ts';
import type { CommandLine } from '../command-line.ts';

interface ListFlags {
  readonly format?: 'text' | 'json';
}

const load = () =>
  Promise.all([import('../../operations/building/cache-mounts.ts'), import('../../present/cache-mounts.ts')]);

const listRoute = buildCommand<ListFlags, [], CommandLine>({
  loader: async () => {
    const [{ listCacheMounts }, { cacheMountsJson, renderCacheMounts }] = await load();
    return async function list(flags) {
      const reports = await listCacheMounts(this.world);
      const options = { color: this.color.stdout, now: Date.now() };
      const text = flags.format === 'json' ? cacheMountsJson(reports) : renderCacheMounts(reports, options);
      this.process.stdout.write(text);
    };
  },
  parameters: { flags: { format: formatFlag } },
  docs: { brief: 'List the caches of steps: what each is for, its size and last use' },
});

const names = {
  ...severalWords('cache', "Names or ids, or globs: 'zig-*'"),
  minimum: 1,
} as const;

const condemnRoute = buildCommand<object, string[], CommandLine>({
  loader: async () => {
    const [{ condemnCacheMounts }, { renderCacheMountChanges }] = await load();
    return async function condemn(_flags, ...caches) {
      const changes = await condemnCacheMounts(this.world, caches);
      this.process.stdout.write(renderCacheMountChanges(changes, 'given up'));
    };
  },
  parameters: { flags: {}, positional: names },
  docs: { brief: 'Have the next build start them anew, also while a build uses them' },
});

const clearRoute = buildCommand<object, string[], CommandLine>({
  loader: async () => {
    const [{ clearCacheMounts }, { renderCacheMountChanges }] = await load();
    return async function clear(_flags, ...caches) {
      const changes = await clearCacheMounts(this.world, caches);
      this.process.stdout.write(renderCacheMountChanges(changes, 'cleared'));
    };
  },
  parameters: { flags: {}, positional: names },
  docs: { brief: 'Remove them and free their room' },
});

const file = { parse: String, placeholder: 'file', brief: 'A tar file' } as const;

const exportRoute = buildCommand<object, [string, string], CommandLine>({
  loader: async () => {
    const [{ exportCacheMount }, { renderCacheMountChanges }] = await load();
    return async function exportOne(_flags, cache, to) {
      const change = await exportCacheMount(this.world, cache, to);
      this.process.stdout.write(renderCacheMountChanges([change], 'exported'));
    };
  },
  parameters: {
    flags: {},
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, placeholder: 'cache', brief: 'A name or an id' }, file],
    },
  },
  docs: { brief: 'Write one to a file, for another machine' },
});

const importRoute = buildCommand<object, [string], CommandLine>({
  loader: async () => {
    const [{ importCacheMount }, { renderCacheMountChanges }] = await load();
    return async function importOne(_flags, from) {
      const change = await importCacheMount(this.world, from);
      this.process.stdout.write(renderCacheMountChanges([change], 'imported'));
    };
  },
  parameters: { flags: {}, positional: { kind: 'tuple', parameters: [file] } },
  docs: { brief: 'Put one from such a file in the place of what is there' },
});

export const cacheMountsRoute = buildRouteMap({
  routes: {
    list: listRoute,
    condemn: condemnRoute,
    clear: clearRoute,
    export: exportRoute,
    import: importRoute,
  },
  defaultCommand: 'list',
  docs: { brief: 'List, give up, clear, export and import the caches of steps' },
});
