import { folderMembers, writeMembers } from './folder-members.ts';
import { withLayers } from './mounted-layers.ts';
import type { ArchiveRequest, PackAnswer } from './protocol.ts';
import type { Tools } from './tools.ts';

/** Writes what is in a stack of layers to a tar. */
export async function archiveLayers(
  { folder, layers, file }: ArchiveRequest,
  tools: Tools,
): Promise<PackAnswer> {
  const write = (root: string) => writeMembers(file, folderMembers(root, '.', { devices: true }));
  const [single] = layers;
  return layers.length === 1 ? write(single!) : withLayers(tools, folder, layers, write);
}
