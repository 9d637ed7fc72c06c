/** Beside `targetry.yaml`. */
export const lockName = 'targetry.lock';
