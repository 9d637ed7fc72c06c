import type { Context } from '../report/context.ts';
import { targetryVersion } from '../report/version.ts';
import { rootKey } from '../roots/known-root.ts';
import { inventoryOf } from '../roots/sbom/components.ts';
import { sbomDocument, type SbomFormat } from '../roots/sbom/documents.ts';
import { withPlannedRoot, type RootRequest } from './preparing/planned-root.ts';

interface SbomRequest extends RootRequest {
  readonly format: SbomFormat;
}

/** `targetry sbom`: what an environment is made of, for scanners. */
export function writeSbom(context: Context, request: SbomRequest): Promise<object> {
  return withPlannedRoot(context, request, ({ environment, locked, planned }) =>
    Promise.resolve(
      sbomDocument(
        {
          ...inventoryOf(planned.tree, locked),
          name: environment.name,
          arch: locked.arch,
          key: rootKey(locked),
          // The newest file of the root, where nothing was decided from a repository.
          date:
            locked.repositories
              .map(({ date }) => date)
              .sort()
              .at(-1) ?? isoDate(planned.tree.mtime),
          tool: targetryVersion(),
        },
        request.format,
      ),
    ),
  );
}

function isoDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
