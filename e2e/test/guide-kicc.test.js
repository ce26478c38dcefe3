/** The KICC guide's PC chapter: its own snippet, every method, every way it can end. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agree, order, overlay, press, windowOf } from '../harness/pay.js';
import { stage } from '../harness/stage.js';

const it = stage();
const PC = { viewport: { width: 1280, height: 800 } };
const CANCELLED = '[결제포기] 사용자가 결제를 취소하셨습니다';

/** Opens the guide's page in a visit and presses its button. */
const buying = (method, act) =>
  it.visit(PC, async (visit) => {
    await visit.page.goto(`${it.merchant.origin}/page/kicc-pc?pay_method=${method}`);
    const merchant_uid = await order(visit.page);
    await act(visit, merchant_uid, windowOf(visit.page, 'kicc'));
  });

const failure = (text) => `결제에 실패하였습니다.에러내용 : ${text}`;

for (const pay_method of ['card', 'trans', 'phone']) {
  test(`KICC on a PC, ${pay_method}: approved`, () =>
    buying(pay_method, async (visit, merchant_uid, view) => {
      await press(view, 'approve');
      const text = await visit.alert();
      const payment = await agree(it.hub, 'kicc', merchant_uid, {
        status: 'paid',
        amount: 14000,
        currency: 'KRW',
        pay_method,
        pg_provider: 'kicc',
        channel: 'pc',
        sandbox: true,
        name: '주문명:결제테스트',
        buyer_email: 'iamport@siot.do',
        buyer_name: '구매자이름',
        buyer_tel: '010-1234-5678',
        buyer_addr: '서울특별시 강남구 삼성동',
        buyer_postcode: '123-456',
        fail_reason: null,
      });
      const lines = ['결제가 완료되었습니다.', `고유ID : ${payment.imp_uid}`];
      lines.push(`상점 거래ID : ${merchant_uid}결제 금액 : 14000카드 승인번호 : `);
      assert.equal(text, lines.join('\n') + (payment.apply_num ?? ''));
      if (pay_method === 'card') assert.match(payment.apply_num, /^\d{8}$/);
      assert.equal(await overlay(visit.page).host.count(), 0, 'the overlay is gone');
      assert.match(payment.receipt_url, /^http/);
    }));
}

test('KICC on a PC, vbank: an account is issued, which is no payment yet', () =>
  buying('vbank', async (visit, merchant_uid, view) => {
    const answered = visit.page.waitForResponse('**/payments/complete');
    await press(view, 'approve');
    const verdict = await (await answered).json();
    assert.deepEqual([verdict.everythings_fine, verdict.outcome], [false, 'vbank']);
    const payment = await agree(it.hub, 'kicc', merchant_uid, {
      status: 'ready',
      amount: 14000,
      currency: 'KRW',
      pay_method: 'vbank',
      paid_at: 0,
    });
    assert.match(payment.vbank_num, /^\w{8,}$/);
    assert.ok(payment.vbank_name && payment.vbank_date > payment.vbank_issued_at);
  }));

for (const pay_method of ['card', 'trans', 'vbank', 'phone']) {
  test(`KICC on a PC, ${pay_method}: declined`, () =>
    buying(pay_method, async (visit, merchant_uid, view) => {
      await press(view, 'decline');
      const text = await visit.alert();
      const payment = await agree(it.hub, 'kicc', merchant_uid, {
        status: 'failed',
        amount: 14000,
        currency: 'KRW',
        paid_at: 0,
      });
      assert.ok(payment.fail_reason && payment.failed_at > 0);
      assert.equal(text, failure(payment.fail_reason));
    }));
}

test('KICC on a PC: cancelled inside the window', () =>
  buying('card', async (visit, merchant_uid, view) => {
    await press(view, 'cancel');
    assert.equal(await visit.alert(), failure(CANCELLED));
    await agree(it.hub, 'kicc', merchant_uid, { status: 'failed', fail_reason: CANCELLED });
  }));

test('KICC on a PC: the overlay is closed, after a question', () =>
  buying('card', async (visit, merchant_uid, view) => {
    const shown = overlay(visit.page);
    await view.getByTestId('approve').waitFor();
    await shown.close.click();
    assert.equal(await shown.question.textContent(), '결제를 취소하시겠습니까?');
    await shown.quit.click();
    assert.equal(await visit.alert(), failure(CANCELLED));
    assert.equal(await shown.host.count(), 0);
    await agree(it.hub, 'kicc', merchant_uid, { status: 'failed', fail_reason: CANCELLED });
  }));

test('KICC on a PC: Esc asks, and the buyer may stay and pay', () =>
  buying('card', async (visit, merchant_uid, view) => {
    const shown = overlay(visit.page);
    await view.getByTestId('approve').waitFor();
    for (const answer of ['key', 'button']) {
      await shown.close.focus();
      await visit.page.keyboard.press('Escape');
      await shown.question.waitFor();
      if (answer === 'key') await visit.page.keyboard.press('Escape');
      else await shown.keep.click();
      await shown.question.waitFor({ state: 'hidden' });
    }
    assert.equal((await it.hub.payment(merchant_uid)).status, 'ready');
    await press(view, 'approve');
    assert.match(await visit.alert(), /^결제가 완료되었습니다/);
    await agree(it.hub, 'kicc', merchant_uid, { status: 'paid', amount: 14000 });
  }));

test('KICC on a PC: after a failure the same page can pay', () =>
  buying('card', async (visit, first, view) => {
    await press(view, 'decline');
    await visit.alert();
    const second = await order(visit.page);
    await press(view, 'approve');
    assert.match(await visit.alert(), /^결제가 완료되었습니다/);
    assert.notEqual(first, second);
    await agree(it.hub, 'kicc', first, { status: 'failed' });
    await agree(it.hub, 'kicc', second, { status: 'paid' });
  }));

test('KICC on a PC: the default PG needs no pg', () =>
  it.visit(PC, async (visit) => {
    await visit.page.goto(`${it.merchant.origin}/page/kicc-pc?without=pg`);
    assert.ok(!(await visit.page.content()).includes("pg : 'kicc'"));
    const merchant_uid = await order(visit.page);
    await press(windowOf(visit.page, 'kicc'), 'approve');
    assert.match(await visit.alert(), /^결제가 완료되었습니다/);
    await agree(it.hub, 'kicc', merchant_uid, { status: 'paid', pg_provider: 'kicc' });
  }));
