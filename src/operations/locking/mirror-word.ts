import { isServerUrl, mirroredDistros, type MirrorRule } from '../../config/mirrors.ts';
import { oneOf } from '../../report/suggest.ts';

/** `URL`, or `DISTRO=URL`, as a command is given it. */
export function readMirrorWord(word: string): MirrorRule {
  const [, name, url = word] = /^([a-z]+)=(.*)$/.exec(word) ?? [];
  const distro = mirroredDistros.find((one) => one === name);
  if (isServerUrl(url) && (distro !== undefined || name === undefined)) {
    return { distro, url, from: '--mirror' };
  }
  throw new Error(
    `write the address of a server: \`--mirror http://mirror.example.org/debian\`, or with whose packages it has: \`--mirror debian=http://…\`, of ${oneOf(mirroredDistros)}`,
  );
}
