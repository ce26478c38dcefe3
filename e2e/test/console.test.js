/** The console: PG settings as in the Alipay guide, and what staff does every day. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Keyboard, Mouse, signIn } from '../harness/console.js';
import { agree, order, press, windowOf } from '../harness/pay.js';
import { stage } from '../harness/stage.js';
import { until } from '../harness/until.js';

const it = stage();
const PC = { viewport: { width: 1280, height: 800 } };

/** Somebody pays (or gets an account) in the demo shop. */
async function paid(pay_method = 'card') {
  let merchant_uid;
  await it.visit(PC, async (visit) => {
    await visit.page.goto(`${it.hub.ready.shop}/kicc?pay_method=${pay_method}`);
    merchant_uid = await order(visit.page, '[data-testid=pay]');
    await press(windowOf(visit.page, 'kicc'), 'approve');
    await visit.alert();
  });
  return it.hub.payment(merchant_uid);
}

/** A signed-in visit with one kind of hand. */
const staff = (Hand, act, context = PC) =>
  it.visit(context, async (visit) => {
    const hand = new Hand(visit.page);
    await signIn(visit.page, hand, it.hub.ready);
    await act(visit.page, hand, visit);
  });

const title = (page) => page.locator('h1');
const menu = (page, path) => page.locator(`nav.menu a[href="${path}"]`);
const submit = (page, action) => page.locator(`form[action$="${action}"] button[type=submit]`);

test('who is not signed in sees nothing, and a wrong password says so', () =>
  it.visit(PC, async ({ page, mistakes }) => {
    await page.goto(`${it.hub.ready.console}/payments`);
    assert.match(page.url(), /\/console\/sign-in/);
    await page.fill('#login', it.hub.ready.console_user);
    await page.fill('#password', 'not it at all');
    await page.click('form.sheet button[type=submit]');
    await page.getByRole('alert').waitFor();
    assert.equal(await page.inputValue('#login'), it.hub.ready.console_user, 'typed text stays');
    await page.fill('#password', it.hub.ready.console_password);
    await page.click('form.sheet button[type=submit]');
    await page.waitForURL('**/console/payments');
    await page.locator('header form[action="/console/sign-out"] button').click();
    await page.goto(it.hub.ready.console);
    assert.match(page.url(), /\/console\/sign-in/);
    mistakes.length = 0; // the refused sign-in is an HTTP error
  }));

test('Alipay in test mode: nothing to fill in, and it pays (guide 1.1)', () =>
  staff(Mouse, async (page, hand, visit) => {
    // The demo has this channel already: take it away first.
    await page.goto(`${it.hub.ready.console}/channels`);
    await page.locator('section.channels a', { hasText: '알리페이' }).click();
    await page.locator('a.danger').click();
    await page.fill('#reason', '다시 만들어 보기');
    await page.click('main form button.danger');
    await page.getByRole('status').waitFor();
    assert.equal(await page.locator('section.channels a', { hasText: '알리페이' }).count(), 0);

    await page.locator('section.channels a', { hasText: 'PG사 추가' }).click();
    await page.selectOption('#pg', 'alipay');
    await page.locator('input[name=pg][value=alipay]').waitFor({ state: 'attached' });
    assert.ok(await page.isChecked('#mode-test'), 'ON to begin with');
    for (const id of ['#f-mid', '#f-key', '#f-cancel_password']) {
      assert.equal(await page.isVisible(id), false, `${id} is not asked for`);
    }
    await page.click('form[action="/console/channels"] button.primary');
    await page.getByRole('status').waitFor();
    const row = page.locator('section.channels a', { hasText: '알리페이' });
    await row.waitFor();

    await page.goto(`${it.hub.ready.shop}/alipay`);
    const merchant_uid = await order(page, '[data-testid=pay]');
    await press(page, 'approve');
    await page.locator('[data-outcome=paid]').waitFor();
    await agree(it.hub, 'nice', merchant_uid, { status: 'paid', amount: 1.2, currency: 'USD' });
    assert.deepEqual(visit.alerts, []);
  }));

