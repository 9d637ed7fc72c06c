import type { FailureClass } from '../failure-class.ts';

export const gitDubiousOwnership: FailureClass = {
  class: 'git-dubious-ownership',
  signs: [
    {
      says: /repository path is not owned by (?:the )?current user|code=Owner \(-36\)|fatal: unsafe repository/,
      sure: 0.93,
    },
    {
      says: /检测到可疑的仓库所有权|unsichere Besitzverhältnisse im Repository|propriétaire douteux détecté|propiedad dudosa detectada/,
      sure: 0.93,
    },
    { says: /detected dubious ownership/, sure: 0.97 },
    { says: /unsafe repository \('.+' is owned by someone else\)/, sure: 0.97 },
    { says: /error obtaining VCS status/, sure: 0.88 },
    {
      says: /safe\.directory/,
      unless: /^(?:\+|RUN|\[command\]|Adding repository|git config)|Adding repository directory/,
      sure: 0.85,
    },
    { says: /repository path '.+' is not owned by (?:the )?current user|Use -buildvcs=false/, sure: 0.92 },
    {
      says: /(?:repository|repo|worktree|\.git).{0,80}(?:owned by (?:a different|another|someone)|different owner|ownership)/,
      unless: /chown|changing ownership|preserv/,
      sure: 0.8,
    },
  ],
  cause:
    'the repository belongs to another user than the one who runs git, so git refuses to read it (and Go to stamp its version)',
  cure: '`git config --global --add safe.directory /src` in the step, or give the files to its user (`chown`, `COPY --chown`); for Go `-buildvcs=false` does without',
  references: [
    'https://github.com/vitessio/vitess/issues/12529',
    'https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory',
  ],
  examples: [
    "fatal: detected dubious ownership in repository at '/vt/src/vitess.io/vitess'\nerror obtaining VCS status: exit status 128\nUse -buildvcs=false to disable VCS stamping.",
    "fatal: unsafe repository ('/github/workspace' is owned by someone else)",
  ],
  lookAlikes: ['fatal: not a git repository (or any of the parent directories): .git'],
};
