const form = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/** Milliseconds of `90s`, `20m`, `1h30m`; undefined for anything else, and for none at all. */
export function parseTimeLimit(word: string): number | undefined {
  const [, hours = 0, minutes = 0, seconds = 0] = form.exec(word) ?? [];
  const total = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  // setTimeout takes no more than 31 bits.
  return total > 0 && total < 2 ** 31 ? total : undefined;
}

/** The word for whole seconds: `1h30m`. */
export function timeLimitWord(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  return parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('');
}
