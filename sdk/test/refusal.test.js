'use strict';
// A payment that never opens a window: who is told, and how.

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { page, settle, HUB, SHOP, ACCEPTED } = require('./harness.js');

const RETURN = 'https://shop.example/done?utm_source=mobile#receipt';
const RSP = {
  success: false, imp_uid: null, merchant_uid: 'order-1',
  error_code: 'F1002', error_msg: '이미 결제가 이루어진 거래건입니다.',
};
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148';

async function asked(param, callback, options) {
  const p = page(options);
  p.IMP.init('imp12345678');
  p.IMP.request_pay(param, callback);
  await settle();
  return { p, request: p.requests[0] };
}

test('sends what the hub needs to know', async () => {
  const { p, request } = await asked({ amount: 14000, merchant_uid: 'order-1', pg: 'kicc' });
  assert.equal(request.url, `${HUB}/sdk/payments`);
  assert.equal(request.init.method, 'POST');
  assert.equal(request.init.credentials, 'omit');
  assert.equal(request.init.headers['Content-Type'], 'application/json');
  assert.deepEqual(request.body, {
    user_code: 'imp12345678',
    tier_code: null,
    param: { amount: 14000, merchant_uid: 'order-1', pg: 'kicc' },
    device: 'pc',
    page_url: SHOP,
    has_callback: false,
  });
  assert.equal(p.requests.length, 1);
});

test('agency sends the tier, a callback and a phone are told', async () => {
  const p = page({ userAgent: IPHONE });
  p.IMP.agency('imp99999999', 'ABC');
  p.IMP.request_pay({ amount: 1 }, () => {});
  await settle();
  const { body } = p.requests[0];
  assert.equal(body.user_code, 'imp99999999');
  assert.equal(body.tier_code, 'ABC');
  assert.equal(body.device, 'mobile');
  assert.equal(body.has_callback, true);
});

for (const [what, amount] of [['NaN', NaN], ['undefined', undefined], ['Infinity', Infinity]]) {
  test(`an amount of ${what} reaches the hub as null`, async () => {
    const { request } = await asked({ amount });
    assert.strictEqual(request.body.param.amount, null);
  });
}

for (const param of [undefined, null, 'text', 7, [1, 2]]) {
  test(`a param of ${JSON.stringify(param)} is treated as empty`, async () => {
    const { request } = await asked(param);
    assert.deepEqual(Object.keys(request.body.param).sort(), ['amount', 'merchant_uid']);
    assert.match(request.body.param.merchant_uid, /^nobody_\d{13}$/);
  });
}

test('what JSON cannot carry is left out, the rest is sent as given', async () => {
  const loop = {};
  loop.self = loop;
  const param = {
    amount: 10n, merchant_uid: 'm', custom_data: { a: [1, 'x'] }, loop, onDone() {},
    get broken() {
      throw new Error('no');
    },
  };
  const { p, request } = await asked(param);
  const custom_data = { a: [1, 'x'] };
  assert.deepEqual(request.body.param, { amount: '10', merchant_uid: 'm', custom_data });
  assert.equal(p.logs.warn.length, 2);
});

for (const userAgent of [undefined, IPHONE]) {
  test(`a refusal goes to the callback (${userAgent ? 'mobile' : 'pc'})`, async () => {
    const results = [];
    const callback = (rsp) => results.push(rsp);
    const { p, request } = await asked({ m_redirect_url: RETURN }, callback, { userAgent });
    await request.answer({ ok: false, m_redirect: `${RETURN}?x`, rsp: RSP });
    assert.deepEqual(results, [RSP]);
    assert.deepEqual(p.visited, []);
    assert.deepEqual(p.alerts, []);
    assert.equal(p.shadow(), null);
  });
}

test('without a callback a refusal goes to the address the hub made', async () => {
  const { p, request } = await asked({ m_redirect_url: RETURN });
  const m_redirect = 'https://shop.example/done?imp_success=false&error_code=F1002';
  await request.answer({ ok: false, m_redirect, rsp: RSP });
  assert.deepEqual(p.visited, [m_redirect]);
  assert.deepEqual(p.alerts, []);
});

test('with neither, a refusal is an alert', async () => {
  const { p, request } = await asked({});
  await request.answer({ ok: false, m_redirect: null, rsp: RSP });
  assert.deepEqual(p.visited, []);
  assert.deepEqual(p.alerts, [RSP.error_msg]);
});

test('after a refusal the next payment can start', async () => {
  const { p, request } = await asked({}, () => {});
  await request.answer({ ok: false, m_redirect: null, rsp: RSP });
  p.IMP.request_pay({ amount: 1 }, () => {});
  await settle();
  assert.equal(p.requests.length, 2);
});

test('a hub that cannot be reached is F500 to the callback', async () => {
  const results = [];
  const { p, request } = await asked({ merchant_uid: 'order-1' }, (rsp) => results.push(rsp));
  await request.breakOff();
  assert.equal(results.length, 1);
  assert.equal(results[0].success, false);
  assert.equal(results[0].imp_uid, null);
  assert.equal(results[0].merchant_uid, 'order-1');
  assert.equal(results[0].error_code, 'F500');
  assert.match(results[0].error_msg, /연결하지 못했습니다/);
  assert.deepEqual(p.alerts, []);
});

