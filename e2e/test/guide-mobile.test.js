/**
 * The KICC guide's mobile chapter. Its snippet names `html5_inicis` (a slip of the guide), so it is
 * run as it stands and with `kicc`: on a phone both leave the page and come back.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IPHONE, PHONE } from '../harness/browser.js';
import { agree, order, press } from '../harness/pay.js';
import { stage } from '../harness/stage.js';

const it = stage();
const BACK = 'https://www.my-service.com/payments/complete/mobile';
/** What each PG's guide calls giving up. */
const CANCELLED = {
  html5_inicis: '사용자가 결제를 취소하셨습니다',
  kicc: '[결제포기] 사용자가 결제를 취소하셨습니다',
};

const buying = (pg, pay_method, act, device = PHONE) =>
  it.visit(device, async (visit) => {
    const query = new URLSearchParams({ pay_method, ...(pg === 'html5_inicis' ? {} : { pg }) });
    await visit.page.goto(`${it.merchant.origin}/page/kicc-mobile?${query}`);
    await act(visit, await order(visit.page));
  });

/** The whole address a phone was sent to, parts in the guide's order. */
function address(payment, error) {
  const { imp_uid, merchant_uid } = payment;
  const start = `${BACK}?imp_uid=${imp_uid}&merchant_uid=${merchant_uid}&imp_success=${!error}`;
  if (!error) return start;
  return `${start}&error_code=${error.code}&error_msg=${encode(error.text)}`;
}

/** As strict as the hub: everything but letters, digits and -_.~ is written in hexadecimal. */
function encode(text) {
  const hexadecimal = (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, hexadecimal);
}

for (const pg of ['html5_inicis', 'kicc']) {
  for (const pay_method of ['card', 'trans', 'phone']) {
    test(`${pg} on a phone, ${pay_method}: approved`, () =>
      buying(pg, pay_method, async (visit, merchant_uid) => {
        await press(visit.page, 'approve');
        const arrival = await visit.arrival();
        const payment = await agree(it.hub, pg, merchant_uid, {
          status: 'paid',
          amount: 14000,
          currency: 'KRW',
          pay_method,
          pg_provider: pg,
          channel: 'mobile',
        });
        assert.deepEqual(arrival, { method: 'GET', url: address(payment) });
        await visit.page.getByText('paid', { exact: true }).waitFor();
      }));
  }

  test(`${pg} on a phone, vbank: an account is issued`, () =>
    buying(pg, 'vbank', async (visit, merchant_uid) => {
      await press(visit.page, 'approve');
      const arrival = await visit.arrival();
      const payment = await agree(it.hub, pg, merchant_uid, {
        status: 'ready',
        amount: 14000,
        pay_method: 'vbank',
        paid_at: 0,
      });
      assert.deepEqual(arrival, { method: 'GET', url: address(payment) });
      assert.ok(payment.vbank_num && payment.vbank_name && payment.vbank_date);
      await visit.page.getByText('vbank', { exact: true }).waitFor();
    }));

  test(`${pg} on a phone: declined`, () =>
    buying(pg, 'card', async (visit, merchant_uid) => {
      await press(visit.page, 'decline');
      const { url } = await visit.arrival();
      const expected = { status: 'failed', amount: 14000, paid_at: 0 };
      const payment = await agree(it.hub, pg, merchant_uid, expected);
      const code = new URL(url).searchParams.get('error_code');
      assert.equal(url, address(payment, { code, text: payment.fail_reason }));
      assert.ok(code);
      await visit.page.getByText('failed', { exact: true }).waitFor();
    }));

  test(`${pg} on a phone: cancelled`, () =>
    buying(pg, 'card', async (visit, merchant_uid) => {
      await press(visit.page, 'cancel');
      const { url } = await visit.arrival();
      const text = CANCELLED[pg];
      const expected = { status: 'failed', fail_reason: text };
      const payment = await agree(it.hub, pg, merchant_uid, expected);
      const code = new URL(url).searchParams.get('error_code');
      assert.equal(url, address(payment, { code, text }));
    }));
}

test('the phone of the other make pays as well', () =>
  buying(
    'html5_inicis',
    'card',
    async (visit, merchant_uid) => {
      await press(visit.page, 'approve');
      await visit.arrival();
      const expected = { status: 'paid', channel: 'mobile' };
      const payment = await agree(it.hub, 'html5_inicis', merchant_uid, expected);
      assert.match(payment.user_agent, /iPhone/);
    },
    IPHONE,
  ));

test('the back button of a phone leaves a page that can pay again', () =>
  buying('kicc', 'card', async (visit, first) => {
    await visit.page.getByTestId('approve').waitFor();
    await visit.page.goto(`${it.merchant.origin}/page/kicc-mobile?pg=kicc`);
    const second = await order(visit.page);
    await press(visit.page, 'approve');
    await visit.arrival();
    await agree(it.hub, 'kicc', second, { status: 'paid' });
    await agree(it.hub, 'kicc', first, { status: 'ready' });
  }));
