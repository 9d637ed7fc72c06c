/** An address as it may be shown and logged: without the name and the password that some carry. */
export function shownAddress(address: string | URL): string {
  return String(address).replace(/^([a-z]+:\/\/)[^/?#]*@/i, '$1');
}
