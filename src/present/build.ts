import { relative } from 'node:path';
import type { BuildResult } from '../operations/build.ts';
import type { BuiltImage } from '../operations/building/images.ts';
import type { BuiltArtifact } from '../operations/building/audit-built.ts';
import type { ElfAudit, Verdict } from '../audit/report.ts';
import {
  describeArtifact,
  describeFloor,
  describeReleases,
  mainReasons,
  shownReleases,
} from './audit-words.ts';
import { styleFor, type Style } from './style.ts';
import { bytes, counted, duration } from '../base/units.ts';
import { fold } from './width.ts';

interface Options {
  readonly color: boolean;
  /** Paths are shown relative to it. */
  readonly cwd: string;
}

/** What came out, and the proof: what each file needs, which promises it keeps, where it runs. */
export function renderBuild(result: BuildResult, { color, cwd }: Options): string {
  const style = styleFor(color);
  const name = [result.project, result.version].filter(Boolean).join(' ');
  const artifacts = result.artifacts.map((artifact) => renderArtifact(artifact, result.dist, cwd, style));
  const head = `${style.bold(name)}: ${counted(artifacts.length, 'artifact')}`;
  const images = result.images.map((image) => renderImage(image, result.dist, cwd, style));
  return [head, ...artifacts, ...images, summary(result)].join('\n\n') + '\n';
}

/** `4 targets in 21.3s, 3 steps run and 5 cached`. */
function summary({ targets, steps, milliseconds, builders }: BuildResult): string {
  return `${counted(targets, 'target')} in ${duration(milliseconds)}${stepWords(steps)}${builderWords(builders)}`;
}

/** On lines of their own: names of machines are long. */
function builderWords(builders: BuildResult['builders']): string {
  return builders
    .map(({ name, targets, lost }) => {
      const taken = lost === 0 ? '' : `${targets === 0 ? '' : '; '}lost, others built ${lost} that it began`;
      return `\n  ${name}: ${targets === 0 && lost > 0 ? '' : counted(targets, 'target')}${taken}`;
    })
    .join('');
}

function stepWords({ run, cached }: BuildResult['steps']): string {
  if (run + cached === 0) return '';
  if (run === 0) return cached === 1 ? ', its step cached' : `, all ${cached} steps cached`;
  return `, ${counted(run, 'step')} run${cached === 0 ? '' : ` and ${cached} cached`}`;
}

function renderArtifact(artifact: BuiltArtifact, dist: string, cwd: string, style: Style): string {
  const path = relative(cwd, `${dist}/${artifact.as}`);
  const lines = [`  ${style.bold(path)}  ${style.dim(`${bytes(artifact.size)}  sha256:${artifact.sha256}`)}`];
  if (artifact.elf !== undefined) {
    lines.push(row('is', describeElf(artifact.elf)), row('needs', describeNeeds(artifact.elf)));
  }
  if (artifact.inside !== undefined) lines.push(...describeInside(artifact.inside, artifact.as));
  for (const { word } of artifact.promises) lines.push(row('promise', `${word} ${style.green('kept')}`));
  lines.push(...releaseLines(artifact.runsOn));
  return lines.join('\n');
}

function renderImage(image: BuiltImage, dist: string, cwd: string, style: Style): string {
  const path = relative(cwd, `${dist}/${image.as}`);
  return [
    `  ${style.bold(path)}  ${style.dim(`${bytes(image.size)}  sha256:${image.sha256}`)}`,
    row('is', `the image ${image.name} (${image.kind}), for ${image.platforms.join(' and ')}`),
    row('digest', image.digest),
    ...image.notes.map((note) => row('note', note)),
  ].join('\n');
}

function releaseLines(verdicts: readonly Verdict[]): string[] {
  const shown = shownReleases(verdicts);
  if (shown.length > 0 && shown.every(({ runs }) => runs === 'yes'))
    return [row('runs on', `all ${shown.length} releases of the table`)];
  // Why a release does not run it is told by what it needs; why that can't be told, by nothing else.
  const doubts = mainReasons(verdicts).filter(({ label }) => label === 'in doubt');
  return [
    ...describeReleases(verdicts).map(({ label, releases }) => row(label, releases)),
    ...doubts.map(({ label, reason }) => row(label, reason)),
  ];
}

const labelWidth = 13;
const textWidth = 87;

function row(label: string, text: string): string {
  return `    ${label}`.padEnd(labelWidth) + fold(text, textWidth, ' '.repeat(labelWidth));
}

function describeInside({ audit, floors }: NonNullable<BuiltArtifact['inside']>, name: string): string[] {
  const needs = floors.map((floor) => describeFloor(floor, audit.elfs.length > 1)).join(', ');
  return [
    row('is', describeArtifact(audit)),
    ...(needs === '' ? [] : [row('needs', needs)]),
    // What its name may say; a promise only says what it has to.
    ...(audit.kind === 'wheel' && audit.tags.length > 0 ? [row('tag', tagWords(audit.tags, name))] : []),
  ];
}

/** A wheel is taken by what its name says, though it would run on more. */
function tagWords(tags: readonly string[], name: string): string {
  const said = /-(manylinux[^-]*)\.whl$/.exec(name)?.[1]?.split('.') ?? [];
  const narrower = said.length > 0 && said.every((tag) => !tags.includes(tag));
  return (
    tags.join(', ') + (narrower ? `, and its name says ${said.join('.')}, which fewer systems take` : '')
  );
}

function describeElf(elf: ElfAudit): string {
  const linked = elf.type.startsWith('static') ? 'static' : 'dynamic';
  return `${elf.machine}, ${linked}${elf.libc === 'none' || elf.libc === 'static' ? '' : `, ${elf.libc}`}`;
}

function describeNeeds(elf: ElfAudit): string {
  const floors = Object.entries(elf.floor).map(([family, version]) => {
    const symbols = (elf.forcedBy[family as keyof typeof elf.forcedBy] ?? []).flatMap(
      ({ symbol }) => symbol ?? [],
    );
    const named =
      symbols.length === 0 ? '' : ` (${symbols.slice(0, 3).join(', ')}${symbols.length > 3 ? ', …' : ''})`;
    return `${family} ${version}${named}`;
  });
  return [...floors, ...elf.needed].join(', ') || 'nothing of the system but its kernel';
}
