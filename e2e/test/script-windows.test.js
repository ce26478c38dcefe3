/** PGs whose window is a script of their own inside the hub's page: NICE and KG Inicis on a PC. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agree, order, overlay, press, windowOf } from '../harness/pay.js';
import { stage } from '../harness/stage.js';

const it = stage();
const PC = { viewport: { width: 1280, height: 800 } };
const PGS = [
  { pg: 'nice', cancelled: '[결제포기] 사용자가 결제를 취소하셨습니다' },
  { pg: 'html5_inicis', cancelled: '사용자가 결제를 취소하셨습니다' },
];

for (const { pg, cancelled } of PGS) {
  const buying = (pay_method, act) =>
    it.visit(PC, async (visit) => {
      const query = new URLSearchParams({ pg, pay_method });
      await visit.page.goto(`${it.merchant.origin}/page/kicc-pc?${query}`);
      const merchant_uid = await order(visit.page);
      await act(visit, merchant_uid, windowOf(visit.page, pg));
    });
  const failed = (text) => `결제에 실패하였습니다.에러내용 : ${text}`;

  for (const pay_method of ['card', 'trans', 'phone']) {
    test(`${pg} on a PC, ${pay_method}: approved`, () =>
      buying(pay_method, async (visit, merchant_uid, view) => {
        await press(view, 'approve');
        assert.match(await visit.alert(), /^결제가 완료되었습니다/);
        const expected = { status: 'paid', amount: 14000, currency: 'KRW', pay_method };
        await agree(it.hub, pg, merchant_uid, { ...expected, pg_provider: pg, channel: 'pc' });
        assert.equal(await overlay(visit.page).host.count(), 0);
      }));
  }

  test(`${pg} on a PC, vbank: an account is issued`, () =>
    buying('vbank', async (visit, merchant_uid, view) => {
      const answered = visit.page.waitForResponse('**/payments/complete');
      await press(view, 'approve');
      assert.equal((await (await answered).json()).outcome, 'vbank');
      const expected = { status: 'ready', amount: 14000, pay_method: 'vbank', paid_at: 0 };
      const payment = await agree(it.hub, pg, merchant_uid, expected);
      assert.ok(payment.vbank_num && payment.vbank_name && payment.vbank_date);
    }));

  test(`${pg} on a PC: declined`, () =>
    buying('card', async (visit, merchant_uid, view) => {
      await press(view, 'decline');
      const text = await visit.alert();
      const payment = await agree(it.hub, pg, merchant_uid, { status: 'failed', paid_at: 0 });
      assert.equal(text, failed(payment.fail_reason));
    }));

  test(`${pg} on a PC: cancelled inside the window`, () =>
    buying('card', async (visit, merchant_uid, view) => {
      await press(view, 'cancel');
      assert.equal(await visit.alert(), failed(cancelled));
      await agree(it.hub, pg, merchant_uid, { status: 'failed', fail_reason: cancelled });
    }));

  test(`${pg} on a PC: the overlay is closed`, () =>
    buying('card', async (visit, merchant_uid, view) => {
      await view.getByTestId('approve').waitFor();
      await overlay(visit.page).close.click();
      await overlay(visit.page).quit.click();
      assert.equal(await visit.alert(), failed(cancelled));
      await agree(it.hub, pg, merchant_uid, { status: 'failed', fail_reason: cancelled });
    }));
}

test('nice on a PC: Esc asks before it gives up', () =>
  it.visit(PC, async (visit) => {
    await visit.page.goto(`${it.merchant.origin}/page/kicc-pc?pg=nice`);
    const merchant_uid = await order(visit.page);
    await windowOf(visit.page, 'nice').getByTestId('approve').waitFor();
    await visit.page.keyboard.press('Escape');
    await overlay(visit.page).quit.click();
    await visit.alert();
    await agree(it.hub, 'nice', merchant_uid, { status: 'failed' });
  }));

for (const way of ['close button', 'Esc']) {
  test(`html5_inicis on a PC: the PG's own ${way} gives up`, () =>
    it.visit(PC, async (visit) => {
      await visit.page.goto(`${it.merchant.origin}/page/kicc-pc?pg=html5_inicis`);
      const merchant_uid = await order(visit.page);
      await windowOf(visit.page, 'html5_inicis').getByTestId('approve').waitFor();
      const button = overlay(visit.page).frame.getByTestId('inicis-close');
      if (way === 'Esc') await button.press('Escape');
      else await button.click();
      await visit.alert();
      await agree(it.hub, 'html5_inicis', merchant_uid, { status: 'failed' });
    }));
}
