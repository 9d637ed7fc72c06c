/** The PATH of whatever says none of its own: of steps, of proofs, of images. */
export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a shell takes for the name of a variable. */
export const variableForm = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The variables of a process: handed down from the entry, as no room reads those of its own. */
export type Env = Readonly<Record<string, string | undefined>>;
