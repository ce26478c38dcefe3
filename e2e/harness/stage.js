/** What a test file needs: one hub, one merchant, one browser. */

import { launch, Visit } from './browser.js';
import { Hub } from './hub.js';
import { Merchant } from './merchant.js';
import { balance } from './pay.js';
import { after, before } from 'node:test';

/**
 * Sets the stage up before the tests of a file and takes it down behind them.
 * @param {string[]} [options] further arguments of `ieum demo`
 * @param {(it: any) => Promise<void>} [prepare] what must have happened before the first test
 */
export function stage(options, prepare) {
  const it = {};
  before(async () => {
    [it.hub, it.browser] = await Promise.all([Hub.start(options), launch()]);
    it.merchant = await Merchant.start(it.hub);
    await prepare?.(it);
  });
  after(async () => {
    await it.browser?.close();
    await it.merchant?.stop();
    try {
      // Whatever the tests of the file did: in the end no money is missing on either side.
      if (it.hub) await balance(it.hub);
    } finally {
      await it.hub?.stop();
    }
  });
  /** Runs `act` in a visit; what went wrong there is told before what went wrong in the end. */
  it.visit = async (context, act) => {
    const visit = await Visit.begin(it.browser, context, it.merchant);
    try {
      await act(visit);
    } catch (error) {
      const seen = [...visit.mistakes, ...visit.alerts.map((text) => `alert: ${text}`)];
      error.message += `\nat ${visit.page.url()}\n${seen.join('\n')}`;
      await visit.end().catch(() => {});
      throw error;
    }
    await visit.end();
  };
  return it;
}
