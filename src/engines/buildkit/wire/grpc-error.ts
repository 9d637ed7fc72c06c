import type { IncomingHttpHeaders } from 'node:http2';
import { jsonIn } from '../../../base/json-text.ts';
import { ProtobufMessage, type ProtobufWriter } from '../../../base/protobuf.ts';

/** The codes of gRPC that are met here. */
export const grpcCode = {
  ok: 0,
  canceled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  resourceExhausted: 8,
  failedPrecondition: 9,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

/** What the daemon says of an error besides its text: `moby.buildkit.v1.errdefs.…` or a type of Google's, by name. */
export interface ErrorDetail {
  readonly type: string;
  readonly value: Uint8Array;
}

/** A call that the other side answered with an error, or never answered. */
export class GrpcError extends Error {
  readonly code: number;
  readonly details: readonly ErrorDetail[];

  constructor(code: number, message: string, details: readonly ErrorDetail[] = [], cause?: unknown) {
    super(message, { cause });
    this.name = 'GrpcError';
    this.code = code;
    this.details = details;
  }

  /** The value of a detail whose type ends like that, as the JSON that BuildKit writes. */
  detail(ending: string): unknown {
    const found = this.details.find(({ type }) => type.endsWith(ending));
    return found === undefined ? undefined : jsonIn(Buffer.from(found.value).toString('utf8'));
  }
}

/** Trailers to an error; undefined where they tell of success. */
export function errorOfTrailers(trailers: IncomingHttpHeaders): GrpcError | undefined {
  const status = headerText(trailers['grpc-status']);
  if (status === undefined)
    return new GrpcError(grpcCode.unavailable, 'the connection ended without an answer');
  const code = Number(status);
  if (code === grpcCode.ok) return undefined;
  const message = percentDecoded(headerText(trailers['grpc-message']) ?? '');
  const binary = headerText(trailers['grpc-status-details-bin']);
  return new GrpcError(code, message, binary === undefined ? [] : detailsOf(Buffer.from(binary, 'base64')));
}

/** An error of ours for the other side. */
export function trailersOf(error: unknown): Record<string, string> {
  const known = error instanceof GrpcError ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return {
    'grpc-status': String(known?.code ?? grpcCode.unknown),
    'grpc-message': encodeURIComponent(message),
  };
}

function detailsOf(status: Uint8Array): ErrorDetail[] {
  try {
    return new ProtobufMessage(status)
      .messages(3)
      .map((any) => ({ type: any.string(1), value: any.bytes(2) }));
  } catch (error) {
    // What isn't whole says no more than the text beside it.
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/** `google.rpc.Status` */
export function writeStatus(writer: ProtobufWriter, code: number, message: string): void {
  writer.integer(1, code).string(2, message);
}

function headerText(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value;
}

function percentDecoded(text: string): string {
  const bytes = text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
