'use strict';
// window.IMP itself: where its hub is, loading twice, loadUI and what is not supported.

const { test } = require('node:test');
const assert = require('node:assert/strict');
const http = require('node:http');
const { JSDOM } = require('jsdom');
const { page, settle, SOURCE, HUB, ACCEPTED } = require('./harness.js');

/** Where a payment is sent, or undefined. */
async function target(options) {
  const p = page(options);
  p.IMP.init('imp1');
  p.IMP.request_pay({ amount: 1 }, () => {});
  await settle();
  return p.requests[0]?.url.replace(/\/sdk\/payments$/, '');
}

const VERSIONS = ['1.0.0', '1.1.0', '1.1.4', '1.1.5', '1.1.6', '1.1.7', '1.1.8', '1.2.0'];
const ALIASES = [
  '/v1/iamport.js',
  '/js/iamport.payment.js',
  ...VERSIONS.map((version) => `/js/iamport.payment-${version}.js`),
];
for (const alias of ALIASES) {
  test(`the hub is where ${alias} came from, with or without a current script`, async () => {
    for (const query of ['', '?20190812', '?v=https://evil.example/v1/iamport.js']) {
      for (const current of [true, false]) {
        const src = `http://127.0.0.1:8080${alias}${query}`;
        assert.equal(await target({ src, current }), 'http://127.0.0.1:8080');
      }
    }
  });
}

test('only a path is a name of ours: other scripts are not the hub', async () => {
  const head = [
    'https://evil.example/x.js?/v1/iamport.js', 'https://evil.example/#/v1/iamport.js',
    'https://cdn.example/jquery.js', 'data:text/javascript,/v1/iamport.js',
  ].map((src) => `<script src="${src}"></script>`).join('');
  assert.equal(await target({ head, current: false }), HUB);
  const src = 'https://cdn.example/lib.js';
  assert.equal(await target({ head, src, current: false }), undefined);
});

test('a hub under another file name is found by its own tag', async () => {
  assert.equal(await target({ src: 'https://proxy.example/pay.js' }), 'https://proxy.example');
});

test('without any address a payment fails clearly and nothing is sent', async () => {
  const p = page({ src: '' });
  const results = [];
  p.IMP.init('imp1');
  p.IMP.request_pay({ amount: 1 }, (rsp) => results.push(rsp));
  await settle();
  assert.equal(p.requests.length, 0);
  assert.equal(results[0].error_code, 'F500');
});

