/** Debian's Chromium, cut off from every network but the loopback, and a visit in it. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { chromium, devices } from 'playwright-core';
import { RETURN_HOSTS } from './merchant.js';
import { until } from './until.js';

/** How long a page may take; the machine may be busy. */
const PATIENCE_MS = 20_000;

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // No name is looked up: what is not on this machine is nowhere.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/** A phone of the guides' mobile chapters. */
export const PHONE = devices['Pixel 7'];
/** And one of the other make. */
export const IPHONE = devices['iPhone 14'];

/** `CHROMIUM`, else the first of the usual names on the `PATH`. */
function program() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH || '').split(path.delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const files = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const found = files.find((file) => fs.existsSync(file));
  if (!found) throw new Error('no Chromium: install it, or name it in CHROMIUM');
  return found;
}

export function launch() {
  const executablePath = program();
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}

/**
 * One buyer (or one of the staff) with one page. Alerts are answered with OK, mistakes of the pages
 * are collected, and so is every address that was asked for.
 */
export class Visit {
  /** Texts of the alerts, in their order. */
  alerts = [];
  /** Where browsers were sent that the merchant answered for: `{method, url}`. */
  arrivals = [];
  /** Uncaught errors and what the console called an error. */
  mistakes = [];
  #requested = [];
  #answers = [];
  #ended = false;
  #context;

  /**
   * @param {import('playwright-core').Browser} browser
   * @param {import('playwright-core').BrowserContextOptions} options
   * @param {{returned(url: string): Promise<string>}} [merchant] answers the guides' addresses
   */
  static async begin(browser, options, merchant) {
    const visit = new Visit();
    visit.#context = await browser.newContext({ locale: 'ko-KR', ...options });
    visit.#context.setDefaultTimeout(PATIENCE_MS);
    visit.#context.on('request', (request) => visit.#requested.push(request.url()));
    const page = await visit.#context.newPage();
    page.on('dialog', (dialog) => {
      visit.alerts.push(dialog.message());
      dialog.accept().catch(() => {});
    });
    page.on('pageerror', (error) => visit.mistakes.push(String(error.stack || error)));
    page.on('console', (message) => {
      const address = message.location().url || '';
      if (message.type() !== 'error' || address.endsWith('/favicon.ico')) return;
      visit.mistakes.push(`${message.text()} (${address})`);
    });
    visit.page = page;
    if (merchant) await visit.#answerFor(merchant);
    return visit;
  }

  /**
   * The guides' return addresses are answered inside the browser. Playwright's own routes do not
   * see where a redirect leads; the protocol beneath them does.
   */
  async #answerFor(merchant) {
    const protocol = await this.#context.newCDPSession(this.page);
    protocol.on('Fetch.requestPaused', ({ requestId, request, resourceType }) => {
      const answer = async () => {
        if (resourceType !== 'Document') {
          await protocol.send('Fetch.fulfillRequest', { requestId, responseCode: 204 });
          return;
        }
        this.arrivals.push({ method: request.method, url: request.url });
        const html = await merchant.returned(request.url);
        await protocol.send('Fetch.fulfillRequest', {
          requestId,
          responseCode: 200,
          responseHeaders: [{ name: 'content-type', value: 'text/html; charset=utf-8' }],
          body: Buffer.from(html).toString('base64'),
        });
      };
      const answered = answer().catch((error) => {
        if (!this.#ended) this.mistakes.push(String(error.stack));
      });
      this.#answers.push(answered);
    });
    const patterns = RETURN_HOSTS.map((host) => ({ urlPattern: `https://${host}/*` }));
    await protocol.send('Fetch.enable', { patterns });
  }

  /** The text of the next alert, or of the one that already came. */
  async alert() {
    await until('an alert', () => this.alerts.length > 0);
    return this.alerts.shift();
  }

  /** The address the browser was sent to next. */
  async arrival() {
    await until('the browser comes back', () => this.arrivals.length > 0);
    return this.arrivals.shift();
  }

  /** Closes the page; nothing may have gone wrong in it, and nothing outside asked for. */
  async end() {
    // A page may still ask for its icon.
    if (!this.page.isClosed()) await this.page.waitForLoadState();
    await Promise.all(this.#answers);
    this.#ended = true;
    await this.#context.close();
    const foreign = this.#requested.filter((address) => {
      const { protocol, hostname } = new URL(address);
      if (['data:', 'blob:', 'about:'].includes(protocol)) return false;
      return hostname !== '127.0.0.1' && !RETURN_HOSTS.includes(hostname);
    });
    assert.deepEqual(foreign, [], 'addresses outside of this machine');
    assert.deepEqual(this.mistakes, [], 'mistakes of the pages');
    assert.deepEqual(this.alerts, [], 'alerts nobody expected');
  }
}
