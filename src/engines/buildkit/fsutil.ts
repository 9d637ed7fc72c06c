/** The messages of fsutil, in which BuildKit sends folders in either direction, and what they say of a file. */
import { ProtobufMessage, ProtobufWriter } from '../../base/protobuf.ts';

/** Go's `fs.FileMode`: the permissions of Unix below, the kind of file above. */
export const goMode = {
  folder: 2 ** 31,
  link: 1 << 27,
  device: 1 << 26,
  pipe: 1 << 25,
  socket: 1 << 24,
  setuid: 1 << 23,
  setgid: 1 << 22,
  character: 1 << 21,
  sticky: 1 << 20,
} as const;

export interface FileStat {
  /** Relative, `/`-separated. */
  readonly path: string;
  /** As Go writes it. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly modified: bigint;
  /** What a symbolic link says; of a regular file, the file sent before that it is another name of. */
  readonly linkname: string;
  readonly major?: number;
  readonly minor?: number;
  readonly xattrs?: Readonly<Record<string, Uint8Array>>;
}

export function isFolder({ mode }: FileStat): boolean {
  return hasBit(mode, goMode.folder);
}

export function isRegular({ mode }: FileStat): boolean {
  const kinds = [goMode.folder, goMode.link, goMode.device, goMode.pipe, goMode.socket, goMode.character];
  return !kinds.some((kind) => hasBit(mode, kind));
}

function hasBit(mode: number, bit: number): boolean {
  return (mode & bit) !== 0;
}

const specialBits: readonly (readonly [unix: number, go: number])[] = [
  [0o4000, goMode.setuid],
  [0o2000, goMode.setgid],
  [0o1000, goMode.sticky],
];

/** Permissions as Unix has them, with setuid and its like at 0o7000, to Go's. */
export function goPermissions(mode: number): number {
  return specialBits.reduce((all, [unix, go]) => (hasBit(mode, unix) ? all + go : all), mode & 0o777);
}

export function unixPermissions(mode: number): number {
  return specialBits.reduce((all, [unix, go]) => (hasBit(mode, go) ? all + unix : all), mode & 0o777);
}

export const packetType = { stat: 0, request: 1, data: 2, finish: 3, error: 4 } as const;

export interface FilePacket {
  readonly type: number;
  /** Undefined in the one that ends the list. */
  readonly stat?: FileStat | undefined;
  readonly id?: number;
  readonly data?: Uint8Array;
}

export function writePacket({ type, stat, id = 0, data }: FilePacket): Uint8Array {
  const writer = new ProtobufWriter().integer(1, type);
  if (stat !== undefined) writer.message(2, (inner) => writeStat(inner, stat));
  writer.integer(3, id);
  return (data === undefined ? writer : writer.bytes(4, data)).finish();
}

export function readPacket(bytes: Uint8Array): FilePacket {
  const message = new ProtobufMessage(bytes);
  const stat = message.message(2);
  return {
    type: message.integer(1),
    stat: stat === undefined ? undefined : readStat(stat),
    id: message.integer(3),
    data: message.bytes(4),
  };
}

function writeStat(writer: ProtobufWriter, stat: FileStat): void {
  writer
    .string(1, stat.path)
    .integer(2, stat.mode)
    .integer(3, stat.uid)
    .integer(4, stat.gid)
    .integer(5, stat.size)
    .integer(6, stat.modified)
    .string(7, stat.linkname)
    .integer(8, stat.major ?? 0)
    .integer(9, stat.minor ?? 0)
    .map(10, stat.xattrs ?? {}, (entry, value) => entry.bytes(2, value));
}

export function readStat(stat: ProtobufMessage): FileStat {
  return {
    path: stat.string(1),
    mode: stat.integer(2),
    uid: stat.integer(3),
    gid: stat.integer(4),
    size: stat.integer(5),
    modified: stat.bigint(6),
    linkname: stat.string(7),
  };
}

/** The order in which a folder is told: names by their bytes, what is in a folder right after it. */
export function compareSent(a: string, b: string): number {
  return Buffer.compare(sortable(a), sortable(b));
}

function sortable(path: string): Buffer {
  return Buffer.from(path.replaceAll('/', '\0'));
}
