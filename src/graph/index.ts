/** `targetry/graph`: BuildKit's build graphs (LLB) in TypeScript. See docs/graph.md. */
export { graphOf } from './collect.ts';
export { marshalDefinition } from './definition.ts';
export { renderGraphDot, renderGraphMermaid } from './draw.ts';
export type { CopyOptions, FileChange, MkdirOptions, MkfileOptions, RmOptions } from './file.ts';
export type * from './graph.ts';
export { renderGraphJson, renderGraphText } from './render.ts';
export { diff, merge, scratch, source, type SourceOptions } from './sources.ts';
export type { MountOptions, Named, Run, RunOptions, State } from './state.ts';
