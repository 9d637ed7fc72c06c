/** As progress and lists call what is locked: an environment and its sysroot have the same name. */
export function spokenName({ role, name }: { readonly role: string; readonly name: string }): string {
  return role === 'sysroot' ? `sysroot of ${name}` : name;
}
