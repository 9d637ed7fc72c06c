/** The answer of a simple index about one project, as PEP 691 has it in JSON and PEP 503 in HTML. */
export interface IndexFile {
  readonly name: string;
  /** Absolute. */
  readonly url: string;
  /** Undefined where the index tells none. */
  readonly sha256: string | undefined;
}

/** What to ask for: some indexes have only one of the forms. */
export const SIMPLE_ACCEPT =
  'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.5, text/html;q=0.2';

/** `address` is where the answer came from. Empty where it is no such answer. */
export function parseSimpleIndex(text: string, address: URL): IndexFile[] {
  return /^\s*\{/.test(text) ? fromJson(text, address) : fromHtml(text, address);
}

function fromJson(text: string, address: URL): IndexFile[] {
  const { files } = JSON.parse(text) as { readonly files?: readonly Record<string, unknown>[] };
  return (files ?? []).flatMap(({ filename, url, hashes }) => {
    if (typeof filename !== 'string' || typeof url !== 'string') return [];
    const { sha256 } = (hashes ?? {}) as { readonly sha256?: unknown };
    return [
      {
        name: filename,
        url: resolved(url, address).href,
        sha256: hexOf(sha256),
      },
    ];
  });
}

function fromHtml(text: string, address: URL): IndexFile[] {
  return [...text.matchAll(/<a\s([^>]*)>([^<]*)<\/a>/gi)].flatMap(([, written, label]) => {
    const attributes = new Map(
      [...written!.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?/g)].map(
        ([, name, double, single]) => [name!.toLowerCase(), unescaped(double ?? single ?? '')] as const,
      ),
    );
    const href = attributes.get('href');
    if (href === undefined) return [];
    const url = resolved(href, address);
    const sha256 = hexOf(/^#sha256=(.*)$/.exec(url.hash)?.[1]);
    url.hash = '';
    return [
      {
        name: unescaped(label!).trim(),
        url: url.href,
        sha256,
      },
    ];
  });
}

/** A file on the index's own server is asked for as the same user. */
function resolved(url: string, address: URL): URL {
  const found = new URL(url, address);
  if (found.host === address.host && found.protocol === address.protocol && found.username === '')
    [found.username, found.password] = [address.username, address.password];
  return found;
}

function hexOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value) ? value.toLowerCase() : undefined;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  apos: "'",
};

function unescaped(text: string): string {
  return text.replaceAll(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
