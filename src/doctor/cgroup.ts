import { join } from 'node:path';
import { textIfAnySync } from '../base/if-any.ts';

const mounted = '/sys/fs/cgroup';

/**
 * What the cgroup of this process says under a name, and each one around it, the own first; nothing where none says a
 * number. `old` is the name in version 1, after that of its controller.
 */
export function cgroupNumbers(name: string, old: string, form = /^(\d+)$/m): number[] {
  const texts = filesOf(mounted, /^0::(\/.*)$/m, name);
  const [controller = '', file = ''] = old.split('/');
  const found = texts.length > 0 ? texts : filesOf(join(mounted, controller), ownIn(controller), file);
  return found
    .map((text) => form.exec(text.trim())?.[1])
    .filter((word) => word !== undefined)
    .map(Number);
}

/** Several controllers may share a line. */
function ownIn(controller: string): RegExp {
  return new RegExp(`^\\d+:(?:[^:\\n]*,)?${controller}(?:,[^:\\n]*)?:(/.*)$`, 'm');
}

/** Of the own cgroup and those around it; in a container what is around it may have no folder. */
function filesOf(top: string, own: RegExp, name: string): string[] {
  const path = own.exec(textIfAnySync('/proc/self/cgroup'))?.[1] ?? '/';
  const parts = path.split('/').filter((part) => part !== '');
  const folders = Array.from({ length: parts.length + 1 }, (_, index) =>
    parts.slice(0, parts.length - index),
  );
  return folders.map((folder) => textIfAnySync(join(top, ...folder, name))).filter((text) => text !== '');
}
