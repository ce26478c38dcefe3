/** The buyer's hands: the shop's button, the overlay, the PG's window. */

import assert from 'node:assert/strict';

/** Whose simulator has a layer of its own inside the hub's page on a PC. */
const LAYERS = {
  nice: '[data-testid=nice-window]',
  html5_inicis: '[data-testid=inicis-frame]',
};

/** Presses the page's button and gives the order's number, which the snippets make themselves. */
export async function order(page, button = '#pay') {
  const asked = page.waitForRequest((it) => it.url().endsWith('/sdk/payments'));
  await page.click(button);
  return (await asked).postDataJSON().param.merchant_uid;
}

/** The overlay over a merchant's page. */
export function overlay(page) {
  const host = page.locator('[data-ieum-overlay]');
  const part = (css) => host.locator(css);
  return {
    host,
    dialog: part('dialog'),
    close: part('.close'),
    keep: part('.keep'),
    quit: part('.quit'),
    notice: part('.notice'),
    question: part('.ask'),
    frame: host.frameLocator('iframe'),
  };
}

/** The PG's window inside the overlay of a PC. */
export function windowOf(page, pg) {
  const { frame } = overlay(page);
  return LAYERS[pg] ? frame.frameLocator(LAYERS[pg]) : frame;
}

/** Presses a button of a sandbox window: approve, decline, cancel, timeout or reset. */
export async function press(view, result) {
  const button = view.getByTestId(result);
  await view.getByTestId('approve').waitFor();
  if (!(await button.isVisible())) await view.locator('summary').click();
  await button.click();
}

/** Everything both sides wrote down about one payment says the same. */
export async function agree(hub, pg, merchant_uid, expected) {
  const payment = await hub.payment(merchant_uid);
  const seen = Object.fromEntries(Object.keys(expected).map((key) => [key, payment[key]]));
  assert.deepEqual(seen, expected);
  const trades = await hub.trades(pg, payment.imp_uid);
  const held = trades.reduce((sum, trade) => sum + Number(trade.held_text), 0);
  const ours = ['paid', 'cancelled'].includes(payment.status);
  assert.equal(held, ours ? payment.amount - payment.cancel_amount : 0, 'money at the PG');
  if (ours || payment.vbank_num) {
    assert.equal(trades.length, 1, 'one transaction at the PG');
    assert.equal(trades[0].tid, payment.pg_tid);
    assert.equal(trades[0].currency, payment.currency);
    assert.equal(Number(trades[0].amount_text), payment.amount);
    assert.equal(trades[0].mid, payment.pg_id);
  }
  return payment;
}

/** What all PGs hold for the merchant is what the hub says was paid and not given back. */
export async function balance(hub) {
  const cents = (text) => Math.round(Number(text) * 100);
  const theirs = { KRW: 0, USD: 0 };
  for (const pg of ['kicc', 'nice', 'html5_inicis']) {
    const { held_text } = await hub.ask('GET', `/sandbox/books?pg=${pg}`);
    for (const [currency, text] of Object.entries(held_text)) theirs[currency] += cents(text);
  }
  const ours = { KRW: 0, USD: 0 };
  for (const status of ['paid', 'cancelled']) {
    for (let page = 1; page > 0; ) {
      const query = `/payments/status/${status}?limit=100&page=${page}`;
      const { list, next } = await hub.ask('GET', query);
      for (const { amount, cancel_amount, currency } of list) {
        ours[currency] += cents(amount) - cents(cancel_amount);
      }
      page = next;
    }
  }
  assert.deepEqual(ours, theirs, 'the hub and the PGs hold different sums (hundredths)');
}
