/**
 * The pages a buyer can see, each in the state worth looking at. A scene brings a visit there and
 * gives what to do before the visit ends; every look at a page goes through this list.
 */

import { order, overlay, press, windowOf } from './pay.js';

/** What the guides' order says, with the window's language. */
const param = (lang, pg, pay_method) => ({
  pg,
  pay_method,
  merchant_uid: `scene_${process.hrtime.bigint()}`,
  name: lang === 'en' ? 'Order: a payment test' : '주문명:결제테스트',
  amount: 14000,
  buyer_name: lang === 'en' ? 'A Buyer' : '구매자이름',
  buyer_tel: '010-1234-5678',
  buyer_email: 'iamport@siot.do',
  language: lang,
});

/** Calls `request_pay` on the guide's page; the result stays in `window.rsp`. */
async function open({ page }, it, lang, pg = 'kicc', pay_method = 'card') {
  await page.goto(`${it.merchant.origin}/page/kicc-pc`);
  const said = param(lang, pg, pay_method);
  await page.evaluate((given) => {
    window.IMP.request_pay(given, (rsp) => (window.rsp = rsp));
  }, said);
  return said.merchant_uid;
}

async function opened(visit, it, lang, pg, pay_method) {
  await open(visit, it, lang, pg, pay_method);
  await windowOf(visit.page, pg).getByTestId('approve').waitFor();
}

/** A page of the hub by itself, as a browser without the overlay shows it. */
async function resultPage(visit, it, lang, result) {
  const asked = visit.page.waitForResponse((answer) => answer.url().endsWith('/sdk/payments'));
  await open(visit, it, lang);
  const { session } = await (await asked).json();
  await press(windowOf(visit.page, 'kicc'), result);
  await visit.page.waitForFunction(() => window.rsp);
  await visit.page.goto(`${it.hub.ready.api}/checkout/${session}/done`);
}

/** @type {Record<string, (visit: any, it: any, lang: string) => Promise<void | (() => any)>>} */
export const SCENES = {
  'shop-home': async ({ page }, it) => {
    await page.goto(it.hub.ready.shop);
  },
  'shop-product': async ({ page }, it) => {
    await page.goto(`${it.hub.ready.shop}/kicc?pay_method=card`);
  },
  'shop-result': async (visit, it) => {
    const { page } = visit;
    await page.goto(`${it.hub.ready.shop}/alipay`);
    await order(page, '[data-testid=pay]');
    await press(page, 'approve');
    await page.getByTestId('outcome').waitFor();
  },
  'shop-overlay': async ({ page }, it) => {
    await page.goto(`${it.hub.ready.shop}/kicc?pay_method=card`);
    await order(page, '[data-testid=pay]');
    await windowOf(page, 'kicc').getByTestId('approve').waitFor();
  },
  'overlay-kicc': (visit, it, lang) => opened(visit, it, lang, 'kicc', 'card'),
  'overlay-kicc-outcomes': async (visit, it, lang) => {
    await opened(visit, it, lang, 'kicc', 'vbank');
    await windowOf(visit.page, 'kicc').locator('summary').click();
  },
  'overlay-nice': (visit, it, lang) => opened(visit, it, lang, 'nice', 'card'),
  'overlay-inicis': (visit, it, lang) => opened(visit, it, lang, 'html5_inicis', 'trans'),
  'overlay-question': async (visit, it, lang) => {
    await opened(visit, it, lang, 'kicc', 'card');
    await overlay(visit.page).close.click();
    await overlay(visit.page).quit.waitFor();
  },
  'overlay-waiting': async (visit, it, lang) => {
    await opened(visit, it, lang, 'kicc', 'card');
    const silent = { pg: 'kicc', fault: 'down', times: -1 };
    for (const operation of ['lookup', 'net_cancel', 'cancel']) {
      await it.hub.ask('POST', '/sandbox/faults', { ...silent, operation });
    }
    await press(windowOf(visit.page, 'kicc'), 'timeout');
    await overlay(visit.page).frame.getByTestId('waiting').waitFor();
    return async () => {
      await it.hub.ask('DELETE', '/sandbox/faults');
      await it.hub.ask('POST', '/sandbox/clock', { advance_seconds: 300 });
      await visit.page.waitForFunction(() => window.rsp);
    };
  },
  'overlay-trouble': async (visit, it, lang) => {
    // The PG's script does not load.
    await visit.page.route('**/nicepay-pgweb.js', (route) => route.abort());
    await open(visit, it, lang, 'nice', 'card');
    await overlay(visit.page).frame.locator('#trouble').waitFor();
    visit.mistakes.length = 0;
  },
  'window-alipay': async ({ page }, it) => {
    await page.goto(`${it.hub.ready.shop}/alipay`);
    await order(page, '[data-testid=pay]');
    await page.getByTestId('approve').waitFor();
  },
  'window-used': async (visit, it, lang) => {
    const opening = visit.page.waitForResponse(/webpay\/auth/);
    await opened(visit, it, lang, 'kicc', 'card');
    const used = (await opening).url();
    await press(windowOf(visit.page, 'kicc'), 'approve');
    await visit.page.waitForFunction(() => window.rsp);
    await visit.page.goto(used);
    await visit.page.getByTestId('error').waitFor();
    visit.mistakes.length = 0; // the page comes with HTTP 410
  },
  'result-paid': (visit, it, lang) => resultPage(visit, it, lang, 'approve'),
  'result-failed': (visit, it, lang) => resultPage(visit, it, lang, 'decline'),
  receipt: async (visit, it, lang) => {
    const merchant_uid = await open(visit, it, lang);
    await press(windowOf(visit.page, 'kicc'), 'approve');
    await visit.page.waitForFunction(() => window.rsp);
    await visit.page.goto((await it.hub.payment(merchant_uid)).receipt_url);
  },
};
