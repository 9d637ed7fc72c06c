import { compareUtf8, ProtobufWriter } from '../base/protobuf.ts';
import { sha256 } from '../base/sha256.ts';
import type {
  CacheSharing,
  CopyAction,
  ExecOp,
  FileAction,
  FileOp,
  MkdirAction,
  MkfileAction,
  Mount,
  Op,
  Output,
  Owner,
  Platform,
  RmAction,
  Vertex,
} from './graph.ts';

/*
 * A vertex as BuildKit's `pb.Op`, byte for byte as Go's client writes it. The digest of a vertex is the digest of these
 * bytes and names it in those who use it, in caches and in progress, and daemons marshal again before they compare:
 * one byte in another order, and nothing matches. The numbers are the fields of solver/pb/ops.proto. What Go does that the
 * format alone doesn't tell:
 *
 *  - the field that says which operation it is (2 to 7) comes last, after platform (10) and constraints (11);
 *  - constraints are written though they are empty;
 *  - the platform is written only where the result depends on it, so that one copy serves all CPUs;
 *  - steps always set `removeMountStubsRecursive`; copies write a mode of -1, and all a time of -1, for "as it is";
 *  - a secret's or agent's mount has no input (-1), yet 0 for its output;
 *  - a name in an owner is looked up in the first input, also by later actions.
 *
 * test/unit/graph/vectors.json holds what Go writes; test/oracle renews it.
 */

interface Label {
  readonly name: string;
  readonly target: string | undefined;
}

export function vertexOf(
  op: Op,
  inputs: readonly Output[],
  platform: Platform | undefined,
  { name, target }: Label,
): Vertex {
  const bytes = marshalOp(op, inputs, platform);
  return { digest: sha256(bytes), op, inputs, platform, bytes, name, target };
}

export function writeInputs(writer: ProtobufWriter, inputs: readonly Output[]): void {
  for (const { vertex, index } of inputs) {
    writer.message(1, (input) => input.string(1, `sha256:${vertex.digest}`).integer(2, index));
  }
}

function marshalOp(op: Op, inputs: readonly Output[], platform: Platform | undefined): Uint8Array {
  const writer = new ProtobufWriter();
  writeInputs(writer, inputs);
  if (platform !== undefined) {
    writer.message(10, (inner) =>
      inner.string(1, platform.architecture).string(2, platform.os).string(3, platform.variant),
    );
  }
  writer.message(11, () => {});
  switch (op.type) {
    case 'exec':
      writer.message(2, (exec) => writeExec(exec, op));
      break;
    case 'source':
      writer.message(3, (source) =>
        source.string(1, op.identifier).map(2, op.attributes, (entry, value) => entry.strings(2, [value])),
      );
      break;
    case 'file':
      writer.message(4, (file) => writeFile(file, op));
      break;
    case 'merge':
      writer.message(6, (merge) => {
        for (const index of inputs.keys()) merge.message(1, (input) => input.integer(1, index));
      });
      break;
    case 'diff':
      writer.message(7, (diff) =>
        diff
          .message(1, (lower) => lower.integer(1, op.lower))
          .message(2, (upper) => upper.integer(1, op.upper)),
      );
      break;
  }
  return writer.finish();
}

const networks: Record<ExecOp['network'], number> = { sandbox: 0, none: 2 };
const mountTypes: Record<Mount['type'], number> = { bind: 0, secret: 1, ssh: 2, cache: 3, tmpfs: 4 };
const sharings: Record<CacheSharing, number> = { shared: 0, private: 1, locked: 2 };

function writeExec(exec: ProtobufWriter, op: ExecOp): void {
  exec.message(1, (meta) =>
    meta
      .strings(1, op.args)
      .strings(
        2,
        Object.keys(op.env)
          .sort(compareUtf8)
          .map((name) => `${name}=${op.env[name]}`),
      )
      .string(3, op.cwd)
      .string(4, op.user)
      .bool(11, true),
  );
  for (const mount of op.mounts) exec.message(2, (inner) => writeMount(inner, mount));
  exec.integer(3, networks[op.network]);
  for (const { id, name, optional } of op.secretEnv) {
    exec.message(5, (secret) => secret.string(1, id).string(2, name).bool(3, optional));
  }
}

