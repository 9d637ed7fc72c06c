/** What one package holds, exactly: also what an ordinary user could not put on the disk. */
export interface TreeManifest {
  /** In the order of the archive, parents before children. */
  readonly entries: readonly TreeEntry[];
  /** How the package's own database calls it: of an .apk the hash of its control member, `Q1…`. */
  readonly identity?: string | undefined;
}

/** What only some formats say of a member. */
export interface EntryNotes {
  /** Of an .apk: the hash that its header gives for the content, `Q1…`. */
  readonly checksum?: string;
  /** Of an .apk: the names of owner and group where they aren't `root`; the root's own passwd tells their ids. */
  readonly user?: string;
  readonly group?: string;
}

interface EntryFacts extends EntryNotes {
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
