/** The Alipay guide: its snippet leaves the page and comes back, on a PC as on a phone. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE } from '../harness/browser.js';
import { agree, order, press } from '../harness/pay.js';
import { stage } from '../harness/stage.js';

const it = stage();
const BACK = 'https://shop.yourservice.com/payments/complete';
const CANCELLED = /사용자가 결제를 취소/;
/** Alipay is paid through NICE, so the money is in NICE's books. */
const BOOKS = 'nice';

const DEVICES = [
  ['pc', 'a PC', { viewport: { width: 1280, height: 800 } }],
  ['mobile', 'a phone', PHONE],
];

for (const [channel, device, context] of DEVICES) {
  const buying = (act) =>
    it.visit(context, async (visit) => {
      await visit.page.goto(`${it.merchant.origin}/page/alipay`);
      await act(visit, await order(visit.page));
    });

  test(`Alipay on ${device}: approved`, () =>
    buying(async (visit, merchant_uid) => {
      await visit.page.getByText('$1.20').first().waitFor();
      await press(visit.page, 'approve');
      const arrival = await visit.arrival();
      const payment = await agree(it.hub, BOOKS, merchant_uid, {
        status: 'paid',
        amount: 1.2,
        currency: 'USD',
        pg_provider: 'alipay',
        channel,
        card_name: null,
        fail_reason: null,
      });
      const { imp_uid } = payment;
      const query = `imp_uid=${imp_uid}&merchant_uid=${merchant_uid}&imp_success=true`;
      assert.deepEqual(arrival, { method: 'GET', url: `${BACK}?${query}` });
      await visit.page.getByText('paid', { exact: true }).waitFor();
    }));

  test(`Alipay on ${device}: declined`, () =>
    buying(async (visit, merchant_uid) => {
      await press(visit.page, 'decline');
      const query = new URL((await visit.arrival()).url).searchParams;
      const expected = { status: 'failed', amount: 1.2, currency: 'USD', paid_at: 0 };
      const payment = await agree(it.hub, BOOKS, merchant_uid, expected);
      assert.deepEqual(
        [...query.keys()],
        ['imp_uid', 'merchant_uid', 'imp_success', 'error_code', 'error_msg'],
      );
      assert.equal(query.get('imp_success'), 'false');
      assert.equal(query.get('imp_uid'), payment.imp_uid);
      assert.equal(query.get('error_msg'), payment.fail_reason);
      await visit.page.getByText('failed', { exact: true }).waitFor();
    }));

  test(`Alipay on ${device}: cancelled`, () =>
    buying(async (visit, merchant_uid) => {
      await press(visit.page, 'cancel');
      const { url } = await visit.arrival();
      const text = new URL(url).searchParams.get('error_msg');
      assert.match(text, CANCELLED);
      await agree(it.hub, BOOKS, merchant_uid, { status: 'failed', fail_reason: text });
    }));
}

test('Alipay: pay_method may be left out', () =>
  it.visit(PHONE, async (visit) => {
    await visit.page.goto(`${it.merchant.origin}/page/alipay?without=pay_method`);
    assert.ok(!(await visit.page.content()).includes('pay_method'));
    const merchant_uid = await order(visit.page);
    await press(visit.page, 'approve');
    await visit.arrival();
    const expected = { status: 'paid', amount: 1.2, currency: 'USD', pg_provider: 'alipay' };
    await agree(it.hub, BOOKS, merchant_uid, expected);
  }));
