import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addonOf } from '../../../src/config/drafts/gyp.ts';

describe('what a binding.gyp makes on Linux', () => {
  it('is not the addon of another system that stands first', () => {
    const gyp = `{
      'target_defaults': { 'conditions': [['OS=="win"', { 'msvs_settings': {} }]] },  # of all
      'conditions': [
        ['OS=="win"', {
          'targets': [{ 'target_name': 'console' }],
        }, { # OS!="win"
          'targets': [{ 'target_name': 'terminal', 'libraries': ['-lutil'] }],
        }],
        ['OS=="mac" or OS=="solaris"', { 'targets': [{ 'target_name': 'helper' }] }],
      ],
    }`;
    assert.equal(addonOf(gyp), 'terminal');
  });

  it('is not a library or a program that the addon needs', () => {
    const gyp = `{ "targets": [
      { "target_name": "words", "type": "static_library" },
      { "target_name": "show", "type": "executable" },
      { "target_name": "greet", "sources": ["greet" ".c"] },
    ] }`;
    assert.equal(addonOf(gyp), 'greet');
  });

  it('may depend on what nobody knows before it is built', () => {
    assert.equal(
      addonOf('{ "conditions": [["use_usb==1", { "targets": [{ "target_name": "usb" }] }]] }'),
      'usb',
    );
    assert.equal(
      addonOf(
        '{ "conditions": [["OS!=\'linux\' and use_usb==1", { "targets": [{ "target_name": "usb" }] }, { "targets": [{ "target_name": "hid" }] }]] }',
      ),
      'hid',
    );
  });

  it('is told by nothing in a file that has none, or is none', () => {
    for (const gyp of ['{ "targets": [] }', '{ "targets": [{ "target_name": "a" }', '', ']', 'import os'])
      assert.equal(addonOf(gyp), undefined);
  });
});
