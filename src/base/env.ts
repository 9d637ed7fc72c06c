/** The variables of a process: handed down from the entry, as no room reads those of its own. */
export type Env = Readonly<Record<string, string | undefined>>;
