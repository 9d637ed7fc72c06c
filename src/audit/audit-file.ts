import { closeSync, fstatSync, openSync } from 'node:fs';
import { sourceOfFile } from '../formats/elf/byte-source.ts';
import { auditElf, type ElfReading } from './elf-audit.ts';

/** Audits one ELF file of this machine. `name` is what the report calls it. Throws what `open` throws. */
export function auditElfFile(path: string, name: string = path): ElfReading {
  const descriptor = openSync(path, 'r');
  try {
    return auditElf(sourceOfFile(descriptor, fstatSync(descriptor).size), name);
  } finally {
    closeSync(descriptor);
  }
}
