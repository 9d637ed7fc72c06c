// Makes `npx targetry` work inside a clone, from its root and from any folder below it, as it does where the package
// is installed: npx looks for the command in node_modules/.bin, where npm links dependencies but not the package itself.
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const link = new URL('node_modules/.bin/targetry', root);
if (existsSync(new URL('node_modules/', root))) {
  chmodSync(new URL('build/bundle/targetry.js', root), 0o755);
  mkdirSync(new URL('node_modules/.bin/', root), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync('../../build/bundle/targetry.js', link);
}
