/**
 * The shell scripts that set namespaces up. They run the host's own programs only, by absolute paths, and nothing of a
 * root: until `chroot` at the very end every file of the root is data.
 *
 * `bootScript` runs once, as the first process of the worker's own pid namespace, and ends as the worker. Its parent
 * writes the id maps between `ready` and `go`. A death signal is lost whenever a process gains capabilities, which the
 * first exec after the maps does; so `setpriv --pdeathsig` comes last.
 *
 * `stepScript` runs once for each step, in a mount, pid, ipc and (mostly) network namespace of the step's own, with the
 * step's folder as working folder. It tells on descriptor 3 which stage it is in, and why it can't go on; `@run` is the
 * last thing it says. `mount --move . /` puts the step's files in the place of the host's before `chroot`, so that
 * CAP_SYS_CHROOT, which builds need, doesn't lead back out.
 *
 * A root may hold a symlink where something is to be mounted, and a mount follows it out of the root. So each such
 * place is looked at first; nothing of the root runs yet, so nothing can change in between.
 */
import { existsSync } from 'node:fs';
import { mountFunctions, quoted } from './mount-script.ts';
import { pretendOwnership } from './one-id.ts';
import type { StepRequest } from './protocol.ts';
import type { Tools } from './tools.ts';

/** What a step may still do as "root": what containers commonly leave. */
const capabilities =
  'chown dac_override fsetid fowner mknod net_raw setgid setuid setfcap setpcap net_bind_service sys_chroot kill audit_write';

/** Device nodes that every step sees where the host has them; all of them are harmless. */
const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];

/** Of a step's own /proc: what identity-mapped root could use to change the host, or read of it. */
const readOnlyProc = ['bus', 'fs', 'irq', 'sys', 'acpi', 'scsi', 'asound'];
const hiddenProc = ['kcore', 'keys', 'latency_stats', 'sched_debug', 'sysrq-trigger', 'timer_list', 'kmsg'];

/**
 * A file in the worker's folder where the machine hides parts of /proc, as most containers do: then the kernel mounts no
 * new one, and steps get the one that is there, with the processes around them in it. Their own pid namespace still keeps
 * them from ending these, and the user namespace from looking into them.
 */
export const noOwnProc = 'no-own-proc';

/** Arguments: the worker's folder, the number of steps at once, and the command to become. */
export function bootScript(tools: Tools): string {
  return `
read -r pid rest </proc/self/stat; echo "ready $pid"; read -r go
home=$1 slots=$2; shift 2
umask 022
cd "$home" || exit 125
${tools.mount} -n -a -T fstab || exit 125
${tools.mount} -n -t proc -o nosuid,nodev,noexec proc proc 2>/dev/null || : >${noOwnProc}
${tools.unshare} --net ${tools.mount} -n -t sysfs -o ro,nosuid,nodev,noexec sysfs sys 2>/dev/null
${tools.hostname === undefined ? ':' : `${tools.hostname} targetry 2>/dev/null`}
slot=0
while [ $slot -lt $slots ]; do pipes="$pipes $slot.out $slot.err"; slot=$((slot + 1)); done
${tools.mkfifo} $pipes || exit 125
exec ${tools.setpriv} --pdeathsig KILL -- "$@"
`.trim();
}

export function hostDevices(): string[] {
  return devices.filter((name) => existsSync(`/dev/${name}`));
}

/** Mounts of the worker, from which every step takes its devices, and the secrets that are its own. */
export function bootFstab(home: string, nodes: readonly string[]): string {
  return fstab([
    [`${home}/dev`, `${home}/dev`, 'none', 'bind,ro'],
    ['secrets', `${home}/secrets`, 'tmpfs', 'mode=0700,nosuid,nodev'],
    ...nodes.map((name) => [`/dev/${name}`, `${home}/dev/${name}`, 'none', 'bind'] as const),
  ]);
}

interface StepFstab {
  /** The worker's folder, where devices and /sys are ready. */
  readonly home: string;
  /** Where the step's root will be. */
  readonly root: string;
  /** Whether a new /proc can be mounted. */
  readonly ownProc: boolean;
  /** Files of the host to show in /etc. */
  readonly etc: ReadonlyMap<string, string>;
}