test('Alipay for real: MID, KEY and cancel password, kept masked (guide 1.2)', () =>
  staff(Mouse, async (page, hand, visit) => {
    await page.goto(`${it.hub.ready.console}/channels/new?pg=alipay`);
    await page.locator('label[for=mode-live]').click();
    const fields = { mid: 'alipaylive', key: 'secret-key-0123==', cancel_password: '12345678' };
    const labels = { mid: '상점아이디(MID)', key: 'KEY', cancel_password: '결제취소비밀번호' };
    for (const [key, label] of Object.entries(labels)) {
      assert.ok((await page.locator(`label[for=f-${key}]`).textContent()).startsWith(label));
    }
    // Each of the three is needed; a secret that was typed has to be typed again.
    for (const missing of Object.keys(fields)) {
      for (const [key, value] of Object.entries(fields)) {
        await page.fill(`#f-${key}`, key === missing ? '' : value);
      }
      await page.click('form[action="/console/channels"] button.primary');
      await page.locator(`.errors a[href="#f-${missing}"]`).waitFor();
      await page.locator(`#f-${missing}-wrong`).waitFor();
    }
    for (const [key, value] of Object.entries(fields)) await page.fill(`#f-${key}`, value);
    await page.click('form[action="/console/channels"] button.primary');
    await page.locator('p.note.good').waitFor();
    await page.locator('section.channels a', { hasText: 'alipaylive' }).click();
    const html = await page.content();
    assert.ok(html.includes('alipaylive'));
    for (const secret of [fields.key, fields.cancel_password]) {
      assert.ok(!html.includes(secret), 'a secret never comes back');
    }
    assert.equal(await page.inputValue('#f-key'), '');
    assert.match(await page.getAttribute('#f-key', 'placeholder'), /[*•●]/);
    visit.mistakes.length = 0; // the refused form is an HTTP error
  }));

