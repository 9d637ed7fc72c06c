/**
 * A process of its own, to be killed: a step whose cache breaks where it was left half-written, as a build folder of `make`
 * would: `node cache-victim.js FOLDER NAME`.
 */
import { Scene, step } from './engine-scene.ts';

const [folder, name] = process.argv.slice(2);
const scene = await Scene.at(folder!);
const script = `
  for f in /c/*.o; do [ ! -e "$f" ] || [ "$(cat "$f")" = "whole object" ] || { echo "$f is half"; exit 9; }; done
  for n in 1 2 3 4; do printf "whole " >/c/$n.o; sleep 0.1; printf object >>/c/$n.o; done`;
const built = step(scene.root, script, {
  name: name!,
  env: { NAME: name! },
  mounts: { '/c': { cache: 'victim' } },
});
const { error, output } = await scene.solve([built]);
if (error !== undefined) {
  console.error(error, output);
  process.exitCode = 1;
}
