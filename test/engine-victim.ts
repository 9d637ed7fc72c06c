/** A process of its own that builds on a scene, to be killed: `node engine-victim.js FOLDER SECONDS [SCRIPT]`. */
import { Scene, step } from './engine-scene.ts';

const [folder, seconds, script = ':'] = process.argv.slice(2);
const scene = await Scene.at(folder!);
const first = step(scene.root, `mkdir /out; echo 1 >/out/1; ${script}`, { name: 'first' });
const second = step(first, `echo 2 >/out/2; (sleep ${seconds}; true) & sleep 0.1`, { name: 'second' });
const third = step(second, 'echo 3 >/out/3; cat /out/* >/out/all', { name: 'third' });
const { error } = await scene.solve([third], { paths: ['/out/all'] });
if (error !== undefined) {
  console.error(error);
  process.exitCode = 1;
}
