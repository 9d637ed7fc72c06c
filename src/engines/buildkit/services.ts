/** What a daemon may ask of us during a build, and nothing else: the files of this build's inputs, its secrets, logins, agents. */
import { ProtobufMessage, ProtobufWriter } from '../../base/protobuf.ts';
import { dockerLogin } from '../../remote/docker-login.ts';
import type { Context } from '../../report/context.ts';
import { Failure } from '../../report/failure.ts';
import type { Input, SolveRequest } from '../engine.ts';
import { agentMethods } from './agent-service.ts';
import { contentMethods, type BlobStores } from './content-service.ts';
import { receiveFolder, type PlaceFile } from './receive-files.ts';
import { sendFolder } from './send-files.ts';
import { filesOf, type SentFile } from './sent-folder.ts';
import { GrpcError, grpcCode } from './wire/grpc-error.ts';
import { unary, type IncomingCall, type Methods } from './wire/grpc-server.ts';

export interface ServiceParts {
  /** Undefined for a name that isn't of this build. */
  readonly inputOf: (name: string) => Input | undefined;
  readonly request: SolveRequest;
  readonly env: Context['env'];
  readonly place: PlaceFile;
  readonly stores: BlobStores;
  /** Told what went wrong on our side, which the daemon would tell in words of its own. */
  readonly failed: (problem: Failure) => void;
}

export function sessionServices({ inputOf, request, env, place, stores, failed }: ServiceParts): Methods {
  const folders = new Map<string, Promise<readonly SentFile[]>>();
  const find = (name: string) => {
    const input = inputOf(name);
    if (input === undefined) return undefined;
    const files = folders.get(name) ?? filesOf(input);
    folders.set(name, files);
    return files;
  };
  const telling = (method: (call: IncomingCall) => Promise<void>) => async (call: IncomingCall) => {
    try {
      await method(call);
    } catch (error) {
      if (error instanceof Failure) failed(error);
      throw error;
    }
  };
  return new Map([
    ['/moby.filesync.v1.FileSync/DiffCopy', telling((call) => sendFolder(call, find))],
    ['/moby.filesync.v1.FileSend/DiffCopy', telling((call) => receiveFolder(call, place))],
    ['/moby.buildkit.secrets.v1.Secrets/GetSecret', unary((asked) => secret(asked, request))],
    ['/moby.filesync.v1.Auth/Credentials', unary((asked) => credentials(asked, env))],
    ...[...agentMethods(request.agents ?? new Map()), ...contentMethods(stores)].map(
      ([name, method]) => [name, telling(method)] as const,
    ),
  ]);
}

function secret(asked: Uint8Array, { secrets }: SolveRequest): Uint8Array {
  const id = new ProtobufMessage(asked).string(1);
  const value = secrets?.get(id);
  if (value === undefined) throw new GrpcError(grpcCode.notFound, `secret ${id}: not found`);
  return new ProtobufWriter().bytes(1, value).finish();
}

async function credentials(asked: Uint8Array, env: Context['env']): Promise<Uint8Array> {
  const host = new ProtobufMessage(asked).string(1);
  const found = await dockerLogin(host === 'registry-1.docker.io' ? 'docker.io' : host, env);
  return new ProtobufWriter().string(1, found?.user).string(2, found?.password).finish();
}