/** The mounts of every step, besides its root and what it asks for. */
export function stepMountLines({ home, root, etc, ownProc }: StepFstab): readonly FstabLine[] {
  return [
    [`${home}/dev`, `${root}/dev`, 'none', 'rbind'],
    ['shm', `${root}/dev/shm`, 'tmpfs', 'mode=1777,nosuid,nodev'],
    ['devpts', `${root}/dev/pts`, 'devpts', 'newinstance,ptmxmode=0666,mode=0620,nosuid,noexec'],
    ownProc
      ? ['proc', `${root}/proc`, 'proc', 'nosuid,nodev,noexec']
      : ['/proc', `${root}/proc`, 'none', 'rbind'],
    ...readOnlyProc
      .filter((name) => existsSync(`/proc/${name}`))
      .map((name) => [`${root}/proc/${name}`, `${root}/proc/${name}`, 'none', 'rbind,ro'] as const),
    ...hiddenProc
      .filter((name) => existsSync(`/proc/${name}`))
      .map((name) => ['/dev/null', `${root}/proc/${name}`, 'none', 'bind,ro'] as const),
    [`${home}/sys`, `${root}/sys`, 'none', 'bind,ro'],
    ...[...etc].map(([name, from]) => [from, `${root}/etc/${name}`, 'none', 'bind,ro'] as const),
  ];
}

type FstabLine = readonly [source: string, target: string, type: string, options: string];

export function fstab(lines: readonly FstabLine[]): string {
  return lines.map((line) => `${line.map(fstabWord).join(' ')} 0 0\n`).join('');
}

