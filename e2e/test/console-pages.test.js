/** Every page of the console: axe-core finds nothing, nothing sticks out; with screenshots. */

import { test } from 'node:test';
import { look } from '../harness/camera.js';
import { Mouse, signIn } from '../harness/console.js';
import { order, press, windowOf } from '../harness/pay.js';
import { stage } from '../harness/stage.js';

const it = stage([], prepare);
const LOCALES = { ko: 'ko-KR', en: 'en-US' };
/** Payments in the states worth showing, by what they are. */
const made = {};
/** Cookies of somebody who is signed in, by language. */
const signedIn = {};

const submit = (page, action) => page.locator(`form[action$="${action}"] button[type=submit]`);

/** @type {Record<string, (page: any) => Promise<void>>} from the console's home */
const PAGES = {
  home: async () => {},
  payments: (page) => open(page, '/payments'),
  'payments-no-match': (page) => open(page, '/payments?q=nothing'),
  payment: (page) => open(page, `/payments/${made.part}`),
  'payment-failed': (page) => open(page, `/payments/${made.failed}`),
  'payment-account': (page) => open(page, `/payments/${made.account}`),
  'payment-dollars': (page) => open(page, `/payments/${made.dollars}`),
  cancel: async (page) => {
    await open(page, `/payments/${made.part}`);
    await submit(page, '/cancel/confirm').click();
    await submit(page, '/cancel').waitFor();
  },
  'cancel-wrong': async (page) => {
    await open(page, `/payments/${made.part}`);
    await page.fill('#amount', '1000000');
    await submit(page, '/cancel/confirm').click();
    await page.locator('#amount-wrong').waitFor();
  },
  accounts: (page) => open(page, '/accounts'),
  webhooks: (page) => open(page, '/webhooks'),
  channels: async (page) => {
    await open(page, '/channels');
    await page.locator('section.channels li a').nth(1).click();
  },
  'channel-live': async (page) => {
    await open(page, '/channels/new?pg=alipay');
    await page.locator('label[for=mode-live]').click();
  },
  'channel-wrong': async (page) => {
    await open(page, '/channels/new?pg=alipay');
    await page.locator('label[for=mode-live]').click();
    await page.click('form[action="/console/channels"] button.primary');
    await page.locator('.errors').waitFor();
  },
  'channel-sandbox-only': (page) => open(page, '/channels/new?pg=kakaopay'),
  'channel-delete': async (page) => {
    await open(page, '/channels');
    await page.locator('a.danger').click();
    await page.locator('#reason').waitFor();
  },
  developer: (page) => open(page, '/developer'),
  'developer-books': (page) => open(page, '/developer?books=kicc'),
  tiers: (page) => open(page, '/tiers'),
  'tiers-wrong': async (page) => {
    await open(page, '/tiers');
    await page.fill('#tier_code', 'ab');
    await page.fill('#tier_name', '지점');
    await page.click('form[action="/console/tiers"] button.primary');
    await page.locator('.errors').waitFor();
  },
  profile: (page) => open(page, '/profile'),
  'not-there': (page) => open(page, '/nowhere'),
};

async function open(page, path) {
  await page.goto(it.hub.ready.console + path);
}

/** One payment in the demo shop; gives its number. */
async function pay(visit, path, pg, result) {
  const { page } = visit;
  await page.goto(it.hub.ready.shop + path);
  const merchant_uid = await order(page, '[data-testid=pay]');
  await press(path.startsWith('/alipay') ? page : windowOf(page, pg), result);
  if (path.startsWith('/kicc')) await visit.alert();
  else await page.getByTestId('outcome').waitFor();
  return (await it.hub.payment(merchant_uid)).imp_uid;
}

async function prepare() {
  await it.visit({}, async (visit) => {
    made.failed = await pay(visit, '/kicc?pay_method=card', 'kicc', 'decline');
    made.account = await pay(visit, '/kicc?pay_method=vbank', 'kicc', 'approve');
    made.dollars = await pay(visit, '/alipay', 'nice', 'approve');
    await pay(visit, '/mobile?pg=html5_inicis', 'html5_inicis', 'approve');
    made.part = await pay(visit, '/kicc?pay_method=card', 'kicc', 'approve');
    const part = { imp_uid: made.part, amount: 4000, reason: '일부 상품 반품' };
    await it.hub.ask('POST', '/payments/cancel', part);
  });
  for (const [lang, locale] of Object.entries(LOCALES)) {
    await it.visit({ locale }, async ({ page }) => {
      await page.goto(it.hub.ready.console);
      await look(page, `console-sign-in-${lang}`);
      await signIn(page, new Mouse(page), it.hub.ready);
      signedIn[lang] = await page.context().storageState();
    });
  }
}

for (const [name, scene] of Object.entries(PAGES)) {
  for (const [lang, locale] of Object.entries(LOCALES)) {
    test(`${name}, ${lang}`, () =>
      it.visit({ locale, storageState: signedIn[lang] }, async (visit) => {
        await open(visit.page, '');
        await scene(visit.page);
        await look(visit.page, `console-${name}-${lang}`);
        // A refused form and a page that is not there are HTTP errors; nothing else may be.
        visit.mistakes = visit.mistakes.filter((text) => !/status of 4\d\d/.test(text));
      }));
  }
}
