import { packetType, readPacket, writePacket, type FileStat } from '../src/engines/buildkit/fsutil.ts';
import { sendFolder } from '../src/engines/buildkit/send-files.ts';
import { filesOf } from '../src/engines/buildkit/sent-folder.ts';
import type { Input } from '../src/engines/engine.ts';

/** A daemon that hears the list, asks for each file, and tells what it got; `listed` is done before it asks. */
export async function taken(input: Input, listed: () => void = () => {}) {
  const stats: FileStat[] = [];
  const bytes = new Map<string, number>();
  let wake = () => {};
  const next = () => new Promise<void>((resolve) => (wake = resolve));
  const heard = next();
  async function* messages() {
    await heard;
    listed();
    for (const id of stats.keys()) {
      const whole = next();
      yield writePacket({ type: packetType.request, id });
      await whole;
    }
    yield writePacket({ type: packetType.finish });
  }
  const files = await filesOf(input);
  const call = {
    metadata: () => ['name'],
    messages: messages(),
    write: (...packets: readonly Uint8Array[]) => {
      for (const { type, stat, id = 0, data } of packets.map(readPacket)) {
        if (type === packetType.stat && stat !== undefined) stats.push(stat);
        else if (type === packetType.stat) wake();
        else if (type === packetType.data && data!.length === 0) wake();
        else if (type === packetType.data) {
          const { path } = stats[id]!;
          bytes.set(path, (bytes.get(path) ?? 0) + data!.length);
        }
      }
      return Promise.resolve();
    },
  };
  await sendFolder(call, () => Promise.resolve(files));
  return { stats, bytes };
}