function fstabWord(word: string): string {
  return word.replaceAll(/[\s\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

export interface StepIds {
  /** Whether ids other than 0 exist in the namespace. */
  readonly many: boolean;
}

/**
 * Arguments: overlay options, user, working folder, names in /etc to mount on, calls of `mountFunctions`, `,ro` for a root
 * that the step may not write to, what `script` runs for a step with a terminal, the init script, and the command.
 */
export function stepScript(tools: Tools, { many }: StepIds): string {
  return `
exec 4>&2 2>&3
umask 022
ulimit -c 0
options=$1 user=$2 folder=$3 etc=$4 mounts=$5 readonly=$6 terminal=$7 init=$8; shift 8
say() { echo "@$1" >&3; }
no() { echo "$1" >&3; exit 125; }

say overlay
LIBMOUNT_FORCE_MOUNT2=always ${tools.mount} -n -t overlay -o "$options" overlay root || exit 125
cd root || exit 125

say root
place() {
  if [ -L "$1" ] || { [ -e "$1" ] && ! [ -d "$1" ]; }; then no "/$1 is not a folder in this root"; fi
  [ -d "$1" ] || ${tools.mkdir} -m 0755 "$1" || exit 125
}
for name in dev proc sys; do place $name; done
for name in $etc; do
  place etc
  if [ -L "etc/$name" ]; then ${tools.rm} "etc/$name" || exit 125; fi
  [ -e "etc/$name" ] || : >"etc/$name" || exit 125
done

${userScript(many)}
say mounts
${tools.mount} -n -a -T ../fstab || exit 125
${mountFunctions(tools)}
eval "$mounts"
say folder
path=. rest=$folder/
while [ -n "$rest" ]; do
  path=$path/\${rest%%/*} rest=\${rest#*/}
  if [ -L "$path" ]; then break; fi
  [ -d "$path" ] || ${tools.mkdir} -m 0755 "$path" || exit 125
done
[ -z "$readonly" ] || ${tools.mount} -n -c -o remount,bind,ro . || exit 125
${tools.loopback === undefined ? '' : `[ -n "$etc" ] || ${tools.loopback}`}
say move
${tools.mount} -n --move . / || exit 125
say run
exec 2>&4 3>&- 4>&-
unset PWD OLDPWD
if [ -n "$terminal" ]; then
  export as init
  # Not as process 1: to it come the orphans too, and it would take the end of one for that of its child.
  ${tools.script ?? 'false'} -q -e -c "$terminal" /dev/null
  exit $?
fi
exec ${tools.setsid} ${rootCommand(tools, { many })} init "$@"
`.trim();
}

function rootCommand(tools: Tools, { many }: StepIds): string {
  const drop = `--bounding-set=-all,${capabilities.replaceAll(/\w+/g, '+$&').replaceAll(' ', ',')} --no-new-privs`;
  const groups = many ? '--clear-groups' : '';
  const pretending = many ? '' : pretendOwnership(tools.perl);
  return `${tools.setpriv} ${drop} ${groups} -- ${pretending} ${tools.chroot} $as . /bin/sh -c "$init"`;
}

/** Run by `script`, which makes a terminal of the step's own, so that the shell in it controls its jobs. */
export function terminalCommand(tools: Tools, ids: StepIds): string {
  return `exec ${rootCommand(tools, ids)}`;
}

/** Reads the root's own /etc/passwd and /etc/group as text: asking the C library would load the root's modules into it. */
function userScript(many: boolean): string {
  if (!many) return 'as=\n[ -z "$user" ] || export HOME=/root';
  return `
as=
if [ -n "$user" ]; then
  say user
  name=\${user%%:*} uid= gid= groups=
  if [ -L etc ] || [ -L etc/passwd ] || [ -L etc/group ]; then no "/etc/passwd is a link in this root"; fi
  if [ -f etc/passwd ]; then
    while IFS=: read -r n x u g gecos home rest; do
      if [ "$n" = "$name" ] || [ "$u" = "$name" ]; then name=$n uid=$u gid=$g; export HOME="$home"; break; fi
    done <etc/passwd
  fi
  if [ -z "$uid" ]; then
    case $name in *[!0-9]*|'') no "no user $name in this root";; esac
    uid=$name gid=0
  fi
  if [ -f etc/group ]; then
    while IFS=: read -r n x g members; do
      case ",$members," in *",$name,"*) groups=$groups,+$g;; esac
      case $user in *:"$n"|*:"$g") gid=$g;; esac
    done <etc/group
  fi
  case $uid$gid in *[!0-9]*) no "the ids of user $name are not numbers";; esac
  case $groups in *[!0-9,+]*) no "the groups of user $name are not numbers";; esac
  as="--userspec=+$uid:+$gid --groups=+$gid$groups"
fi
`.trim();
}

/**
 * What the root's own shell does as process 1: the step's variables, its folder, and the command as a child. A command
 * that is process 1 itself wouldn't be ended by its own signals. Anyone on the machine can read a command line, so the
 * secret variables come on descriptor 5.
 */
export function initScript({
  env,
  cwd,
  secrets,
  args,
  terminal,
}: Pick<StepRequest, 'env' | 'cwd' | 'secrets' | 'args' | 'terminal'>): string {
  const lines = [`cd ${quoted(cwd)} || exit 125`, 'unset OLDPWD PATH LC_ALL'];
  if (Object.keys(secrets).length > 0) lines.push(readSecrets);
  for (const [name, value] of Object.entries(env)) {
    if (isVariable(name)) lines.push(`export ${name}=${quoted(value)}`);
  }
  // `script` takes one text and no arguments, and hands both over as variables.
  if (terminal !== undefined)
    return [...lines, 'unset as init', args.map(quoted).join(' '), 'exit $?'].join('\n');
  return [...lines, '"$@"', 'exit $?'].join('\n');
}

const readSecrets = `nl='
' all=
while IFS= read -r line; do all=$all$line$nl; done <&5
exec 5<&-
eval "$all"
unset all line nl`;

/** What the init script reads on descriptor 5. */
export function secretExports(secrets: StepRequest['secrets']): Buffer {
  const lines = Object.entries(secrets).filter(([name]) => isVariable(name));
  const text = lines.map(
    ([name, value]) => `export ${name}=${quoted(Buffer.from(value, 'base64').toString('latin1'))}\n`,
  );
  return Buffer.from(text.join(''), 'latin1');
}

function isVariable(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}
