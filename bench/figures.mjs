// What a benchmark measures and tells. A figure is the median of some rounds; beside it stands that of a peer which did the
// same in the same run, or, where the peer isn't installed, that it is missing. People get lines, `bench/run.mjs` gets JSON.
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const asJson = process.argv.includes('--json');

/** Of all benchmarks that build, so that packages come down once; it stays. */
export const benchStore = join(tmpdir(), 'targetry-bench-store');

/** What was given on the command line besides. */
export const words = process.argv.slice(2).filter((word) => word !== '--json');

/**
 * `unit` is `ms`, `s`, `MB` or what there is so many of in a second, as `files/s`: of that, more is better. `peer` is
 * `{ name, value }`, where `value` is undefined for one that isn't installed.
 */
export function tell({ what, value, unit, peer }) {
  if (asJson)
    console.log(JSON.stringify({ what, value, unit, ...(peer && { peer: { value: null, ...peer } }) }));
  else
    console.log(`${what.padEnd(58)} ${figure(value, unit).padStart(14)}  ${beside({ value, unit, peer })}`);
}

/** A program that figures stand beside, by what it says of its own version. */
export function tellPeer(name, program, args = ['--version']) {
  const { stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  const version = error === undefined ? (/\d+(\.\w+)+/.exec(stdout + stderr)?.[0] ?? 'unknown') : null;
  return tellVersion(name, version);
}

/** Of a peer that doesn't know its own version, or isn't there: null. */
export function tellVersion(name, version) {
  if (asJson) console.log(JSON.stringify({ program: name, version }));
  else if (version === null) console.log(`${name} is not installed`);
  return version !== null;
}

/** Of a benchmark that can't be run here at all. */
export function tellMissing(reason) {
  console.log(asJson ? JSON.stringify({ missing: reason }) : `not measured: ${reason}`);
}

export function figure(value, unit) {
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${unit}`;
}

export function beside({ value, unit, peer }) {
  if (peer === undefined) return '';
  if ((peer.value ?? null) === null) return `${peer.name}: missing`;
  return `${peer.name}: ${figure(peer.value, unit)}, ${ratio({ value, unit, peer })}`;
}

/** How many times as fast as the peer. */
export function ratio({ value, unit, peer }) {
  const times = unit.endsWith('/s') ? value / peer.value : peer.value / value;
  return `${times.toFixed(times < 10 ? 2 : 0)} x`;
}

export function median(values) {
  return values.toSorted((one, other) => one - other)[values.length >> 1];
}

/** In milliseconds, of one run. */
export async function timeOf(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** In milliseconds; the first round, which warms up, is not counted. */
export async function medianTime(rounds, work) {
  await work();
  const times = [];
  for (let round = 0; round < rounds; round++) times.push(await timeOf(work));
  return median(times);
}
