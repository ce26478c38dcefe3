'use strict';
// Loads iamport.js into a jsdom page whose clock, network, location and alert are in the test's
// hands, so that no test waits and none leaves the machine.

const fs = require('node:fs');
const path = require('node:path');
const { JSDOM, VirtualConsole } = require('jsdom');

const SOURCE = fs.readFileSync(path.join(__dirname, '..', 'iamport.js'), 'utf8');
const HUB = 'https://pay.hub.example';
const SHOP = 'https://shop.example/cart?step=2#pay';
const SESSION = 'sess/1';
const CHECKOUT = `${HUB}/checkout/sess1`;

/** Lets every promise that can settle do so. */
async function settle() {
  for (let i = 0; i < 5; i += 1) await new Promise((done) => setImmediate(done));
}

/** A clock that moves only when told to. */
function fakeClock(window) {
  let now = 0;
  let next = 1;
  const due = new Map();
  window.setTimeout = (run, ms = 0) => {
    due.set(next, { run, at: now + ms });
    next += 1;
    return next - 1;
  };
  window.clearTimeout = (id) => due.delete(id);
  return {
    advance(ms) {
      now += ms;
      for (const [id, { run, at }] of [...due].sort((a, b) => a[1].at - b[1].at)) {
        if (at <= now && due.delete(id)) run();
      }
    },
  };
}

/**
 * @param {object} [options]
 * @param {string} [options.src] the script's address
 * @param {string} [options.head] @param {string} [options.body] HTML of the page
 * @param {string} [options.language] @param {string} [options.userAgent]
 * @param {boolean} [options.current] whether the browser names the running script
 * @param {(window: any) => void} [options.before] runs before the SDK does
 */
function page(options = {}) {
  const src = options.src ?? `${HUB}/v1/iamport.js`;
  const logs = { warn: [], error: [] };
  const virtualConsole = new VirtualConsole();
  virtualConsole.on('warn', (...args) => logs.warn.push(args.join(' ')));
  virtualConsole.on('error', (...args) => logs.error.push(args.join(' ')));
  const tag = src ? `<script id="sdk" src="${src}"></script>` : '<script id="sdk"></script>';
  const dom = new JSDOM(
    `<!doctype html><html><head>${options.head ?? ''}${tag}</head>` +
      `<body>${options.body ?? '<button id="pay">pay</button>'}</body></html>`,
    { url: SHOP, runScripts: 'outside-only', virtualConsole },
  );
  const { window } = dom;
  const { document } = window;
  Object.defineProperty(window.navigator, 'language', { value: options.language ?? 'ko-KR' });
  if (options.userAgent) {
    Object.defineProperty(window.navigator, 'userAgent', { value: options.userAgent });
  }
  const clock = fakeClock(window);
  const alerts = [];
  window.alert = (message) => alerts.push(message);

  // jsdom gives a frame in a shadow tree no window of its own: lend it one.
  const frameWindows = new WeakMap();
  Object.defineProperty(window.HTMLIFrameElement.prototype, 'contentWindow', {
    get() {
      if (!this.isConnected) return null;
      if (!frameWindows.has(this)) frameWindows.set(this, new JSDOM('').window);
      return frameWindows.get(this);
    },
  });

  // Every request waits until the test answers it.
  const requests = [];
  window.fetch = (url, init) =>
    new Promise((resolve, reject) => {
      init.signal.addEventListener('abort', () => reject(new Error('aborted')));
      requests.push({
        url,
        init,
        body: JSON.parse(init.body),
        async answer(json, status = 200) {
          resolve({ ok: status < 400, status, json: async () => json });
          await settle();
        },
        async breakOff() {
          reject(new TypeError('Failed to fetch'));
          await settle();
        },
      });
    });

  const visited = [];
  const location = {
    get href() {
      return SHOP;
    },
    set href(url) {
      visited.push(url);
    },
  };
  const load = (script = document.getElementById('sdk')) => {
    const value = options.current === false ? null : script;
    Object.defineProperty(document, 'currentScript', { configurable: true, value });
    new window.Function('location', SOURCE)(location);
    Object.defineProperty(document, 'currentScript', { configurable: true, value: null });
  };
  options.before?.(window);
  load();

  const shadow = () => document.querySelector('[data-ieum-overlay]')?.shadowRoot ?? null;
  return {
    window, document, clock, alerts, requests, visited, logs, load, shadow,
    IMP: window.IMP,
    /** An element of the overlay, or null. */
    find: (selector) => shadow()?.querySelector(selector) ?? null,
    /** A message as the browser would deliver it from the checkout page, unless told otherwise. */
    message(data, { origin = HUB, source } = {}) {
      const frame = shadow()?.querySelector('iframe');
      const from = source === undefined ? frame?.contentWindow : source;
      const event = new window.MessageEvent('message', { data, origin, source: from });
      window.dispatchEvent(event);
    },
  };
}

const ACCEPTED = {
  ok: true, flow: 'overlay', checkout_url: CHECKOUT, session: SESSION,
  imp_uid: 'imp_1', merchant_uid: 'order-1',
};
const PAID = { success: true, imp_uid: 'imp_1', merchant_uid: 'order-1', paid_amount: 14000 };
const GIVEN_UP = {
  success: false, imp_uid: 'imp_1', merchant_uid: 'order-1', error_code: 'F400',
  error_msg: '[결제포기] 사용자가 결제를 취소하셨습니다',
};

/** A page with `init` done and a payment window open; `results` collects the callback's calls. */
async function openPage(param = {}, options = {}) {
  const p = page(options);
  const results = [];
  p.IMP.init('imp12345678');
  const callback = options.callback === false ? undefined : (rsp) => results.push(rsp);
  p.IMP.request_pay({ merchant_uid: 'order-1', name: '주문명', amount: 14000, ...param }, callback);
  await settle();
  await p.requests[0].answer(ACCEPTED);
  return { ...p, results };
}

module.exports = {
  page, openPage, settle, SOURCE, HUB, SHOP, SESSION, CHECKOUT, ACCEPTED, PAID, GIVEN_UP,
};
