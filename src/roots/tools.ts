/**
 * Puts tools into a root: each into a folder of its own below `/opt/targetry/tools`, where nothing of the distro is, and its
 * programs, by links, into `/usr/local/bin`, where PATH looks first.
 */
import type { LockedTool } from '../lock/lock.ts';
import { Failure } from '../report/failure.ts';
import type { Store } from '../store/store.ts';
import type { EffectResult } from './effects/effect.ts';
import { hasProgram } from './root-facts.ts';
import type { RootNode, RootTree } from './root-tree.ts';
import { StoredTree } from './stored-tree.ts';
import { programsOf, toolFolder, wheelPath, type ToolProgram } from './tool-programs.ts';
import { nodeOfEntry } from './tree-node.ts';

const BIN = 'usr/local/bin';

export function addTools(tree: RootTree, tools: readonly LockedTool[], store: Store): EffectResult {
  const owners = new Map<string, string>();
  for (const tool of tools) {
    const from = new StoredTree(store, tool);
    putFiles(tree, tool, from);
    if (tool.of !== undefined) continue;
    for (const program of programsOf(tool, from, (interpreter) => hasProgram(tree, interpreter))) {
      const other = owners.get(program.name);
      if (other !== undefined) {
        throw new Failure('tool-clash', `${other} and ${tool.name} both bring \`${program.name}\``);
      }
      owners.set(program.name, tool.name);
      putProgram(tree, tool, program);
    }
  }
  return { done: [...owners.keys()].map((name) => `${BIN}/${name}`), skipped: [] };
}

function putFiles(tree: RootTree, tool: LockedTool, from: StoredTree): void {
  const { source, name, of } = tool;
  // Node looks for a part in `node_modules` beside the files that want it.
  const folder =
    of === undefined ? toolFolder(tool) : `${toolFolder({ source, name: of })}/node_modules/${name}`;
  tree.folder(folder, { owner: name });
  const own = new Map<string, RootNode>();
  for (const entry of from.entries) {
    const path = source === 'npm' ? entry.path : wheelPath(entry.path);
    if (path === undefined) continue;
    const node = nodeOfEntry(from, entry, (earlier) => own.get(earlier));
    own.set(entry.path, node);
    if (node.type === 'folder') tree.folder(`${folder}/${path}`, node);
    else tree.set(tree.locate(`${folder}/${path}`), node);
  }
}

function putProgram(tree: RootTree, tool: LockedTool, { name, path, text }: ToolProgram): void {
  const place = `${toolFolder(tool)}/${path}`;
  if (text !== undefined) tree.write(place, text, { owner: tool.name, mode: 0o755 });
  tree.folder(BIN, { owner: tool.name });
  tree.remove(`${BIN}/${name}`);
  tree.link(`${BIN}/${name}`, `/${place}`, tool.name);
}
