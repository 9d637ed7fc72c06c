/** Starts a daemon, tells its folder, and waits to be killed. */
import { Daemon } from './daemons.ts';
import { Missing } from './go-programs.ts';

try {
  const { folder } = await Daemon.start('newest', () => {});
  process.stdout.write(`${folder}\n`);
  setInterval(() => {}, 1000);
} catch (error) {
  if (!(error instanceof Missing)) throw error;
  process.stdout.write(`skip: ${error.message}\n`);
}
