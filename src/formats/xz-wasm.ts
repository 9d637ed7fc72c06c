/**
 * xz by xz-decompress. Only the WebAssembly inside of it is used: its stream class lets one decoder run at a time in a
 * process, so that an xz file inside of an xz file would wait for itself.
 */
import { FormatError } from './format-error.ts';

/** What the WebAssembly module inside xz-decompress exports. */
interface XzModule {
  readonly memory: { readonly buffer: ArrayBuffer };
  create_context(): number;
  destroy_context(context: number): void;
  supply_input(context: number, size: number): void;
  get_next_output(context: number): number;
}

const MOST_KEPT = 32 * 1024 * 1024;

/** A module serves one stream after the other. */
const idle: XzModule[] = [];

async function takeModule(): Promise<XzModule> {
  const module = idle.pop();
  if (module !== undefined) return module;
  const library = (await import('xz-decompress')) as unknown as { default: { XzReadableStream: XzLibrary } };
  const { XzReadableStream } = library.default;
  // oxlint-disable no-underscore-dangle -- the only way to the module; the version of the package is pinned
  await XzReadableStream._getModuleInstance();
  return XzReadableStream._moduleInstance.exports;
  // oxlint-enable no-underscore-dangle
}

interface XzLibrary {
  _getModuleInstance(): Promise<void>;
  readonly _moduleInstance: { readonly exports: XzModule };
}

const STATUS_OK = 0;
const STATUS_STREAM_END = 1;
const PROBLEMS: Readonly<Record<number, string>> = {
  2: 'an unsupported kind of check sum',
  3: 'needs too much memory',
  4: 'needs too much memory',
  5: 'not in the xz format',
  6: 'unsupported options',
  7: 'the compressed data is corrupt',
  8: 'the file ends too early, or its data is corrupt',
};

export async function* decompressXzByWasm(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const module = await takeModule();
  const source = bytes[Symbol.asyncIterator]();
  let input: Uint8Array = new Uint8Array(0);
  let ended = false;
  const moreInput = async (): Promise<boolean> => {
    while (input.length === 0 && !ended) {
      const next = await source.next();
      if (next.done === true) ended = true;
      else input = next.value;
    }
    return input.length > 0;
  };
  const decoder = new WasmDecoder(module);
  try {
    for (let done = false; !done;) {
      // No input at all tells the decoder that the file ends here.
      if (decoder.wantsInput()) input = decoder.supply((await moreInput()) ? input : input.subarray(0, 0));
      const output = decoder.next();
      done = output.done;
      if (output.bytes.length > 0) yield output.bytes;
      else if (!done && ended && decoder.wantsInput()) throw new FormatError('xz', 'the file ends too early');
    }
  } finally {
    decoder.dispose();
    // Memory that was grown for a large dictionary never shrinks.
    if (module.memory.buffer.byteLength < MOST_KEPT) idle.push(module);
    if (!ended) await source.return?.();
  }
}

type FieldArray = Record<0 | 1 | 2 | 3 | 4 | 5, number>;

/** One xz stream. The context in the module's memory begins with: buffer size, then pointer, position, size of the input, then of the output. */
class WasmDecoder {
  readonly #module: XzModule;
  readonly #context: number;

  constructor(module: XzModule) {
    this.#module = module;
    this.#context = module.create_context();
  }

  wantsInput(): boolean {
    const fields = this.#fields();
    return fields[2] === fields[3];
  }

  /** Tells what it did not take. */
  supply(bytes: Uint8Array): Uint8Array {
    const fields = this.#fields();
    const size = Math.min(fields[0], bytes.length);
    new Uint8Array(this.#module.memory.buffer, fields[1], size).set(bytes.subarray(0, size));
    this.#module.supply_input(this.#context, size);
    return bytes.subarray(size);
  }

  next(): { bytes: Uint8Array; done: boolean } {
    const status = this.#module.get_next_output(this.#context);
    if (status !== STATUS_OK && status !== STATUS_STREAM_END) {
      throw new FormatError('xz', PROBLEMS[status] ?? `not readable (status ${status})`);
    }
    const fields = this.#fields();
    const bytes = new Uint8Array(this.#module.memory.buffer.slice(fields[4], fields[4] + fields[5]));
    fields[5] = 0;
    return { bytes, done: status === STATUS_STREAM_END };
  }

  dispose(): void {
    this.#module.destroy_context(this.#context);
  }

  /** The memory may have grown, and thereby moved, since the last call. */
  #fields(): FieldArray {
    return new Uint32Array(this.#module.memory.buffer, this.#context, 6) as unknown as FieldArray;
  }
}
