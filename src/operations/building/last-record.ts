/** `dist/targetry.json` as the last build left it. By now it is a file of the user's: one that can't be read tells nothing. */
import { join } from 'node:path';
import * as v from 'valibot';
import { jsonIfAny } from '../../base/if-any.ts';
import { recordName } from './collect-artifacts.ts';

const file = { path: v.string(), size: v.number(), sha256: v.string() };
const shared = v.object({ ...file, targets: v.array(v.string()) });
const step = v.object({ target: v.string(), name: v.string(), outcome: v.string(), seconds: v.number() });

/** What later builds ask of it; those of older versions have less. */
const lastRecord = v.object({
  targets: v.optional(v.array(v.object({ name: v.string(), environment: v.string() })), []),
  artifacts: v.optional(v.array(v.object({ ...file, target: v.string() })), []),
  images: v.optional(v.array(shared), []),
  earlier: v.optional(v.array(shared), []),
  times: v.optional(v.object({ steps: v.optional(v.array(step), []) }), {}),
});

type LastRecord = v.InferOutput<typeof lastRecord>;

/** Empty where there is none. */
export function readLastRecord({ folder }: { readonly folder: string }): LastRecord {
  const read = v.safeParse(lastRecord, jsonIfAny(join(folder, 'dist', recordName)));
  return read.success ? read.output : v.parse(lastRecord, {});
}

/** A file in `dist/` that a build put there. */
export type EarlierFile = LastRecord['earlier'][number];

export function filesOfRecord({ artifacts, images, earlier }: LastRecord): readonly EarlierFile[] {
  const own = artifacts.map(({ path, target, size, sha256 }) => ({ path, targets: [target], size, sha256 }));
  return [...own, ...images, ...earlier];
}
