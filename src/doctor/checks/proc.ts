import { partCheck } from '../sandbox-part.ts';

export const proc = partCheck({
  id: 'proc',
  title: 'a /proc of its own',
  proves: 'A new /proc can be mounted in a pid namespace of its own.',
  how: 'Mounts one.',
  costs:
    'Steps see the processes of this container in /proc: the kernel keeps hidden what a container hides of it, and mounts no new one.',
  cure: 'Docker: `--security-opt systempaths=unconfined`; Kubernetes: `procMount: Unmasked`.',
  needs: ['tools', 'userns'],
  parts: ['proc'],
  fine: 'it can be mounted',
  otherwise: 'warn',
});
