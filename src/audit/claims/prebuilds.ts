/**
 * Names by which a loader script chooses a file: prebuildify's `prebuilds/linux-x64/x.musl.node`, and napi-rs's
 * `x.linux-x64-musl.node`. The script never looks into the file, so a wrong name is a wrong file at run time.
 */
import type { Libc } from '../../abi/libc.ts';
import type { Problem } from '../report.ts';
import type { Contents, FoundElf } from '../walk/contents.ts';
import { libcInWords, loadable, nodeArch } from './judged.ts';
import { nativeNames } from './native-names.ts';

interface Named {
  readonly platform: string;
  readonly arches: readonly string[];
  readonly libc: Libc | undefined;
}

export function judgePrebuilds(contents: Contents): Problem[] {
  return loadable(contents).flatMap((file) => {
    const named = prebuildify(file.audit.path) ?? napi(file.audit.path);
    return named === undefined ? [] : problemsOf(file, named);
  });
}

function prebuildify(path: string): Named | undefined {
  const match = /(?:^|\/)prebuilds\/([a-z0-9]+)-([^/]+)\/([^/]+)\.node$/.exec(path);
  if (match === null) return undefined;
  const tags = match[3]!.split('.').slice(1);
  return {
    platform: match[1]!,
    arches: match[2]!.split('+'),
    libc: tags.includes('musl') ? 'musl' : tags.includes('glibc') ? 'glibc' : undefined,
  };
}

function napi(path: string): Named | undefined {
  const match = /\.((linux|android)-[a-z0-9_-]+)\.node$/.exec(path);
  const said = match === null ? undefined : nativeNames(match[1]!.replace('android', 'linux'));
  if (match === null || said?.arch === undefined) return undefined;
  return { platform: match[2]!, arches: [said.arch], libc: said.libc === 'static' ? undefined : said.libc };
}

function problemsOf({ audit }: FoundElf, { platform, arches, libc }: Named): Problem[] {
  const problems: Problem[] = [];
  const wrong = (says: string, truth: string): void => {
    problems.push({
      code: 'claim-prebuild-false',
      severity: 'error',
      message: `the file name says ${says}, but the file ${truth}`,
      hint: 'rename the file, or build what its name says',
      path: audit.path,
    });
  };
  const isLinux = audit.libc === 'glibc' || audit.libc === 'musl';
  if (isLinux && platform !== 'linux') wrong(platform, `needs ${libcInWords(audit)}, which is on Linux only`);
  if (audit.libc === 'bionic' && platform !== 'android') wrong(platform, 'is built for Android');
  const arch = nodeArch(audit.machine);
  if (!arches.includes(arch) && !arches.includes('universal')) wrong(arches.join('+'), `is for ${arch}`);
  if (isLinux && libc !== undefined && libc !== audit.libc) wrong(libc, `needs ${libcInWords(audit)}`);
  return problems;
}
