/** What operations of `targetry/graph` leave of files: states for the suites of engines. */
import { diff, merge, scratch, type State } from '../src/graph/index.ts';
import { step } from './engine-scene.ts';

export const writtenAt = new Date('2001-02-03T04:05:06Z');

export function madeFiles(): State {
  return scratch()
    .mkdir('/a/b/c', { makeParents: true, mode: 0o700, owner: { user: 7, group: 9 } })
    .mkfile('/a/file', 'text\n', { mode: 0o600, modified: writtenAt })
    .file((change) =>
      change.mkdir('/d').mkdir('/d').mkfile('/d/x', 'x').mkfile('/d/x', 'y').rm('/d/x').mkfile('/d/z', ''),
    );
}

/** What there is to copy: names of every kind, a link, a second name, a pipe, a set-user-id bit, old times. */
function filesToCopy(root: State): State {
  return step(
    root,
    `mkdir -p /from/sub/.hidden /from/empty; cd /from; echo 1 >one.c; echo 2 >sub/two.c; echo 3 >sub/three.h
     echo 4 >sub/.hidden/four.c; ln one.c again.c; ln -s sub/two.c link; mkfifo pipe; chmod 4755 one.c; touch -d @1000000000 one.c sub`,
  );
}

/** By what is copied. */
export function copies(root: State) {
  const from = filesToCopy(root);
  const copy = (path: string, to: string, options: Parameters<State['copy']>[3] = {}) =>
    scratch().copy(from, path, to, options);
  const onto = scratch().mkdir('/to');
  return {
    file: copy('/from/one.c', '/x'),
    intoFolder: copy('/from/one.c', '/dir/'),
    folder: copy('/from/sub', '/to', { makeParents: true }),
    folderIntoExisting: onto.copy(from, '/from/sub', '/to', { include: ['*.c'] }),
    contents: onto.copy(from, '/from', '/to', { contentsOnly: true, exclude: ['sub', '!sub/three.h'] }),
    deep: copy('/from', '/all', { contentsOnly: true, include: ['**/*.c'], exclude: ['sub/.hidden'] }),
    wildcard: copy('/from/*.[ch]', '/w/', { wildcard: true }),
    link: copy('/from/link', '/l'),
    followed: copy('/from/link', '/l', { followLinks: true }),
    dressed: copy('/from/one.c', '/x', {
      mode: 0o640,
      owner: { user: 7, group: 9 },
      modified: new Date(5000),
    }),
  };
}

/** Its owner is looked up in the root. */
export function copyOfNamedOwner(root: State): State {
  const owner = { user: 'guest', group: 'daemon' };
  return root.copy(filesToCopy(root), '/from/sub/two.c', '/named', { owner });
}

export function removedFiles(): State {
  return scratch()
    .file((change) => change.mkdir('/a').mkfile('/a/1.o', '').mkfile('/a/2.o', '').mkfile('/a/3.c', ''))
    .rm('/a/*.o', { wildcard: true })
    .rm('/none', { allowMissing: true });
}

export function laidOver() {
  const base = scratch().file((change) =>
    change.mkdir('/d').mkfile('/d/old', 'old').mkfile('/d/both', 'base').mkfile('/gone', ''),
  );
  const changed = base.rm('/gone').mkfile('/d/new', 'new').mkfile('/d/both', 'changed');
  const other = scratch().mkfile('/gone', 'of another').mkfile('/mine', 'mine');
  // It only looks like `changed`: the difference has to be worked out.
  const twin = scratch().file((change) =>
    change.mkdir('/d').mkfile('/d/both', 'changed').mkfile('/d/new', 'new').mkfile('/d/old', 'old'),
  );
  return {
    base,
    twin,
    difference: diff(base, changed),
    ontoAnother: merge([other, diff(base, changed)]),
    baseOnTop: merge([changed, base]),
    differenceOfTwin: diff(base, twin),
    twinAgain: merge([base, diff(base, twin)]),
    baseAgain: merge([changed, diff(changed, base)]),
    emptied: merge([base, diff(base, scratch())]),
  };
}
