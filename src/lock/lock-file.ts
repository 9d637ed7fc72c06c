/** Beside `targetry.yaml`. */
export const lockFile = 'targetry.lock';
