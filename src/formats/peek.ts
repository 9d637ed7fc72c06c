export interface Peeked {
  /** The first bytes: as many as were asked for, or a little more; fewer where `isAll`. */
  readonly head: Uint8Array;
  /** The stream has ended within `head`. */
  readonly isAll: boolean;
  /** The same stream from its start. */
  readonly whole: AsyncIterable<Uint8Array>;
}

/** Looks at the start of a stream. Whoever doesn't read `whole` leaves the source open. */
export async function peek(bytes: AsyncIterable<Uint8Array>, size: number): Promise<Peeked> {
  const source = bytes[Symbol.asyncIterator]();
  const pieces: Uint8Array[] = [];
  let length = 0;
  let isAll = false;
  while (length < size && !isAll) {
    const next = await source.next();
    if (next.done === true) {
      isAll = true;
    } else {
      pieces.push(next.value);
      length += next.value.length;
    }
  }
  const head = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, length);
  return { head, isAll, whole: follow(head, isAll ? undefined : source) };
}

async function* follow(
  head: Uint8Array,
  source: AsyncIterator<Uint8Array> | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  let open = source !== undefined;
  try {
    yield head;
    while (open) {
      const next = await source!.next();
      if (next.done === true) open = false;
      else yield next.value;
    }
  } finally {
    if (open) await source!.return?.();
  }
}
