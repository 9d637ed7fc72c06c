import { describe, it } from 'node:test';
import { whyNoBuilds } from '../build/command-line.ts';
import { followPage } from '../pages.ts';

describe('the pages of', { skip: await whyNoBuilds() }, () => {
  for (const name of [
    'caches',
    'environments',
    'failed-steps',
    'images',
    'secrets',
    'steps',
    'sysroots',
    'tools',
  ]) {
    it(`${name} have an example that builds, and commands that work on it`, (t) => {
      followPage(t, name, { 'netrc-of-ci': 'machine example.com\n' });
    });
  }
});
