import { variablesOf } from './placeholders.ts';
import type { Project, Step, Target } from './project.ts';
import { stepsFor } from './select.ts';

/** Names the file of certificates that this machine trusts besides those that everybody does. */
export const extraCertificates = 'NODE_EXTRA_CA_CERTS';

export const giveCertificates =
  `give it the file: \`env: { ${extraCertificates}: /run/ca.pem }\` (pip: PIP_CERT; cargo: CARGO_HTTP_CAINFO; most others: SSL_CERT_FILE) ` +
  `and \`secrets: [{ name: ca, path: /run/ca.pem }]\`; and the command: \`--secret id=ca,src=$${extraCertificates}\` (docs/secrets.md)`;

/** Steps that ask servers and know only the certificates of their environment, each once. */
export function stepsWithoutCertificates(project: Project, targets: readonly Target[]): readonly Step[] {
  const steps = targets.flatMap((target) =>
    stepsFor(project, target).filter((step) => {
      const words = [
        ...Object.keys(variablesOf(project, target, step)),
        ...step.secrets.map(({ path }) => path),
      ];
      return step.network && !words.some((word) => ofCertificates.test(word ?? ''));
    }),
  );
  return [...new Map(steps.map((step) => [`${step.at.line}:${step.at.column}`, step])).values()];
}

/** A variable, or a file. */
const ofCertificates = /cert|ca_?(?:bundle|info|file)|\.(?:pem|crt)$/i;
