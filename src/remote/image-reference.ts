import { productJson } from '../base/product-file.ts';

/** `quay.io/pypa/manylinux_2_28_x86_64:latest@sha256:…`, taken apart. */
export interface ImageReference {
  /** As it was written, or the default one: `docker.io`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string | undefined;
  /** `sha256:…`; where there is one, the tag is a comment. */
  readonly digest: string | undefined;
}

interface Table {
  readonly default: string;
  /** Of images of the default registry whose names are one word. */
  readonly folder: string;
  readonly registries: Readonly<Record<string, { readonly address: string; readonly login: string }>>;
}

let table: Table | undefined;

function registries(): Table {
  return (table ??= productJson('data/oci-registries.json') as Table);
}

const PATH = String.raw`[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*`;
const FORM = new RegExp(
  String.raw`^(?:([a-zA-Z0-9.-]+(?::\d+)?|\[[0-9a-f:]+\](?::\d+)?)/)?(${PATH}(?:/${PATH})*)(?::(\w[\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`,
);

/** Undefined for what is no reference. The first word is a registry where it looks like a host, as Docker has it. */
export function parseImageReference(text: string): ImageReference | undefined {
  const [, host, path, tag, digest] = FORM.exec(text) ?? [];
  if (path === undefined) return undefined;
  const { default: standard, folder } = registries();
  const isHost = host !== undefined && (/[.:]/.test(host) || host === 'localhost');
  const repository = host === undefined || isHost ? path : `${host}/${path}`;
  if (!/^[a-z0-9]/.test(repository) || (host !== undefined && !isHost && host !== host.toLowerCase()))
    return undefined;
  const registry = isHost ? host : standard;
  const inFolder = registry === standard && !repository.includes('/');
  return { registry, repository: inFolder ? `${folder}/${repository}` : repository, tag, digest };
}

/** `https://host`; what is on this machine is asked without encryption. */
export function registryAddress(registry: string): string {
  const host = registries().registries[registry]?.address ?? registry;
  const local = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host);
  return `${local ? 'http' : 'https'}://${host}`;
}

/** What a registry is called where users log in. */
export function loginName(registry: string): string {
  return registries().registries[registry]?.login ?? registry;
}
