import { describe, it } from 'node:test';
import { whyNoBuilds } from '../build/command-line.ts';
import { followPage } from '../pages.ts';

describe('who follows the page', { skip: await whyNoBuilds() }, () => {
  for (const name of ['python-wheel', 'node-addon', 'static-binary', 'from-docker']) {
    it(`how/${name} gets what it says`, (t) => followPage(t, `how/${name}`));
  }
});
