/**
 * What a daemon gives to every step or to none: the step's own shell puts it right before it begins. How many cores there
 * are, by `JOBS`, is no part of the graph; the variables of the daemon's tracing are others in every build.
 *
 * A daemon passes on a part of what a step prints. So the shell has it written to files too, which are an output of the step,
 * and of which the client gets what the daemon left out. That is done only by the first process of a container: it may end
 * those that the step left running, as the daemon would, so that nobody waits for what they might still print.
 *
 * A script of some length comes as a file: a daemon puts all arguments of a step that failed into what it says of that, several
 * times over, and older ones send that also where it is more than a client can hear, which then hears nothing more at all.
 */
import type { ExecOp } from '../../graph/graph.ts';

const tracing = [
  'OTEL_TRACES_EXPORTER',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
  'TRACEPARENT',
  'OTEL_TRACE_PARENT',
];

/** Where a step's log is mounted: in no layer, as /dev is a file system in memory. */
export const logFolder = '/dev/targetry-log';

/** By the stream, what it is called in the folder of logs. */
export const logNames = { stdout: '1', stderr: '2' } as const;

/** Where a script is that is no argument; read-only, and as little in a layer. */
export const scriptFolder = '/dev/targetry-script';
export const scriptName = 'script';

/** Bytes of a script that is an argument. */
const longestArgument = 4096;

/** By names that no step has for its variables. */
const teeing = (run: string) =>
  [
    `__l=${logFolder}`,
    'if [ $$ = 1 ] && command -v tee >/dev/null && mkfifo $__l/o $__l/e 2>/dev/null',
    'then tee $__l/1 <$__l/o & __o=$!',
    'tee $__l/2 <$__l/e >&2 & __e=$!',
    `${run} >$__l/o 2>$__l/e`,
    '__c=$?',
    'for __p in /proc/[0-9]*',
    'do __p=${__p#/proc/}',
    'case $__p in 1|$__o|$__e) ;; *) kill -9 $__p 2>/dev/null;; esac',
    'done',
    'wait $__o $__e',
    'rm -f $__l/o $__l/e',
    'exit $__c',
    'fi',
  ].join('\n');

/** What a step's shell is to run, where that is too long for an argument. */
export function longScript({ args }: Pick<ExecOp, 'args'>): string | undefined {
  const [flag, script = ''] = args.slice(-2);
  const isLong = hasShell({ args }) && flag === '-c' && Buffer.byteLength(script) > longestArgument;
  return isLong ? script : undefined;
}

export function hasShell({ args }: Pick<ExecOp, 'args'>): boolean {
  return args[0] === '/bin/sh';
}

interface ShellOptions {
  readonly tee: boolean;
  /** The long script is in its file. */
  readonly hasFile: boolean;
}

/** The arguments with which a daemon runs a step; those of a step that has no shell stay as they are. */
export function argumentsOnDaemon(
  op: Pick<ExecOp, 'args' | 'env'>,
  { tee, hasFile }: ShellOptions,
): readonly string[] {
  if (!hasShell(op)) return op.args;
  const run = hasFile ? `"$0" "$@" "$(cat ${scriptFolder}/${scriptName})"` : '"$0" "$@"';
  const foreign = [...tracing, 'HOME'].filter((name) => op.env[name] === undefined);
  const lines = [`unset ${foreign.join(' ')}`];
  if (op.env['JOBS'] === undefined) lines.push('export JOBS=$(nproc 2>/dev/null || echo 1)');
  if (tee) lines.push(teeing(run));
  // As a child: the first process of a container can't be killed by its own signals.
  lines.push(`${run}; exit $?`);
  return ['/bin/sh', '-c', lines.join('\n'), ...(hasFile ? op.args.slice(0, -1) : op.args)];
}
