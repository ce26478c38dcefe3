/** The demo shop: every way it offers ends well, on a PC and on a phone. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE } from '../harness/browser.js';
import { agree, order, press, windowOf } from '../harness/pay.js';
import { stage } from '../harness/stage.js';

const it = stage();
const PC = { viewport: { width: 1280, height: 800 } };

const WAYS = [
  { path: '/kicc?pay_method=card', pg: 'kicc', context: PC, in: 'overlay', callback: true },
  { path: '/mobile?pg=html5_inicis', pg: 'html5_inicis', context: PC, in: 'overlay' },
  { path: '/mobile?pg=html5_inicis', pg: 'html5_inicis', context: PHONE, in: 'page' },
  { path: '/mobile?pg=nice', pg: 'nice', context: PHONE, in: 'page' },
  { path: '/mobile?pg=kicc', pg: 'kicc', context: PHONE, in: 'page' },
  { path: '/alipay', pg: 'nice', context: PC, in: 'page', amount: 1.2, currency: 'USD' },
  { path: '/alipay?currency=KRW', pg: 'nice', context: PHONE, in: 'page' },
];

for (const way of WAYS) {
  const { path, pg, context, amount = 14000, currency = 'KRW' } = way;
  test(`${path} on a ${context === PC ? 'PC' : 'phone'}`, () =>
    it.visit(context, async (visit) => {
      const { page } = visit;
      await page.goto(`${it.hub.ready.shop}/`);
      const link = page.locator(`a[href="${path}"]`);
      await link.click();
      const merchant_uid = await order(page, '[data-testid=pay]');
      await press(way.in === 'overlay' ? windowOf(page, pg) : page, 'approve');
      if (way.callback) {
        assert.match(await visit.alert(), /결제가 완료되었습니다/);
        assert.match(await page.getByTestId('done').textContent(), /^paid/);
      } else {
        await page.locator('[data-testid=outcome][data-outcome=paid]').waitFor();
        assert.equal(await page.getByTestId('merchant_uid').textContent(), merchant_uid);
      }
      await agree(it.hub, pg, merchant_uid, { status: 'paid', amount, currency });
    }));
}
