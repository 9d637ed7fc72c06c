/** Where a file of an archive is, at each of the archive's servers. */
export function addressesAt(bases: readonly string[], path: string): string[] {
  return bases.map((base) => `${base}/${path.split('/').map(encodeURIComponent).join('/')}`);
}