/** The five main tasks, with whatever hand. */
const TASKS = {
  'find a payment and give part of it back': async (page, hand) => {
    const payment = await paid();
    await hand.type(page.locator('#find'), payment.imp_uid);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/console/payments/${payment.imp_uid}`);
    assert.equal(await page.inputValue('#amount'), '14000', 'the rest is prefilled');
    await hand.type(page.locator('#amount'), '4000');
    await hand.press(submit(page, '/cancel/confirm'));
    // The question repeats the amount; a key press does not wait for the page it leads to.
    await title(page).filter({ hasText: '4,000원' }).waitFor();
    await hand.press(submit(page, '/cancel'));
    await page.getByText('취소했습니다.').waitFor();
    const expected = { status: 'cancelled', amount: 14000, cancel_amount: 4000 };
    const after = await agree(it.hub, 'kicc', payment.merchant_uid, expected);
    assert.equal(after.cancel_history[0].reason, '관리자페이지취소');
    assert.equal(await page.inputValue('#amount'), '10000');
  },
  'pay into a virtual account': async (page, hand) => {
    const payment = await paid('vbank');
    await hand.press(menu(page, '/console/accounts'));
    await hand.press(page.locator(`main a[href="/console/payments/${payment.imp_uid}"]`));
    await hand.press(submit(page, '/deposit'));
    await page.getByText('입금 처리했습니다.').waitFor();
    await agree(it.hub, 'kicc', payment.merchant_uid, { status: 'paid', amount: 14000 });
  },
  'try the webhook address': async (page, hand) => {
    await hand.press(menu(page, '/console/webhooks'));
    const list = async () => (await fetch(`${it.hub.ready.shop}/webhooks`)).json();
    const before = (await list()).length;
    await hand.press(submit(page, '/webhooks/test'));
    await page.getByText('정상 응답').waitFor();
    await until('the shop was called', async () => (await list()).length === before + 1);
  },
  'add a PG and check the connection': async (page, hand) => {
    await hand.press(menu(page, '/console/channels'));
    await hand.press(page.locator('section.channels a', { hasText: 'PG사 추가' }));
    await hand.choose(page.locator('#pg'), '나이스페이먼츠');
    await page.locator('input[name=pg][value=nice]').waitFor({ state: 'attached' });
    await page.waitForLoadState();
    const live = page.locator('#mode-live');
    if (hand instanceof Mouse) await page.locator('label[for=mode-live]').click();
    else {
      // A group of radio buttons is one stop; the arrows go through it.
      await hand.press(page.locator('#mode-test'));
      await page.keyboard.press('ArrowRight');
    }
    assert.ok(await live.isChecked());
    const mid = `m${process.hrtime.bigint() % 100000000n}m`;
    await hand.type(page.locator('#f-mid'), mid);
    await hand.type(page.locator('#f-key'), 'key-of-a-merchant');
    await hand.press(page.locator('form[action="/console/channels"] button.primary'));
    await page.locator('p.note.good').waitFor();
    await hand.press(page.locator('section.channels a', { hasText: mid }));
    await submit(page, '/check').waitFor();
  },
  'see what happened to a payment': async (page, hand) => {
    const payment = await paid();
    await hand.press(menu(page, '/console/payments'));
    await hand.press(page.locator(`main a[href="/console/payments/${payment.imp_uid}"]`));
    await page.locator('ol.timeline li').first().waitFor();
    const summary = page.locator('ol.timeline summary').first();
    await hand.press(summary);
    await page.locator('ol.timeline pre').first().waitFor();
    const text = await page.locator('ol.timeline').textContent();
    assert.match(text, /승인/);
    assert.match(text, /웹훅/);
  },
};

for (const [name, task] of Object.entries(TASKS)) {
  for (const Hand of [Mouse, Keyboard]) {
    test(`${name}, with the ${Hand.name.toLowerCase()}`, () => staff(Hand, task));
  }
}

test('without JavaScript the main tasks work as well', () =>
  staff(
    Mouse,
    async (page, hand) => {
      const payment = await paid();
      await page.goto(`${it.hub.ready.console}/payments/${payment.imp_uid}`);
      await page.fill('#amount', '1000');
      await submit(page, '/cancel/confirm').click();
      await submit(page, '/cancel').click();
      await page.getByText('취소했습니다.').waitFor();
      const expected = { status: 'cancelled', cancel_amount: 1000 };
      await agree(it.hub, 'kicc', payment.merchant_uid, expected);

      await page.goto(`${it.hub.ready.console}/channels/new`);
      await page.selectOption('#pg', 'html5_inicis');
      await page.click('[data-instead]');
      await page.locator('input[name=pg][value=html5_inicis]').waitFor({ state: 'attached' });
      assert.ok(await page.isHidden('.live-only input'), 'ON hides the fields without a script');
      await page.locator('label[for=mode-live]').click();
      assert.ok(await page.isVisible('#f-mid'));
    },
    { ...PC, javaScriptEnabled: false },
  ));

test('more than is left cannot be given back, and what was typed stays', () =>
  staff(Mouse, async (page, hand, visit) => {
    const payment = await paid();
    await page.goto(`${it.hub.ready.console}/payments/${payment.imp_uid}`);
    await page.fill('#amount', '14001');
    await page.fill('#reason', '너무 많이');
    await submit(page, '/cancel/confirm').click();
    await page.locator('#amount-wrong').waitFor();
    assert.equal(await page.inputValue('#amount'), '14001');
    assert.equal(await page.inputValue('#reason'), '너무 많이');
    await agree(it.hub, 'kicc', payment.merchant_uid, { status: 'paid', cancel_amount: 0 });
    visit.mistakes.length = 0; // the refused form is an HTTP error
  }));
