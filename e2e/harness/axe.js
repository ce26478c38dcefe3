/** axe-core over a page and every frame in it. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Runs in the page. Frames are looked at one by one, so each finding names its own page. */
const LOOK = `axe.run(document, { iframes: false, resultTypes: ['violations'] })
  .then(({ violations }) => violations.map(({ id, help, nodes }) =>
    id + ': ' + help + nodes.map((node) => '\\n    ' + node.html + '\\n    ' + node.failureSummary)
  ))`;

/**
 * Nothing axe-core knows of is wrong with the page as it stands.
 * @param {import('playwright-core').Page} page
 * @param {string} name for the message
 */
export async function accessible(page, name) {
  const found = [];
  for (const frame of page.frames()) {
    if (!(await frame.evaluate('typeof axe === "object"'))) await frame.evaluate(AXE);
    const violations = await frame.evaluate(LOOK);
    found.push(...violations.map((text) => `${name}, ${frame.url()}\n  ${text}`));
  }
  assert.equal(found.join('\n'), '', 'axe-core found something');
}
