#!/usr/bin/env node
import { targetryVersion } from '../report/version.ts';

const args = process.argv.slice(2);
if (args.length === 1 && ['--version', '-v', '-V'].includes(args[0]!)) {
  // Asked by scripts and editors all day: answered before anything else is loaded.
  process.stdout.write(`${targetryVersion()}\n`);
} else {
  const { runCommandLine } = await import('./run.ts');
  await runCommandLine(args, process.env);
}
