import { partCheck } from '../sandbox-part.ts';

export const namespaces = partCheck({
  id: 'namespaces',
  title: 'other namespaces',
  proves: 'Network, IPC, UTS and cgroup namespaces can be made.',
  how: 'Makes one of each.',
  costs: 'No step can run with the embedded engine, since steps without `network: true` have none.',
  cure: 'Allow them where the machine or the container is started.',
  needs: ['tools', 'userns'],
  parts: ['other namespaces'],
  fine: 'they can be made',
});
