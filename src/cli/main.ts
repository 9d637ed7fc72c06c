#!/usr/bin/env node
import { readFileSync } from 'node:fs';

const args = process.argv.slice(2);
if (args.length === 1 && ['--version', '-v', '-V'].includes(args[0]!)) {
  // Asked by scripts and editors all day: answered before anything else is loaded.
  const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  process.stdout.write(`${(JSON.parse(manifest) as { version: string }).version}\n`);
} else {
  const { runCommandLine } = await import('./run.ts');
  await runCommandLine(args, process.env);
}
