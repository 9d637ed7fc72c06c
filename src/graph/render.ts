import { sha256 } from '../base/sha256.ts';
import { marshalDefinition } from './definition.ts';
import type { FileAction, Graph, Mount, Op, Output, Platform, Vertex } from './graph.ts';

/** One vertex after the other, numbered, with the numbers of its inputs and what the operation does. */
export function renderGraphText(graph: Graph): string {
  const numbers = vertexNumbers(graph);
  const width = String(graph.vertices.length).length;
  const lines = graph.vertices.flatMap((vertex) => {
    const { digest, op, platform } = vertex;
    const number = String(numbers.get(digest)).padStart(width);
    const inputs = vertex.inputs.map((input) => reference(input, numbers));
    const from = inputs.length === 0 ? '' : ` <- ${inputs.join(' ')}`;
    const on = platform === undefined ? '' : ` on ${platformName(platform)}`;
    const details = detailsOf(op, inputs).filter((line) => line !== vertex.name);
    return [
      `${number}  ${op.type} ${vertexTitle(vertex)}${on}${from}  (${digest.slice(0, 12)})`,
      ...details.map((line) => `${' '.repeat(width + 2)}${line}`),
    ];
  });
  const outputs = graph.outputs.map((output) => ` ${reference(output, numbers)}`).join('');
  return `${[...lines, `outputs:${outputs}`].join('\n')}\n`;
}

/** The shape `targetry.graph/1`. Contents of files are base64, times ISO 8601. */
export function renderGraphJson(graph: Graph): string {
  const document = {
    schema: 'targetry.graph/1',
    digest: sha256(marshalDefinition(graph)),
    vertices: graph.vertices.map(({ digest, name, target, platform, inputs, op }) => ({
      digest,
      name,
      target: target ?? null,
      platform: platform === undefined ? null : platformName(platform),
      inputs: inputs.map(edgeOf),
      op,
    })),
    outputs: graph.outputs.map(edgeOf),
  };
  return `${JSON.stringify(document, bytesAsBase64, 2)}\n`;
}

export function vertexNumbers(graph: Graph): ReadonlyMap<string, number> {
  return new Map(graph.vertices.map(({ digest }, index) => [digest, index + 1]));
}

/** Names may be scripts of many lines. */
export function vertexTitle({ name, target }: Vertex): string {
  const [line = ''] = name.split('\n', 1);
  return target === undefined ? line : `[${target}] ${line}`;
}

function edgeOf({ vertex, index }: Output) {
  return { digest: vertex.digest, index };
}

function bytesAsBase64(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}

/** `3`, or `3.1` for the second result of vertex 3. */
function reference({ vertex, index }: Output, numbers: ReadonlyMap<string, number>): string {
  const number = numbers.get(vertex.digest)!;
  return index === 0 ? `${number}` : `${number}.${index}`;
}

function platformName({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

/** What the name doesn't say, a line each; `inputs` are the references to the inputs. */
function detailsOf(op: Op, inputs: readonly string[]): string[] {
  switch (op.type) {
    case 'source':
      return [op.identifier, ...pairs(op.attributes)];
    case 'exec':
      return [
        JSON.stringify(op.args),
        `in ${op.cwd}, network ${op.network}${op.user === undefined ? '' : `, user ${op.user}`}`,
        ...pairs(op.env),
        ...op.mounts
          .filter(({ destination }) => destination !== '/')
          .map((mount) => `${mount.destination}: ${mounted(mount, inputs)}`),
        ...op.secretEnv.map(({ name, id }) => `${name} is secret ${id}`),
      ];
    case 'file':
      return op.actions.map((action) => actionLine(action, inputs));
    case 'merge':
    case 'diff':
      return [];
    default:
      return op satisfies never;
  }
}

function pairs(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${value}`);
}

function mounted(mount: Mount, inputs: readonly string[]): string {
  switch (mount.type) {
    case 'bind':
      return `${mount.selector ?? '/'} of ${inputs[mount.input] ?? 'nothing'}${mount.readonly ? ', read-only' : ''}`;
    case 'cache':
    case 'secret':
    case 'ssh':
      return `${mount.type} ${mount.id}`;
    case 'tmpfs':
      return mount.type;
    default:
      return mount satisfies never;
  }
}

function actionLine(action: FileAction, inputs: readonly string[]): string {
  return action.type === 'copy'
    ? `copy ${action.source} of ${inputs[action.secondaryInput] ?? 'nothing'} to ${action.destination}`
    : `${action.type} ${action.path}`;
}