test('a real script tag in <head>, loaded from a server, with its own current script', async () => {
  const server = http.createServer((request, response) => {
    const script = request.url.startsWith('/js/iamport.payment-1.1.5.js');
    response.setHeader('Content-Type', script ? 'text/javascript; charset=utf-8' : 'text/html');
    response.end(script ? SOURCE : '<!doctype html><head>' +
      '<script src="/js/iamport.payment-1.1.5.js?20190812"></script>' +
      '<script>IMP.init("imp1"); var IMP = window.IMP;</script>');
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const home = `http://127.0.0.1:${server.address().port}`;
  const urls = [];
  try {
    const dom = await JSDOM.fromURL(`${home}/`, {
      runScripts: 'dangerously',
      resources: 'usable',
      beforeParse(window) {
        window.fetch = async (url) => {
          urls.push(url);
          return { ok: true, status: 200, json: async () => ACCEPTED };
        };
      },
    });
    await new Promise((ready) => dom.window.addEventListener('load', ready));
    dom.window.IMP.request_pay({ amount: 1 }, () => {});
    assert.deepEqual(urls, [`${home}/sdk/payments`]);
    await settle();
    const { shadowRoot } = dom.window.document.querySelector('[data-ieum-overlay]');
    assert.equal(shadowRoot.querySelector('iframe').src, ACCEPTED.checkout_url);
    dom.window.close();
  } finally {
    server.close();
  }
});

test('works without jQuery, and does not touch the one that is there', () => {
  const p = page();
  assert.equal('jQuery' in p.window, false);
  assert.equal('$' in p.window, false);
  const before = (window) => {
    window.$ = window.jQuery = new Proxy(() => {}, {
      get() {
        throw new Error('touched');
      },
      apply() {
        throw new Error('touched');
      },
    });
  };
  assert.equal(typeof page({ before }).IMP.request_pay, 'function');
});

test('works before there is a body', async () => {
  const p = page({ before: (window) => window.document.body.remove() });
  p.IMP.init('imp1');
  p.IMP.request_pay({ amount: 1 }, () => {});
  await settle();
  await p.requests[0].answer(ACCEPTED);
  assert.ok(p.find('iframe'));
  p.IMP.close();
  await p.requests[1].answer({ done: true, rsp: { success: false }, m_redirect: null });
  assert.equal(p.shadow(), null);
});

test('a second copy changes nothing, not even an open window', async () => {
  const p = page();
  const results = [];
  p.IMP.init('imp1');
  p.IMP.request_pay({ amount: 1 }, (rsp) => results.push(rsp));
  await settle();
  await p.requests[0].answer(ACCEPTED);
  p.load();
  assert.equal(p.window.IMP, p.IMP);
  p.window.IMP.request_pay({ amount: 1 }, () => {});
  await settle();
  assert.equal(p.requests.length, 1);
  p.message({ type: 'ieum:result', session: ACCEPTED.session, rsp: { success: true } });
  assert.equal(results.length, 1);
});

test('init never throws, needs no network, and the last one counts', async () => {
  const p = page();
  const odd = [undefined, null, 7, {}, [], '', () => {}, Symbol('x'), Object.create(null)];
  for (const code of odd) assert.doesNotThrow(() => p.IMP.init(code));
  for (const code of odd) assert.doesNotThrow(() => p.IMP.agency(code, code));
  assert.doesNotThrow(() => p.IMP.init());
  assert.equal(p.requests.length, 0);
  p.IMP.agency('imp1', 'ABC');
  p.IMP.init(' imp2 ');
  p.IMP.request_pay({ amount: 1 }, () => {});
  await settle();
  assert.equal(p.requests[0].body.user_code, 'imp2');
  assert.equal(p.requests[0].body.tier_code, null);
});

test('close with nothing open does nothing', () => {
  const p = page();
  assert.doesNotThrow(() => p.IMP.close());
  assert.equal(p.requests.length, 0);
});

test('naver_zzim says that it does nothing', () => {
  const p = page();
  assert.equal(p.IMP.naver_zzim({ naverProducts: [] }), undefined);
  assert.equal(p.logs.warn.length, 1);
  assert.match(p.logs.warn[0], /not supported/);
});

test('loadModule rejects and names what is not supported', async () => {
  const rejected = page().IMP.loadModule('x_pay', {});
  await assert.rejects(rejected, /loadModule\('x_pay'\) is not supported/);
});

const box = (type) => `<div class="portone-ui-container" data-portone-ui-type="${type}"></div>`;
for (const [what, body, type, message] of [
  ['no container', '<p></p>', 'paypal-spb', 'portone-ui-container를 찾을 수 없습니다.'],
  ['a container without a type', '<div class="portone-ui-container"></div>', 'paypal-spb',
    'data-portone-ui-type에 올바른 UI 타입을 입력해주세요.'],
  ['a container of another type', box('paypal-rt'), 'paypal-spb',
    'data-portone-ui-type에 올바른 UI 타입을 입력해주세요.'],
  ['an unknown type', box('toString'), 'toString',
    'data-portone-ui-type에 올바른 UI 타입을 입력해주세요.'],
  ['two containers of a type', box('paypal-spb') + box('paypal-spb'), 'paypal-spb',
    '동일한 data-portone-ui-type을 갖는 DOM element가 2개 이상 존재합니다.'],
]) {
  test(`loadUI with ${what}`, () => {
    const p = page({ body });
    assert.throws(() => p.IMP.loadUI(type, {}, () => {}), { message });
  });
}

test('loadUI draws one button that pays with the latest param', async () => {
  const p = page({ body: box('paypal-spb') + box('paypal-rt') });
  const results = [];
  p.IMP.init('imp1');
  p.IMP.loadUI('paypal-spb', { amount: 1, pay_method: 'card' }, (rsp) => results.push(rsp));
  p.IMP.loadUI('paypal-spb', { amount: 2 }, (rsp) => results.push(rsp));
  p.IMP.updateLoadUIRequest('paypal-spb', { amount: 3, merchant_uid: 'm' });
  const buttons = p.document.querySelectorAll('[data-portone-ui-type="paypal-spb"] button');
  assert.equal(buttons.length, 1);
  assert.equal(buttons[0].textContent, 'PayPal로 결제하기');
  buttons[0].click();
  await settle();
  const { param } = p.requests[0].body;
  assert.deepEqual(param, { amount: 3, merchant_uid: 'm', pay_method: 'paypal' });
  await p.requests[0].answer({ ok: false, m_redirect: null, rsp: { success: false } });
  assert.deepEqual(results, [{ success: false }]);
});

test('loadUI paypal-rt keeps the customer_uid', async () => {
  const p = page({ body: box('paypal-rt') });
  p.IMP.init('imp1');
  p.IMP.loadUI('paypal-rt', { customer_uid: 'c-1', amount: 0 }, () => {});
  p.document.querySelector('button').click();
  await settle();
  assert.equal(p.requests[0].body.param.customer_uid, 'c-1');
  assert.equal(p.requests[0].body.param.pay_method, 'paypal');
});

test('updateLoadUIRequest before loadUI is an error, not a silent old amount', () => {
  assert.throws(() => page().IMP.updateLoadUIRequest('paypal-spb', {}), /has not been called/);
});
