/**
 * What sets a step's namespaces and mounts up and becomes its command. There are two that do the same: the program of
 * `native/starter.c`, and where it can't be had the programs of util-linux, led by a shell script.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mountCalls, type PlacedMount } from './mount-script.ts';
import { ownershipFilter } from './one-id.ts';
import { overlayOptions } from './overlay.ts';
import type { StateFolder, StepRequest } from './protocol.ts';
import {
  fstab,
  initScript,
  secretExports,
  stepMountLines,
  stepScript,
  terminalCommand,
  type StepIds,
} from './sandbox.ts';
import type { Tools } from './tools.ts';

export interface StepParts {
  readonly request: StepRequest;
  /** The worker's folder, where devices and /sys are ready. */
  readonly home: string;
  /** Whether a new /proc can be mounted. */
  readonly ownProc: boolean;
  /** Files of the host to show in /etc, for a step that has the network; otherwise it has none at all. */
  readonly etc: ReadonlyMap<string, string>;
  readonly mounts: readonly PlacedMount[];
}

/** Started in the step's folder, with 1 and 2 for its output and 3 to tell how far it comes. */
export interface StepStart {
  readonly command: string;
  /** The name it is called by, where that isn't the command. */
  readonly name?: string;
  readonly args: readonly string[];
  /** What it reads, on this descriptor. */
  readonly input: { readonly descriptor: 4 | 5; readonly bytes: Buffer } | undefined;
}

export type Starter = (parts: StepParts) => StepStart;

export function chainStarter(tools: Tools, ids: StepIds): Starter {
  const script = stepScript(tools, ids);
  return (parts) => {
    const { folder, layers, user = '', cwd, readonly, network, secrets, args, terminal } = parts.request;
    writeFileSync(join(folder, 'fstab'), fstab(stepMountLines({ ...parts, root: join(folder, 'root') })));
    const options = overlayOptions(folder, layers, { writable: true });
    const names = [...parts.etc.keys()].join(' ');
    const calls = mountCalls(parts.mounts, folder);
    const init = initScript(parts.request);
    const onTerminal = terminal === undefined ? '' : terminalCommand(tools, ids);
    const own = [options, user, cwd.slice(1), names, calls, readonly ? ',ro' : '', onTerminal, init];
    const namespaces = ['--mount', '--pid', '--ipc', '--cgroup', ...(network ? [] : ['--net'])];
    return {
      command: tools.unshare,
      args: [...namespaces, '--fork', '--kill-child', '--', tools.sh, '-c', script, 'sh', ...own, ...args],
      input: Object.keys(secrets).length === 0 ? undefined : { descriptor: 5, bytes: secretExports(secrets) },
    };
  };
}

export function programStarter(program: string, ids: StepIds): Starter {
  return (parts) => ({
    command: program,
    name: 'init',
    args: parts.request.network ? ['network'] : [],
    input: { descriptor: 4, bytes: starterOrders(parts, ids) },
  });
}

type Order = readonly (string | Buffer)[];

/** What the program reads: a verb and its arguments, each ended by NUL. */
function starterOrders(parts: StepParts, { many }: StepIds): Buffer {
  const { request, etc, mounts } = parts;
  const { folder, layers, user, cwd, readonly, network } = request;
  const orders: readonly Order[] = [
    ['ids', many ? 'many' : 'one'],
    ['say', 'overlay'],
    ['overlay', overlayOptions(folder, layers, { writable: true })],
    ['say', 'root'],
    ...['dev', 'proc', 'sys', ...(etc.size > 0 ? ['etc'] : [])].map((name) => ['place', name]),
    ...[...etc.keys()].map((name) => ['etc', name]),
    ...(user === undefined
      ? []
      : [
          ['say', 'user'],
          ['user', user],
        ]),
    ['say', 'mounts'],
    ...stepMountLines({ ...parts, root: join(folder, 'root') }).map((line) => ['mount', ...line]),
    ...mounts.flatMap(({ mount, from }) => [
      ['say', `mount ${mount.at}`],
      ...mountOrders(mount, from, folder),
    ]),
    ['say', 'folder'],
    ['folder', cwd.slice(1)],
    ...(readonly ? [['readonly']] : []),
    ...(network ? [] : [['loopback']]),
    ['say', 'move'],
    ['move'],
    ...(many ? [] : [['filter', ownershipFilter()]]),
    ...variableOrders(request),
    ['run', cwd, ...request.args],
  ];
  const nul = Buffer.alloc(1);
  return Buffer.concat(orders.flat().flatMap((word) => [Buffer.from(word as string), nul]));
}

function mountOrders(mount: PlacedMount['mount'], from: string | undefined, folder: string): Order[] {
  switch (mount.type) {
    case 'state':
      return [stateOrder(mount, folder)];
    case 'cache':
      return [
        ['own', from!],
        ['bind', from!, mount.at, ''],
      ];
    case 'memory':
      return [['memory', mount.at, mount.size === undefined ? '' : `size=${mount.size}`]];
    case 'secret':
      return [['bind', from!, mount.at, 'ro']];
    default:
      return mount satisfies never;
  }
}

function stateOrder({ name, layers, selector = '', readonly, at }: StateFolder, folder: string): Order {
  const options = overlayOptions(join(folder, name), layers, { writable: !readonly });
  return ['state', name, options, selector, at, readonly ? 'ro' : ''];
}

function variableOrders({ env, secrets }: StepRequest): Order[] {
  return [
    ...Object.entries(env).map(([name, value]) => ['env', `${name}=${value}`]),
    ...Object.entries(secrets).map(([name, value]) => [
      'env',
      Buffer.concat([Buffer.from(`${name}=`), Buffer.from(value, 'base64')]),
    ]),
  ];
}
