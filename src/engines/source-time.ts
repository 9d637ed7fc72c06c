/**
 * The same for every file of a source, as the clock may not decide what is built: 1980-01-01, the first day a zip file can
 * hold. In seconds.
 */
export const sourceTime = 315_532_800;
