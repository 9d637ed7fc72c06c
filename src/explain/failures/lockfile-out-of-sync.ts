import type { FailureClass } from '../failure-class.ts';

export const lockfileOutOfSync: FailureClass = {
  class: 'lockfile-out-of-sync',
  signs: [
    { says: /can only install with an existing package-lock\.json/, sure: 0.85 },
    { says: /'?npm ci'? can only install (?:packages )?(?:when|with)/, sure: 0.95 },
    {
      says: /ERR_PNPM_OUTDATED_LOCKFILE|ERR_PNPM_LOCKFILE_\w+|Your lockfile needs to be updated|YN0028|The lockfile would have been (?:modified|created)/,
      sure: 0.94,
    },
    {
      says: /the lock file \S+ needs to be updated but --(?:locked|frozen) was passed|cannot (?:update|create) the lock file .*because --(?:locked|frozen)/,
      sure: 0.95,
    },
    { says: /(?:updates to go\.(?:mod|sum) needed|missing go\.sum entry)/, sure: 0.93 },
    {
      says: /pyproject\.toml changed significantly since poetry\.lock|The lockfile at '?uv\.lock'? needs to be updated|lockfile had changes, but lockfile is frozen/,
      sure: 0.94,
    },
  ],
  cause: 'the lock does not fit what the project asks for, and this command may not change it',
  cure: 'renew the lock where you work (`npm install`, `pnpm install`, `cargo update -w`, `go mod tidy`, `poetry lock`, `uv lock`) and commit it',
  references: ['https://docs.npmjs.com/cli/commands/npm-ci'],
  examples: [
    'npm ERR! `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync.',
    'error: the lock file /src/Cargo.lock needs to be updated but --locked was passed to prevent this',
    'missing go.sum entry for module providing package golang.org/x/sys/unix',
  ],
  lookAlikes: ['npm WARN old lockfile'],
};