test('a hub that does not answer at all is F500 in the end', async () => {
  const results = [];
  const { p } = await asked({}, (rsp) => results.push(rsp));
  p.clock.advance(29999);
  await settle();
  assert.equal(results.length, 0);
  p.clock.advance(1);
  await settle();
  assert.equal(results[0].error_code, 'F500');
  assert.equal(p.shadow(), null);
});

const BROKEN = [
  ['an error page', {}, 502],
  ['no object', 'hello', 200],
  ['null', null, 200],
  ['no session', { ...ACCEPTED, session: undefined }, 200],
  ['a script address', { ...ACCEPTED, checkout_url: 'javascript:alert(1)' }, 200],
  ['an unknown flow', { ...ACCEPTED, flow: 'popup' }, 200],
  ['a refusal without a reason', { ok: false, m_redirect: null }, 200],
];
for (const [what, json, status] of BROKEN) {
  test(`an answer that cannot be used (${what}) is F500`, async () => {
    const results = [];
    const { p, request } = await asked({}, (rsp) => results.push(rsp));
    await request.answer(json, status);
    assert.deepEqual(results.map((rsp) => rsp.error_code), ['F500']);
    assert.equal(p.shadow(), null);
    assert.deepEqual(p.visited, []);
  });
}

const RETURNS = [
  ['https://shop.example/done', 'https://shop.example/done?', ''],
  ['https://shop.example/done?a=1', 'https://shop.example/done?a=1&', ''],
  ['https://shop.example/done?', 'https://shop.example/done?', ''],
  ['https://shop.example/done?a=%20b&', 'https://shop.example/done?a=%20b&', ''],
  ['https://shop.example/done?a=1#x?y=2', 'https://shop.example/done?a=1&', '#x?y=2'],
  ['/done#top', '/done?', '#top'],
  ['myapp://return', 'myapp://return?', ''],
];
for (const [url, before, after] of RETURNS) {
  test(`a failure of the network returns to ${url} with the reason`, async () => {
    const { p, request } = await asked({ m_redirect_url: url, merchant_uid: 'a b&c' });
    await request.breakOff();
    assert.equal(p.visited.length, 1);
    const went = p.visited[0];
    assert.ok(went.startsWith(before) && went.endsWith(after), went);
    const added = went.slice(before.length, went.length - after.length);
    assert.doesNotMatch(added, /\+/);
    const query = added.split('&').map((pair) => pair.split('=').map(decodeURIComponent));
    const names = query.map(([name]) => name);
    assert.deepEqual(names, ['merchant_uid', 'imp_success', 'error_code', 'error_msg']);
    assert.equal(query[0][1], 'a b&c');
    assert.equal(query[1][1], 'false');
    assert.equal(query[2][1], 'F500');
    assert.match(query[3][1], /다시 시도해 주세요/);
    assert.deepEqual(p.alerts, []);
  });
}

test('with neither, a failure of the network is an alert', async () => {
  const { p, request } = await asked({});
  await request.breakOff();
  assert.equal(p.alerts.length, 1);
  assert.match(p.alerts[0], /연결하지 못했습니다/);
});

test('a return address that is a script is not gone to', async () => {
  const { p, request } = await asked({ m_redirect_url: ' JavaScript:alert(document.cookie)' });
  await request.breakOff();
  assert.deepEqual(p.visited, []);
  assert.equal(p.alerts.length, 1);
});

test('before init nothing is sent; the callback gets F400 after the call returned', async () => {
  const p = page();
  const results = [];
  assert.equal(p.IMP.request_pay({ merchant_uid: 'm' }, (rsp) => results.push(rsp)), undefined);
  assert.equal(results.length, 0);
  await settle();
  assert.equal(p.requests.length, 0);
  assert.deepEqual(JSON.parse(JSON.stringify(results)), [{
    success: false, imp_uid: null, merchant_uid: 'm',
    error_code: 'F400', error_msg: '판매자 정보를 찾을 수 없습니다.',
  }]);
});

test('before init, without a callback: the return address, else an alert', async () => {
  const first = page();
  first.IMP.request_pay({ m_redirect_url: RETURN });
  await settle();
  assert.match(first.visited[0], /\?utm_source=mobile&merchant_uid=nobody_\d+&imp_success=false/);
  assert.match(first.visited[0], /&error_code=F400&.*#receipt$/);
  const second = page();
  second.IMP.request_pay();
  await settle();
  assert.deepEqual(second.alerts, ['판매자 정보를 찾을 수 없습니다.']);
});

test('certification has its own path, and its return query says success', async () => {
  const p = page();
  p.IMP.init('imp12345678');
  p.IMP.certification({ merchant_uid: 'c1', m_redirect_url: 'https://shop.example/c' });
  await settle();
  assert.equal(p.requests[0].url, `${HUB}/sdk/certifications`);
  assert.equal('amount' in p.requests[0].body.param, false);
  await p.requests[0].breakOff();
  assert.match(p.visited[0], /^https:\/\/shop\.example\/c\?merchant_uid=c1&success=false&/);
});

test("a callback that throws is the page's error, and is not called again", async () => {
  let calls = 0;
  const { p, request } = await asked({}, () => {
    calls += 1;
    throw new Error('bug in the shop');
  });
  await request.answer({ ok: false, m_redirect: null, rsp: RSP });
  assert.equal(calls, 1);
  assert.throws(() => p.clock.advance(0), /bug in the shop/);
  assert.deepEqual(p.alerts, []);
});
