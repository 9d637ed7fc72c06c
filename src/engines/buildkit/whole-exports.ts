/**
 * Whole states in forms that other programs read: a tar, an image as a folder, as an archive or in a registry. Each is a job
 * of its own with a session of its own, as daemons before 0.13 don't say which of several exports they send.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ProtobufMessage } from '../../base/protobuf.ts';
import type { Output, Platform } from '../../graph/graph.ts';
import { Failure } from '../../report/failure.ts';
import type { EventChannel } from '../event-channel.ts';
import { BlobFolder, type BlobDescriptor } from './blob-folder.ts';
import { contentMethods } from './content-service.ts';
import { nameDaemon, type DaemonName } from './daemon-limits.ts';
import { solveOutput } from './exports.ts';
import type { Lowered } from './lower.ts';
import { refusalOf, runBeside, type Connected } from './own-job.ts';
import { platformBelow } from './result-places.ts';
import { openSession } from './session.ts';
import type { IncomingCall, Methods } from './wire/grpc-server.ts';

/** Paths are absolute. What is there is replaced; of a folder, blobs that are there are not sent again. */
export type WholeForm =
  | { readonly kind: 'tar'; readonly file: string }
  | {
      readonly kind: 'oci-archive' | 'docker-archive';
      readonly file: string;
      readonly name?: string | undefined;
    }
  | { readonly kind: 'oci-layout'; readonly folder: string; readonly name?: string | undefined }
  /** To a registry that the daemon reaches, as whom the user is logged in. */
  | { readonly kind: 'push'; readonly name: string; readonly withResults?: boolean | undefined };

/** What runs in an image has and does. */
export interface ImageSettings {
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string | undefined;
  readonly user?: string | undefined;
  readonly entrypoint?: readonly string[] | undefined;
  readonly command?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

export interface WholeExport {
  readonly from: Output;
  readonly form: WholeForm;
  readonly image?: ImageSettings | undefined;
}

/** Throws `Failure` where the daemon doesn't know a form: it shall say so before anything runs. */
export async function requireForms(
  exports: readonly WholeExport[],
  connected: Connected,
  daemon: DaemonName,
): Promise<void> {
  const byKind = new Map(exports.map(({ form }) => [form.kind, form]));
  for (const form of byKind.values()) {
    const refusal = await refusalOf(askedFor(form), connected);
    if (refusal === undefined) continue;
    throw new Failure('buildkit-cannot', `${nameDaemon(daemon)} can't export ${words[form.kind]}`, {
      why: refusal,
    });
  }
}

const words: Readonly<Record<WholeForm['kind'], string>> = {
  tar: 'a tar',
  'oci-archive': 'an image as an archive of OCI',
  'docker-archive': 'an image as an archive of Docker',
  'oci-layout': 'an image as a folder',
  push: 'an image to a registry',
};

export interface WritingParts {
  readonly connected: Connected;
  readonly lowered: Lowered;
  readonly channel: EventChannel;
  /** What any session of the build answers. */
  readonly services: Methods;
}

/** To be called while the build's own job still has its results. */
export async function writeWhole(exports: readonly WholeExport[], parts: WritingParts): Promise<void> {
  for (const one of exports) {
    const { channel } = parts;
    const task = `export ${placeOf(one.form)}`;
    channel.send({ type: 'planned', tasks: [{ id: task, name: task }] });
    channel.send({ type: 'started', task, at: performance.now() });
    let outcome: 'done' | 'failed' = 'failed';
    try {
      await writeOne(one, parts);
      outcome = 'done';
    } finally {
      channel.send({ type: 'finished', task, outcome, at: performance.now() });
    }
  }
}

async function writeOne({ from, form, image }: WholeExport, parts: WritingParts): Promise<void> {
  const { connected, lowered, services } = parts;
  const { client, signal } = connected;
  const arriving = 'file' in form ? await ArrivingFile.open(form.file) : undefined;
  const folder = form.kind === 'oci-layout' ? new BlobFolder(form.folder) : undefined;
  const own: Methods = new Map([
    ...services,
    ...(folder === undefined ? [] : contentMethods(new Map([['export', folder]]))),
    ...(arriving === undefined
      ? []
      : [['/moby.filesync.v1.FileSend/DiffCopy', (call: IncomingCall) => arriving.take(call)] as const]),
  ]);
  const session = openSession(client, own, signal);
  try {
    const platform = platformBelow(from);
    const told = await runBeside(askedFor(form), { ...connected, session: session.id }, async (gateway) => {
      const state = await solveOutput(gateway, lowered.of(from));
      await gateway.return(state, configurationOf(platform, image));
    });
    await arriving?.keep();
    const described = told.get('containerimage.descriptor');
    if (folder !== undefined && described !== undefined) {
      const descriptor = JSON.parse(Buffer.from(described, 'base64').toString('utf8')) as BlobDescriptor;
      await folder.name(('name' in form && form.name) || 'latest', descriptor);
    }
  } finally {
    session.close();
    await arriving?.close();
  }
}

function askedFor(form: WholeForm) {
  switch (form.kind) {
    case 'tar':
      return { exporter: { type: 'tar', attributes: {} } };
    case 'oci-archive':
    case 'docker-archive': {
      const type = form.kind === 'oci-archive' ? 'oci' : 'docker';
      return { exporter: { type, attributes: named(form.name) } };
    }
    case 'oci-layout':
      return { exporter: { type: 'oci', attributes: { tar: 'false', ...named(form.name) } } };
    case 'push': {
      const attributes = { push: 'true', 'oci-mediatypes': 'true', ...named(form.name) };
      const cacheTo = form.withResults === true ? [{ type: 'inline', attributes: {} }] : [];
      return { exporter: { type: 'image', attributes }, cacheTo };
    }
  }
  return form satisfies never;
}

function named(name: string | undefined): Readonly<Record<string, string>> {
  return name === undefined ? {} : { name };
}

function placeOf(form: WholeForm): string {
  return 'file' in form ? form.file : 'folder' in form ? form.folder : form.name;
}

/** The daemon adds what it knows of the layers. */
function configurationOf(platform: Platform | undefined, image: ImageSettings = {}): object | undefined {
  if (platform === undefined) return undefined;
  const { architecture, os, variant } = platform;
  const { env, cwd, user, entrypoint, command, labels } = image;
  const config = {
    Env: env && Object.entries(env).map(([name, value]) => `${name}=${value}`),
    WorkingDir: cwd,
    User: user,
    Entrypoint: entrypoint,
    Cmd: command,
    Labels: labels,
  };
  return { architecture, os, variant, config, rootfs: { type: 'layers', diff_ids: [] } };
}

/** Beside its place until it is whole. */
class ArrivingFile {
  readonly #place: string;
  readonly #path: string;
  readonly #file: Awaited<ReturnType<typeof open>>;

  private constructor(place: string, path: string, file: Awaited<ReturnType<typeof open>>) {
    this.#place = place;
    this.#path = path;
    this.#file = file;
  }

  static async open(place: string): Promise<ArrivingFile> {
    await mkdir(dirname(place), { recursive: true });
    const path = `${place}.new-${randomUUID()}`;
    return new ArrivingFile(place, path, await open(path, 'wx'));
  }

  async take(call: IncomingCall): Promise<void> {
    for await (const message of call.messages)
      await this.#file.writeFile(new ProtobufMessage(message).bytes(1));
  }

  async keep(): Promise<void> {
    await this.#file.datasync();
    await rename(this.#path, this.#place);
  }

  async close(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }
}
