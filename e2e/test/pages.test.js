/** Every page a buyer can see: axe-core finds nothing, nothing sticks out; with screenshots. */

import { test } from 'node:test';
import { look } from '../harness/camera.js';
import { SCENES } from '../harness/scenes.js';
import { stage } from '../harness/stage.js';

const it = stage(['--pg-timeout-ms', '500', '--settle-grace-seconds', '0']);

for (const [name, scene] of Object.entries(SCENES)) {
  for (const lang of ['ko', 'en']) {
    test(`${name}, ${lang}`, () =>
      it.visit({ locale: lang === 'ko' ? 'ko-KR' : 'en-US' }, async (visit) => {
        const end = await scene(visit, it, lang);
        await look(visit.page, `${name}-${lang}`);
        await end?.();
      }));
  }
}
