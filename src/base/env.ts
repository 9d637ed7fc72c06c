/** What a shell takes for the name of a variable. */
export const variableForm = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The variables of a process: handed down from the entry, as no room reads those of its own. */
export type Env = Readonly<Record<string, string | undefined>>;
