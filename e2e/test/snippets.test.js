/** The snippets are the guides' own code blocks, byte for byte: nobody may touch them up. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { snippet } from '../harness/merchant.js';

const SHA256 = {
  'kicc-pc': 'b3d9bd3623d28a80c2121822767ec4c4be4b91489a08b013cc4f9e2e489102ba',
  'kicc-mobile': 'd85d5d20e3f4f0cd1562ee09d457b843a76f0f80312974e266793a0e137431bb',
  alipay: '191820eabe23a52c1c25da78a6bf2a97f93652733894d07824cd803b0a4e3622',
};

for (const [name, expected] of Object.entries(SHA256)) {
  test(`${name} is as printed in its guide`, () => {
    assert.equal(createHash('sha256').update(snippet(name)).digest('hex'), expected);
  });
}
