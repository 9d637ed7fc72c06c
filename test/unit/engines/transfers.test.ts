import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EventChannel } from '../../../src/engines/event-channel.ts';
import { Transfers } from '../../../src/engines/buildkit/transfers.ts';

it('what a daemon does with a root is called otherwise before it is sent and after, or it seems to begin again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const channel = new EventChannel();
  const transfers = new Transfers(channel, () => 'send root alpine');
  const takeLong = () => {
    transfers.begin('root');
    t.mock.timers.tick(60_000);
  };
  takeLong();
  transfers.take('root', { vertex: 'root', id: 'root', current: 1000 });
  transfers.end('root');
  takeLong();
  transfers.end('root');
  channel.end();
  const names: string[] = [];
  for await (const event of channel)
    if (event.type === 'planned') names.push(...event.tasks.map(({ name }) => name));
  assert.deepEqual(names, ['prepare root alpine', 'send root alpine', 'unpack root alpine']);
});
