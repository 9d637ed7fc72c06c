const scale = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `74.8 MB`: in powers of 1000, with three digits that count. */
export function bytes(count: number): string {
  let unit = 0;
  let amount = count;
  // 999.5 of a unit would be shown as 1000.
  while (amount >= 999.5 && unit < scale.length - 1) {
    amount /= 1000;
    unit++;
  }
  return `${unit === 0 || amount >= 99.95 ? Math.round(amount) : amount.toFixed(1)} ${scale[unit]}`;
}

/** `0.3s`, `12.0s`, `1m 03s`, `2h 05m`. */
export function duration(milliseconds: number): string {
  const tenths = Math.round(Math.max(0, milliseconds) / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)}s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${pad(seconds % 60)}s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}h ${pad(minutes % 60)}m`;
}

/** `1 package`, `3 packages`. */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

function pad(count: number): string {
  return String(count).padStart(2, '0');
}

/** `just now`, `5 minutes ago`, `3 hours ago`, `12 days ago`. */
export function ago(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${counted(minutes, 'minute')} ago`;
  if (minutes < 24 * 60) return `${counted(Math.floor(minutes / 60), 'hour')} ago`;
  return `${counted(Math.floor(minutes / (24 * 60)), 'day')} ago`;
}
