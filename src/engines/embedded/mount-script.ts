/**
 * The part of the step's script that mounts what the step asks for besides its root. A place in a root may be behind links
 * of that root, and whoever follows them from outside comes out elsewhere; so `find` walks there by itself, name by name,
 * and makes what is missing. It tells of what it made (`+PATH`), so that none of it stays in the step's layer.
 */
import { join } from 'node:path';
import { overlayOptions } from './overlay.ts';
import type { StateFolder, StepMount } from './protocol.ts';
import type { Tools } from './tools.ts';

/** Arguments of `find`: a root, a path in it, and what to make at its end (`folder`, `file`, or `no` for nothing). */
export function mountFunctions(tools: Tools): string {
  return `
find() {
  top=$1 rest=$2/ last=$3 at=$1 links=0
  while [ -n "$rest" ]; do
    part=\${rest%%/*} rest=\${rest#*/}
    case $part in
    ''|.) ;;
    ..) [ "$at" = "$top" ] || at=\${at%/*} ;;
    *)
      if [ -L "$at/$part" ]; then
        links=$((links + 1))
        [ $links -le 40 ] || no "$2 leads in circles in this root"
        link=$(${tools.readlink} "$at/$part") || exit 125
        case $link in /*) at=$top ;; esac
        rest=$link/$rest
      elif [ -e "$at/$part" ]; then
        at=$at/$part
      else
        [ "$last" != no ] || no "there is no $2 in what is mounted"
        at=$at/$part
        if [ "$last" = file ] && [ -z "$rest" ]; then : >"$at"; else ${tools.mkdir} -m 0755 "$at"; fi || exit 125
        own "$at"
        echo "+$at" >&3
      fi ;;
    esac
  done
}
own() { [ -z "$uid" ] || ${tools.chown} -h "$uid:$gid" "$1" || exit 125; }
over() { (cd "../$1" && LIBMOUNT_FORCE_MOUNT2=always ${tools.mount} -n -t overlay -o "$2" overlay root) || exit 125; }
bind() {
  kind=file; [ ! -d "$1" ] || kind=folder
  find . "$2" $kind
  ${tools.mount} -n -c -o "bind$3" "$1" "$at" || exit 125
}
memory() { find . "$1" folder; ${tools.mount} -n -c -t tmpfs -o "nosuid,nodev$2" tmpfs "$at" || exit 125; }
`.trim();
}

/** A mount with where the worker keeps what it shows: undefined for a state, which the script itself mounts. */
export interface PlacedMount {
  readonly mount: StepMount;
  readonly from: string | undefined;
}

/** Calls of the functions above, in order; `folder` is the step's own. */
export function mountCalls(placed: readonly PlacedMount[], folder: string): string {
  return placed
    .flatMap(({ mount, from }) => [`say ${quoted(`mount ${mount.at}`)}`, ...callsFor(mount, from, folder)])
    .join('\n');
}

function callsFor(mount: StepMount, from: string | undefined, folder: string): string[] {
  const at = quoted(mount.at);
  switch (mount.type) {
    case 'state':
      return stateCalls(mount, folder);
    case 'cache':
      return [`own ${quoted(from!)}`, `bind ${quoted(from!)} ${at} ''`];
    case 'memory':
      return [`memory ${at} ${mount.size === undefined ? "''" : `,size=${mount.size}`}`];
    case 'secret':
      return [`bind ${quoted(from!)} ${at} ,ro`];
    default:
      return mount satisfies never;
  }
}

function stateCalls({ name, layers, selector, readonly, at }: StateFolder, folder: string): string[] {
  const root = `../${name}/root`;
  const options = overlayOptions(join(folder, name), layers, { writable: !readonly });
  return [
    `over ${name} ${quoted(options)}`,
    ...(selector === undefined ? [`at=${root}`] : [`find ${root} ${quoted(selector)} no`]),
    `bind "$at" ${quoted(at)} ${readonly ? ',ro' : "''"}`,
  ];
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
