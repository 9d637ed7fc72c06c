import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../../src/base/sha256.ts';
import { graphOf } from '../../../src/graph/collect.ts';
import { marshalDefinition } from '../../../src/graph/definition.ts';
import { renderGraphDot, renderGraphMermaid } from '../../../src/graph/draw.ts';
import { renderGraphJson, renderGraphText } from '../../../src/graph/render.ts';
import { diff, merge, scratch, source } from '../../../src/graph/sources.ts';

const platform = { os: 'linux', architecture: 'arm', variant: 'v7' } as const;
const base = source('targetry.root://key', { platform, name: 'root "debian-11"' });
const files = source('targetry.folder://source', { attributes: { b: '2', a: '1' } });
const run = base
  .target('linux-arm-gnu')
  .copy(files, '/', '/src', { name: 'source' })
  .run({
    name: 'make\nmake install',
    args: ['/bin/sh', '-c', 'make\nmake install'],
    env: { CC: 'cc' },
    user: 'build',
    mounts: {
      '/in': { from: files, readonly: true, selector: '/sub' },
      '/empty': { from: scratch() },
      '/tmp': { tmpfs: true },
      '/cache': { cache: 'ccache' },
      '/token': { secret: 'token' },
    },
    secretEnv: { NPM_TOKEN: 'npm' },
  });
const graph = graphOf([merge([run.root(), diff(base, base.mkfile('/a', 'b'))]), run.mount('/empty')]);

test('text says of each vertex what it does and on what', () => {
  assert.equal(
    renderGraphText(graph).replaceAll(/\([0-9a-f]{12}\)/g, '(DIGEST)'),
    `\
1  source root "debian-11" on linux/arm/v7  (DIGEST)
   targetry.root://key
2  source targetry.folder://source  (DIGEST)
   a=1
   b=2
3  file [linux-arm-gnu] source <- 1 2  (DIGEST)
   copy / of 2 to /src
4  exec [linux-arm-gnu] make on linux/arm/v7 <- 3 2  (DIGEST)
   ["/bin/sh","-c","make\\nmake install"]
   in /, network none, user build
   CC=cc
   /cache: cache ccache
   /empty: / of nothing
   /in: /sub of 2, read-only
   /tmp: tmpfs
   /token: secret token
   NPM_TOKEN is secret npm
5  file mkfile /a <- 1  (DIGEST)
6  diff diff <- 1 5  (DIGEST)
7  merge [linux-arm-gnu] merge <- 4 6  (DIGEST)
outputs: 7 4.1
`,
  );
});

test('dot and mermaid name every vertex, and where inputs are mounted', () => {
  assert.equal(
    renderGraphDot(graph),
    `\
digraph targetry {
  rankdir=LR;
  v1 [label="root \\"debian-11\\"", shape=cylinder];
  v2 [label="targetry.folder://source", shape=cylinder];
  v3 [label="[linux-arm-gnu] source", shape=note];
  v4 [label="[linux-arm-gnu] make", shape=box];
  v5 [label="mkfile /a", shape=note];
  v6 [label="diff", shape=invtrapezium];
  v7 [label="[linux-arm-gnu] merge", shape=trapezium];
  v1 -> v3;
  v2 -> v3;
  v3 -> v4;
  v2 -> v4 [label="/in"];
  v1 -> v5;
  v1 -> v6;
  v5 -> v6;
  v4 -> v7;
  v6 -> v7;
}
`,
  );
  assert.equal(
    renderGraphMermaid(graph),
    `\
flowchart LR
  v1[("root &quot;debian-11&quot;")]
  v2[("targetry.folder://source")]
  v3("[linux-arm-gnu] source")
  v4["[linux-arm-gnu] make"]
  v5("mkfile /a")
  v6{{"diff"}}
  v7{{"[linux-arm-gnu] merge"}}
  v1 --> v3
  v2 --> v3
  v3 --> v4
  v2 -->|"/in"| v4
  v1 --> v5
  v1 --> v6
  v5 --> v6
  v4 --> v7
  v6 --> v7
`,
  );
});

test('JSON has everything that is in a digest', () => {
  const document = JSON.parse(renderGraphJson(graph)) as {
    schema: string;
    digest: string;
    vertices: Record<string, unknown>[];
    outputs: unknown;
  };
  assert.equal(document.schema, 'targetry.graph/1');
  assert.equal(document.digest, sha256(marshalDefinition(graph)));
  const [, , , step, file] = document.vertices;
  assert.deepEqual(
    document.vertices.map(({ digest }) => digest),
    graph.vertices.map(({ digest }) => digest),
  );
  assert.equal(step!['target'], 'linux-arm-gnu');
  assert.equal(step!['platform'], 'linux/arm/v7');
  assert.deepEqual(step!['inputs'], [
    { digest: document.vertices[2]!['digest'], index: 0 },
    { digest: document.vertices[1]!['digest'], index: 0 },
  ]);
  assert.deepEqual(file!['op'], {
    type: 'file',
    actions: [
      {
        type: 'mkfile',
        path: '/a',
        mode: 0o644,
        data: Buffer.from('b').toString('base64'),
        input: 0,
        secondaryInput: -1,
        output: 0,
      },
    ],
  });
});
