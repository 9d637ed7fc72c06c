/** What one package holds, exactly: also what an ordinary user could not put on the disk. */
export interface TreeManifest {
  /** In the order of the archive, parents before children. */
  readonly entries: readonly TreeEntry[];
}

interface EntryFacts {
  /** Relative, without `.` or `..`, in Unicode; nothing is above it but folders. */
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds. */
  readonly mtime: number;
  /** Base64 by name. They are not on the disk: Node can't set them. */
  readonly xattrs?: Readonly<Record<string, string>>;
}

export type TreeEntry = EntryFacts &
  (
    | { readonly type: 'folder' }
    | { readonly type: 'file'; readonly size: number; readonly sha256: string }
    /** Shares the bytes of an earlier file of the same package. */
    | { readonly type: 'hardlink'; readonly target: string }
    | { readonly type: 'symlink'; readonly target: string }
    /** Never on the disk. */
    | { readonly type: 'character-device' | 'block-device'; readonly major: number; readonly minor: number }
    | { readonly type: 'fifo' }
  );
