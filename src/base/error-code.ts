/** What the system, Node or zlib calls an error: `ENOENT`. Empty for errors that nobody named so. */
export function errorCode(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
