/** Files made for an audit, in a folder that goes away with the test run. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AbiPromise } from '../src/abi/promise.ts';
import { auditPaths } from '../src/audit/audit-paths.ts';
import type { ArtifactAudit } from '../src/audit/report.ts';
import { makeElf, type MadeElf } from './elf-maker.ts';

/** By path; the bytes of a file are executable where they are a Buffer. */
type Tree = Readonly<Record<string, Uint8Array | string>>;

const folders: string[] = [];
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function temporary(tree: Tree): string {
  const folder = mkdtempSync(join(tmpdir(), 'audited-'));
  folders.push(folder);
  for (const [path, bytes] of Object.entries(tree)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
    if (typeof bytes !== 'string') chmodSync(join(folder, path), 0o755);
  }
  return folder;
}

export async function auditBytes(
  name: string,
  bytes: Uint8Array,
  promises: readonly AbiPromise[] = [],
): Promise<ArtifactAudit> {
  const [audit] = await auditPaths([name], { cwd: temporary({ [name]: bytes }), promises });
  return audit!;
}

export function auditTree(tree: Tree, folder = temporary(tree)): Promise<ArtifactAudit[]> {
  return auditPaths(['.'], { cwd: folder });
}

/** A shared object for glibc that asks for one symbol of one version. */
export function glibcAddon(version: string, symbol: string, more: MadeElf = {}): Buffer {
  return makeElf({
    needed: ['libc.so.6'],
    stack: 6,
    versions: [{ library: 'libc.so.6', version: `GLIBC_${version}` }],
    symbols: [{ name: symbol, version: 0 }],
    ...more,
  });
}

export const muslProgram: Buffer = makeElf({
  interpreter: '/lib/ld-musl-x86_64.so.1',
  needed: ['libc.musl-x86_64.so.1'],
  flags1: 0x08000000,
  stack: 6,
});

export const muslAddon: Buffer = makeElf({ needed: ['libc.musl-x86_64.so.1'], stack: 6 });