export function writeMount(writer: ProtobufWriter, mount: Mount): void {
  writer
    .integer(1, mount.input)
    .string(2, mount.type === 'bind' || mount.type === 'cache' ? mount.selector : undefined)
    .string(3, mount.destination)
    .integer(4, mount.type === 'secret' || mount.type === 'ssh' ? 0 : mount.output)
    .bool(5, mount.readonly)
    .integer(6, mountTypes[mount.type]);
  switch (mount.type) {
    case 'bind':
      break;
    case 'tmpfs':
      writer.message(19, (option) => option.integer(1, mount.size ?? 0));
      break;
    case 'cache':
      writer.message(20, (option) => option.string(1, mount.id).integer(2, sharings[mount.sharing]));
      break;
    case 'secret':
    case 'ssh':
      writer.message(mount.type === 'secret' ? 21 : 22, (option) =>
        option
          .string(1, mount.id)
          .integer(2, mount.uid)
          .integer(3, mount.gid)
          .integer(4, mount.mode)
          .bool(5, mount.optional),
      );
      break;
  }
}

function writeFile(file: ProtobufWriter, op: FileOp): void {
  const base = op.actions[0]!.input;
  for (const action of op.actions) {
    file.message(2, (inner) => {
      inner.integer(1, action.input).integer(2, action.secondaryInput).integer(3, action.output);
      writeAction(inner, action, base);
    });
  }
}

function writeAction(writer: ProtobufWriter, action: FileAction, base: number): void {
  switch (action.type) {
    case 'copy':
      writer.message(4, (copy) => writeCopy(copy, action, base));
      break;
    case 'mkfile':
      writer.message(5, (mkfile) => writeMkfile(mkfile, action, base));
      break;
    case 'mkdir':
      writer.message(6, (mkdir) => writeMkdir(mkdir, action, base));
      break;
    case 'rm':
      writer.message(7, (rm) => writeRm(rm, action));
      break;
  }
}

function writeCopy(writer: ProtobufWriter, action: CopyAction, base: number): void {
  writer.string(1, action.source).string(2, action.destination);
  writeOwner(writer, 3, action.owner, base);
  writer
    .integer(4, action.mode ?? -1)
    .bool(5, action.followLinks)
    .bool(6, action.contentsOnly)
    .bool(8, action.makeParents)
    .bool(9, action.wildcard)
    .bool(10, action.allowEmpty)
    .integer(11, timestamp(action.modified))
    .strings(12, action.include)
    .strings(13, action.exclude)
    .bool(14, action.replace);
}

function writeMkfile(writer: ProtobufWriter, action: MkfileAction, base: number): void {
  writer.string(1, action.path).integer(2, action.mode).bytes(3, action.data);
  writeOwner(writer, 4, action.owner, base);
  writer.integer(5, timestamp(action.modified));
}

function writeMkdir(writer: ProtobufWriter, action: MkdirAction, base: number): void {
  writer.string(1, action.path).integer(2, action.mode).bool(3, action.makeParents);
  writeOwner(writer, 4, action.owner, base);
  writer.integer(5, timestamp(action.modified));
}

function writeRm(writer: ProtobufWriter, action: RmAction): void {
  writer.string(1, action.path).bool(2, action.allowMissing).bool(3, action.wildcard);
}

function writeOwner(writer: ProtobufWriter, field: number, owner: Owner | undefined, base: number): void {
  if (owner === undefined) return;
  writer.message(field, (chown) => {
    for (const [number, who] of [owner.user, owner.group].entries()) {
      if (who === undefined) continue;
      chown.message(number + 1, (user) => {
        if (typeof who === 'number') user.present(2, who);
        else user.message(1, (named) => named.string(1, who).integer(2, base));
      });
    }
  });
}

/** Nanoseconds since 1970; -1 to leave it alone. */
function timestamp(modified: Date | undefined): bigint {
  return modified === undefined ? -1n : BigInt(modified.getTime()) * 1_000_000n;
}
