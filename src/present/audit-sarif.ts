import { jsonText } from '../base/json-text.ts';
import type { ArtifactAudit, Problem } from '../audit/report.ts';
import { codes, type Code } from '../report/codes.ts';

/** SARIF 2.1.0, by which code hosts show findings beside the files. */
export function renderAuditSarif(artifacts: readonly ArtifactAudit[], version: string): string {
  const found = artifacts.flatMap((artifact) => artifact.problems.map((problem) => ({ artifact, problem })));
  const used = [...new Set(found.map(({ problem }) => problem.code))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'targetry',
            version,
            informationUri: 'https://www.npmjs.com/package/targetry',
            rules: used.map(rule),
          },
        },
        results: found.map(({ artifact, problem }) => result(artifact, problem, used)),
      },
    ],
  };
  return jsonText(log);
}

function rule(code: Code) {
  const { title, cause, cure } = codes[code];
  return {
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: cause },
    help: { text: cure },
  };
}

function result({ path }: ArtifactAudit, problem: Problem, used: readonly Code[]) {
  const { code, severity, message, hint, path: inside, offset } = problem;
  return {
    ruleId: code,
    ruleIndex: used.indexOf(code),
    level: severity,
    message: { text: hint === undefined ? message : `${message}. Next step: ${hint}.` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: path.split('/').map(encodeURIComponent).join('/') },
          // An offset counts from the start of the file inside of the archive, which no region can say.
          ...(offset === undefined || inside !== null
            ? {}
            : { region: { byteOffset: offset, byteLength: 0 } }),
        },
        ...(inside === null ? {} : { logicalLocations: [{ fullyQualifiedName: inside, kind: 'resource' }] }),
      },
    ],
  };
}
