/** The PG approves and then says nothing: the buyer waits, nobody is charged for nothing. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE } from '../harness/browser.js';
import { agree, order, overlay, press, windowOf } from '../harness/pay.js';
import { stage } from '../harness/stage.js';
import { until } from '../harness/until.js';

// A PG that is silent shall be given up on within a test's patience.
const it = stage(['--pg-timeout-ms', '500', '--settle-grace-seconds', '0']);
const PC = { viewport: { width: 1280, height: 800 } };

/** Whatever the end is, it is an end, and both sides know the same one. */
async function settled(pg, merchant_uid) {
  const payment = await until('the payment has an end', async () => {
    const now = await it.hub.payment(merchant_uid);
    return now.status !== 'ready' && now;
  });
  assert.ok(['paid', 'failed'].includes(payment.status), payment.status);
  return agree(it.hub, pg, merchant_uid, { status: payment.status, amount: 14000 });
}

for (const pg of ['kicc', 'html5_inicis', 'nice']) {
  for (const accident of ['timeout', 'reset']) {
    test(`${pg} on a PC, ${accident} after the approval`, () =>
      it.visit(PC, async (visit) => {
        const { page } = visit;
        await page.goto(`${it.merchant.origin}/page/kicc-pc?pg=${pg}`);
        const merchant_uid = await order(page);
        await press(windowOf(page, pg), accident);
        const text = await visit.alert();
        const payment = await settled(pg, merchant_uid);
        const start = payment.status === 'paid' ? '결제가 완료되었습니다' : '결제에 실패하였습니다';
        assert.ok(text.startsWith(start), `${payment.status}: ${text}`);
        assert.equal(await overlay(page).host.count(), 0);
      }));
  }
}

test('kicc on a phone, no answer after the approval', () =>
  it.visit(PHONE, async (visit) => {
    await visit.page.goto(`${it.merchant.origin}/page/kicc-mobile?pg=kicc`);
    const merchant_uid = await order(visit.page);
    await press(visit.page, 'timeout');
    const { url } = await visit.arrival();
    const payment = await settled('kicc', merchant_uid);
    const success = new URL(url).searchParams.get('imp_success');
    assert.equal(success, String(payment.status === 'paid'));
  }));

test('a buyer who waits sees that, and cannot close the window', () =>
  it.visit(PC, async (visit) => {
    const { page } = visit;
    // The PG stays silent when it is asked how the payment ended, too.
    const silent = { pg: 'kicc', fault: 'down', times: -1 };
    await page.goto(`${it.merchant.origin}/page/kicc-pc`);
    const merchant_uid = await order(page);
    const view = windowOf(page, 'kicc');
    await view.getByTestId('approve').waitFor();
    for (const operation of ['lookup', 'net_cancel', 'cancel']) {
      await it.hub.ask('POST', '/sandbox/faults', { ...silent, operation });
    }
    await press(view, 'timeout');
    const shown = overlay(page);
    await shown.frame.getByTestId('waiting').waitFor();
    // It says it is disabled, and answers a press all the same.
    await shown.close.click({ force: true });
    await shown.notice.waitFor();
    assert.equal(await shown.quit.isVisible(), false);
    assert.equal((await it.hub.payment(merchant_uid)).status, 'ready');
    await it.hub.ask('DELETE', '/sandbox/faults');
    // Not before its time does the hub ask again.
    await it.hub.ask('POST', '/sandbox/clock', { advance_seconds: 300 });
    await visit.alert();
    await settled('kicc', merchant_uid);
  }));
