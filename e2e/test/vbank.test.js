/** A virtual account from its number to the deposit, as the demo shop and its webhooks see it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agree, order, press, windowOf } from '../harness/pay.js';
import { stage } from '../harness/stage.js';
import { until } from '../harness/until.js';

const it = stage();
const PC = { viewport: { width: 1280, height: 800 } };

/** What the demo shop was told about an order, in the order it was told. */
async function told(merchant_uid) {
  const list = await (await fetch(`${it.hub.ready.shop}/webhooks`)).json();
  return list.filter((webhook) => webhook.merchant_uid === merchant_uid);
}

for (const pg of ['kicc', 'html5_inicis', 'nice']) {
  test(`${pg}: ready, a wrong deposit is refused, the right one pays`, () =>
    it.visit(PC, async (visit) => {
      const { page } = visit;
      const { shop } = it.hub.ready;
      const query = `pay_method=vbank&pg=${pg}`;
      await page.goto(pg === 'kicc' ? `${shop}/kicc?${query}` : `${shop}/mobile?${query}`);
      const merchant_uid = await order(page, '[data-testid=pay]');
      await press(windowOf(page, pg), 'approve');
      if (pg === 'kicc') {
        assert.match(await visit.alert(), /^가상계좌가 발급되었습니다.\n\S+ \w{8,}$/);
      } else {
        await page.locator('[data-testid=outcome][data-outcome=vbank_issued]').waitFor();
      }
      const ready = { status: 'ready', pay_method: 'vbank', amount: 14000, paid_at: 0 };
      const issued = await agree(it.hub, pg, merchant_uid, ready);
      await until('the shop is told of the account', async () => (await told(merchant_uid))[0]);
      assert.equal((await told(merchant_uid))[0].status, 'ready');

      const deposit = `/sandbox/payments/${issued.imp_uid}/deposit`;
      const refused = await it.hub.rest('POST', deposit, { amount: 13999 });
      assert.notEqual(refused.code, 0, 'the bank takes the exact amount only');
      assert.ok(refused.message);
      await agree(it.hub, pg, merchant_uid, ready);

      const paid = await it.hub.ask('POST', deposit, {});
      assert.equal(paid.status, 'paid');
      const expected = { status: 'paid', amount: 14000, vbank_num: issued.vbank_num };
      const payment = await agree(it.hub, pg, merchant_uid, expected);
      assert.ok(payment.paid_at >= issued.vbank_issued_at);
      await until('the shop is told of the deposit', async () => (await told(merchant_uid))[1]);
      const statuses = (await told(merchant_uid)).map((webhook) => webhook.status);
      assert.deepEqual(statuses, ['ready', 'paid']);

      const again = await it.hub.rest('POST', deposit, {});
      assert.notEqual(again.code, 0, 'an account is paid once');
      await agree(it.hub, pg, merchant_uid, expected);
    }));
}
