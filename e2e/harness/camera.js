/**
 * A look at a page: at three widths, light and dark. Screenshots go to `e2e/out/`; with
 * `UPDATE_IMAGES=1` those of the README's tour are made anew.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { accessible } from './axe.js';
import { OUT } from './hub.js';

const SIZES = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1280, height: 800 },
];

/** Pictures of the README's tour, by the page they show: as large as their bytes allow. */
const TOUR = {
  'shop-overlay-ko': { file: 'overlay.png', size: { width: 1120, height: 800 } },
  'console-payment-ko': { file: 'payment.png', size: { width: 1080, height: 620 } },
  'console-channels-ko': { file: 'channels.png', size: { width: 1000, height: 520 } },
};
const IMAGES = fileURLToPath(new URL('../../docs/images', import.meta.url));
/** A README must open fast on a telephone. */
const TOUR_BYTES = 80 * 1024;

/** Takes all pictures of a page as it stands: nothing sticks out sideways, axe-core has no say. */
export async function look(page, name) {
  fs.mkdirSync(OUT, { recursive: true });
  if (TOUR[name] && process.env.UPDATE_IMAGES === '1') await keep(page, TOUR[name]);
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const size of SIZES) {
      await page.setViewportSize(size);
      const title = `${name}-${size.width}-${colorScheme}`;
      assert.deepEqual(await tooWide(page), [], `${title} scrolls sideways`);
      const file = path.join(OUT, `${title}.png`);
      await page.screenshot({ path: file, animations: 'disabled' });
      // Phones and PCs have layouts of their own, tablets one of the two.
      if (size.width !== 768) await accessible(page, title);
    }
  }
}

/** Frames whose content is wider than they are. */
async function tooWide(page) {
  const found = [];
  for (const frame of page.frames()) {
    const over = await frame.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    if (over > 0) found.push(`${frame.url()}: ${over} px`);
  }
  return found;
}

/** Renews a picture of the tour. */
async function keep(page, { file, size }) {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(size);
  const png = await page.screenshot({ animations: 'disabled' });
  assert.ok(png.length <= TOUR_BYTES, `${file} has ${png.length} bytes`);
  fs.mkdirSync(IMAGES, { recursive: true });
  fs.writeFileSync(path.join(IMAGES, file), png);
}
