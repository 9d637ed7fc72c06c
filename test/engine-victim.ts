/**
 * A process of its own that builds on a scene, to be killed or kept from it:
 * `node engine-victim.js FOLDER SECONDS [SCRIPT [EMULATOR]]`; with an emulator on a root for arm64.
 */
import { Scene, step } from './engine-scene.ts';

const [folder, seconds, script = ':', emulator] = process.argv.slice(2);
const scene = await Scene.at(folder!, { cpu: emulator === undefined ? 'amd64' : 'arm64' });
if (emulator !== undefined) {
  scene.emulators = new Map([['arm64', { open: () => Promise.resolve({ path: emulator, sha256: '' }) }]]);
}
const first = step(scene.root, `mkdir /out; echo 1 >/out/1; ${script}`, { name: 'first' });
const second = step(first, `echo 2 >/out/2; (sleep ${seconds}; true) & sleep 0.1`, { name: 'second' });
const third = step(second, 'echo 3 >/out/3; cat /out/* >/out/all', { name: 'third' });
const { error } = await scene.solve([third], {
  paths: ['/out/all'],
  onEvent: (event) => event.type === 'noticed' && console.error(event.diagnostic.code),
});
if (error !== undefined) {
  console.error(error);
  process.exitCode = 1;
}
