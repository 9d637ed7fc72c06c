/**
 * What a daemon gives to every step or to none: the step's own shell puts it right before it begins. How many cores there
 * are, by `JOBS`, is no part of the graph; the variables of the daemon's tracing are others in every build.
 */
import type { ExecOp } from '../../graph/graph.ts';

const tracing = [
  'OTEL_TRACES_EXPORTER',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
  'TRACEPARENT',
  'OTEL_TRACE_PARENT',
];

/** The arguments with which a daemon runs a step; those of a step that has no shell stay as they are. */
export function argumentsOnDaemon({ args, env }: Pick<ExecOp, 'args' | 'env'>): readonly string[] {
  if (args[0] !== '/bin/sh') return args;
  const foreign = [...tracing, 'HOME'].filter((name) => env[name] === undefined);
  const lines = [`unset ${foreign.join(' ')}`];
  if (env['JOBS'] === undefined) lines.push('export JOBS=$(nproc 2>/dev/null || echo 1)');
  // As a child: the first process of a container can't be killed by its own signals.
  lines.push('"$0" "$@"; exit $?');
  return ['/bin/sh', '-c', lines.join('; '), ...args];
}
