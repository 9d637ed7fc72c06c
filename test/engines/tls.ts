/** Daemons at `tcp://` that know their clients by certificates. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** `ca.pem`, and for each name a folder with a certificate that it signed. */
export function certificates(t: TestContext, names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-pem-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const openssl = (words: string) =>
    execFileSync('openssl', words.split(' '), { cwd: folder, stdio: 'pipe' });
  const fresh = 'req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes';
  openssl(`${fresh} -x509 -days 2 -subj /CN=ca -keyout ca-key.pem -out ca.pem`);
  writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1');
  for (const name of names) {
    mkdirSync(join(folder, name));
    openssl(`${fresh} -subj /CN=${name} -keyout ${name}/key.pem -out ${name}/asked.pem`);
    openssl(
      `x509 -req -days 2 -in ${name}/asked.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial -extfile names -out ${name}/cert.pem`,
    );
    execFileSync('cp', ['ca.pem', `${name}/ca.pem`], { cwd: folder });
  }
  return folder;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** For the daemon's file, with the certificate for `daemon`. */
export function tlsSettings(pem: string): string {
  return `[grpc.tls]\ncert = "${pem}/daemon/cert.pem"\nkey = "${pem}/daemon/key.pem"\nca = "${pem}/ca.pem"\n`;
}
