import { ProtobufWriter } from '../base/protobuf.ts';
import { sha256 } from '../base/sha256.ts';
import type { ExecOp, FileOp, Graph, Op } from './graph.ts';
import { writeInputs } from './marshal.ts';

/**
 * The graph as BuildKit's `pb.Definition`, which `buildctl build < FILE` takes. The last operation has only inputs, the graph's
 * outputs; BuildKit solves the first of them.
 */
export function marshalDefinition(graph: Graph): Uint8Array {
  const last = new ProtobufWriter();
  writeInputs(last, graph.outputs);
  const head = last.finish();

  const metadata: Record<string, Metadata> = {};
  for (const { digest, op, name, target } of graph.vertices) {
    metadata[`sha256:${digest}`] = {
      name: target === undefined ? name : `[${target}] ${name}`,
      caps: capabilitiesOf(op),
    };
  }
  metadata[`sha256:${sha256(head)}`] = {
    name: undefined,
    caps: ['constraints', 'platform', ...(graph.vertices.length > 0 ? ['meta.description'] : [])],
  };

  const writer = new ProtobufWriter();
  for (const { bytes } of graph.vertices) writer.encoded(1, bytes);
  writer.encoded(1, head);
  writer.map(2, metadata, (entry, value) => entry.message(2, (inner) => writeMetadata(inner, value)));
  return writer.finish();
}

interface Metadata {
  readonly name: string | undefined;
  readonly caps: readonly string[];
}

function writeMetadata(writer: ProtobufWriter, { name, caps }: Metadata): void {
  if (name !== undefined) {
    writer.map(2, { 'llb.customname': name }, (entry, value) => entry.strings(2, [value]));
  }
  const needed = Object.fromEntries(caps.map((cap) => [cap, true]));
  writer.map(5, needed, (entry, value) => entry.bool(2, value));
}

/**
 * What a daemon must know to run an operation. One that is too old then refuses it; without them it would ignore the
 * fields it doesn't know, and copy everything where a few files were asked for.
 */
export function capabilitiesOf(op: Op): readonly string[] {
  switch (op.type) {
    case 'source':
      return sourceCapabilities(op.identifier, op.attributes);
    case 'exec':
      return execCapabilities(op);
    case 'file':
      return fileCapabilities(op);
    case 'merge':
    case 'diff':
      return [`${op.type}op`];
    default:
      return op satisfies never;
  }
}

const schemes: Readonly<Record<string, string>> = {
  'docker-image': 'source.image',
  'oci-layout': 'source.ocilayout',
  local: 'source.local',
  git: 'source.git',
  http: 'source.http',
  https: 'source.http',
};

const attributeCapabilities: Readonly<Record<string, string>> = {
  'local.sessionid': 'source.local.sessionid',
  'local.includepattern': 'source.local.includepatterns',
  'local.followpaths': 'source.local.followpaths',
  'local.excludepatterns': 'source.local.excludepatterns',
  'local.sharedkeyhint': 'source.local.sharedkeyhint',
  'local.unique': 'source.local.unique',
  'git.keepgitdir': 'source.git.keepgitdir',
  'git.fullurl': 'source.git.fullurl',
  'git.checksum': 'source.git.checksum',
  'http.checksum': 'source.http.checksum',
  'http.perm': 'source.http.perm',
};

function sourceCapabilities(identifier: string, attributes: Readonly<Record<string, string>>): string[] {
  const scheme = schemes[identifier.slice(0, identifier.indexOf('://'))];
  const caps = scheme === undefined ? [] : [scheme];
  for (const attribute of Object.keys(attributes)) {
    const cap = attributeCapabilities[attribute];
    if (cap !== undefined) caps.push(cap);
  }
  return caps;
}

function execCapabilities(op: ExecOp): string[] {
  const caps = ['exec.meta.base'];
  if (op.network !== 'sandbox') caps.push('exec.meta.network');
  for (const mount of op.mounts) {
    switch (mount.type) {
      case 'bind':
        if (mount.input !== -1) caps.push('exec.mount.bind');
        if (mount.selector !== undefined) caps.push('exec.mount.selector');
        break;
      case 'cache':
        caps.push('exec.mount.cache', 'exec.mount.cache.sharing');
        break;
      case 'tmpfs':
        caps.push('exec.mount.tmpfs');
        if (mount.size !== undefined) caps.push('exec.mount.tmpfs.size');
        break;
      case 'secret':
        caps.push('exec.mount.secret');
        break;
      case 'ssh':
        caps.push('exec.mount.ssh');
        break;
    }
  }
  if (op.secretEnv.length > 0) caps.push('exec.mount.secret', 'exec.secretenv');
  return caps;
}

function fileCapabilities(op: FileOp): string[] {
  const caps = ['file.base'];
  for (const action of op.actions) {
    if (action.type !== 'copy') continue;
    if (action.include.length + action.exclude.length > 0) caps.push('file.copy.includeexcludepatterns');
    if (action.replace) caps.push('file.copy.alwaysreplaceexistingdestpaths');
  }
  return caps;
}
