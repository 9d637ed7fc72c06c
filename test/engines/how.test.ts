/** docs/how/many-machines.md as its readers follow it: two daemons have the names of the page. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { programArguments, repository } from '../build/command-line.ts';
import { noScene } from '../engine-scene.ts';
import { commandsOf, programFolder } from '../pages.ts';
import { daemonFor } from './daemons.ts';
import { lightProject } from './light-project.ts';
import { certificates, freePort, tlsSettings } from './tls.ts';

const page = readFileSync(join(repository, 'docs/how/many-machines.md'), 'utf8');

test('who follows the page on many machines builds on them', { skip: noScene }, async (t) => {
  const pem = certificates(t, ['daemon', 'client']);
  const daemons: { readonly near: string; readonly secure: string }[] = [];
  for (let count = 0; count < 2; count++) {
    const secure = `tcp://127.0.0.1:${await freePort()}`;
    const daemon = await daemonFor(t, 'newest', { listen: secure, settings: tlsSettings(pem) });
    if (daemon === undefined) return;
    daemons.push({ near: daemon.address, secure });
  }
  const named = (text: string, which: 'near' | 'secure') =>
    text
      .replaceAll(/tcp:\/\/builder-(\d):1234/g, (_, number: string) => daemons[Number(number) - 1]![which])
      .replaceAll('tcp://arm-1:1234', 'tcp://127.0.0.1:1');

  const folder = lightProject(t);
  const own = join(folder, '.bin', 'own');
  const path = `${programFolder(folder)}:${process.env['PATH']}`;
  const [, configuration] = /```yaml\n(builders:[^]*?)```/.exec(page)!;
  mkdirSync(join(own, 'targetry'), { recursive: true });
  cpSync(join(pem, 'client'), join(folder, 'certs'), { recursive: true });

  const commands = commandsOf(page);
  assert.ok(commands.length >= 5);
  for (const command of commands) {
    // The file comes into being where the page tells of it.
    if (command === 'targetry build')
      writeFileSync(join(own, 'targetry/config.yaml'), named(configuration!, 'near'));
    const spelled = named(command, command.includes('--buildkit-tls') ? 'secure' : 'near');
    const { status, stdout, stderr } = spawnSync('sh', ['-c', spelled], {
      cwd: folder,
      env: { ...programArguments([]).env, PATH: path, XDG_CONFIG_HOME: own },
      encoding: 'utf8',
    });
    assert.equal(status, 0, `${command}\n${stdout}${stderr}`);
    const builders = stdout.match(/^ {2}(unix|tcp):\/\/.*: \d targets?$/gm)?.length ?? 0;
    const many = command === 'targetry build' || /build .*--builder/.test(command);
    assert.equal(builders, many ? 2 : 0, `${command}\n${stdout}`);
  }
  return undefined;
});
