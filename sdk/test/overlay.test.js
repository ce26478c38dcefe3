'use strict';
// An open window: whose messages count, how it closes, what the page gets back.

const { test } = require('node:test');
const assert = require('node:assert/strict');
const {
  page, openPage, settle, HUB, CHECKOUT, SESSION, ACCEPTED, PAID, GIVEN_UP,
} = require('./harness.js');

const RESULT = { type: 'ieum:result', session: SESSION, rsp: PAID };
const CLOSE_URL = `${HUB}/sdk/payments/sess%2F1/close`;

/** Presses close and confirms. */
async function quit(p) {
  p.find('.close').click();
  p.find('.quit').click();
  await settle();
}

function key(p, name) {
  const init = { key: name, bubbles: true, cancelable: true, composed: true };
  p.window.document.body.dispatchEvent(new p.window.KeyboardEvent('keydown', init));
}

test('the window is a named modal dialog around the checkout page', async () => {
  const p = await openPage({ company: '상점', name: '테스트 주문' });
  const dialog = p.find('dialog');
  assert.equal(dialog.getAttribute('role'), 'dialog');
  assert.equal(dialog.getAttribute('aria-modal'), 'true');
  assert.equal(p.find('h2').textContent, '상점 · 테스트 주문');
  assert.equal(p.find('h2').id, dialog.getAttribute('aria-labelledby'));
  const frame = p.find('iframe');
  assert.equal(frame.getAttribute('src'), CHECKOUT);
  assert.equal(frame.getAttribute('allow'), 'payment');
  assert.ok(frame.title);
  assert.equal(p.find('.close').getAttribute('aria-label'), '결제창 닫기');
  assert.equal(p.find('.confirm').hidden, true);
  assert.equal(p.shadow().activeElement, p.find('.panel'));
});

test('an order name is text, not markup', async () => {
  const p = await openPage({ name: '<img src=x onerror=alert(1)>' });
  assert.equal(p.find('h2').textContent, '<img src=x onerror=alert(1)>');
  assert.equal(p.find('img'), null);
});

for (const [language, browser, close] of [
  [undefined, 'ko-KR', '결제창 닫기'],
  ['en', 'ko-KR', 'Close the payment window'],
  [undefined, 'en-US', 'Close the payment window'],
  ['ko', 'en-US', '결제창 닫기'],
]) {
  test(`language ${language} in a ${browser} browser`, async () => {
    const p = await openPage({ language }, { language: browser });
    assert.equal(p.find('.close').getAttribute('aria-label'), close);
  });
}

test('the page behind neither scrolls nor keeps the focus, and gets both back', async () => {
  const p = page();
  const { body, documentElement } = p.document;
  body.style.overflow = 'auto';
  const button = p.document.getElementById('pay');
  button.focus();
  p.IMP.init('imp1');
  p.IMP.request_pay({ amount: 1 }, () => {});
  await settle();
  await p.requests[0].answer(ACCEPTED);
  assert.equal(body.style.overflow, 'hidden');
  assert.equal(documentElement.style.overflow, 'hidden');
  button.focus();
  assert.notEqual(p.document.activeElement, button);
  p.message(RESULT);
  assert.equal(body.style.overflow, 'auto');
  assert.equal(documentElement.style.overflow, '');
  assert.equal(p.document.activeElement, button);
});

test('a result closes the window and reaches the callback exactly once', async () => {
  const p = await openPage();
  const source = p.find('iframe').contentWindow;
  p.message(RESULT);
  p.message(RESULT, { source });
  p.message({ ...RESULT, rsp: GIVEN_UP }, { source });
  assert.deepEqual(p.results, [PAID]);
  assert.equal(p.shadow(), null);
});

test('the callback may start the next payment', async () => {
  const p = page();
  p.IMP.init('imp1');
  p.IMP.request_pay({ amount: 1 }, () => p.IMP.request_pay({ amount: 2 }, () => {}));
  await settle();
  await p.requests[0].answer(ACCEPTED);
  p.message(RESULT);
  await settle();
  assert.equal(p.requests.length, 2);
  assert.equal(p.requests[1].body.param.amount, 2);
});

const FORGED = [
  ['another origin', RESULT, { origin: 'https://evil.example' }],
  ["the shop's own origin", RESULT, { origin: 'https://shop.example' }],
  ['an origin that only begins alike', RESULT, { origin: `${HUB}.evil.example` }],
  ['no origin', RESULT, { origin: 'null' }],
  ['the shop\'s own window', RESULT, { source: 'window' }],
  ['another frame', RESULT, { source: 'frame' }],
  ['no window', RESULT, { source: null }],
  ['another session', { ...RESULT, session: 'other' }, {}],
  ['no session', { type: 'ieum:result', rsp: PAID }, {}],
  ['another type', { ...RESULT, type: 'result' }, {}],
  ['text', JSON.stringify(RESULT), {}],
  ['nothing', null, {}],
  ['no result in it', { type: 'ieum:result', session: SESSION }, {}],
];
for (const [what, data, how] of FORGED) {
  test(`a message with ${what} is ignored`, async () => {
    const p = await openPage();
    const other = p.document.body.appendChild(p.document.createElement('iframe'));
    const windows = { window: p.window, frame: other.contentWindow };
    const source = how.source ? windows[how.source] : how.source;
    p.message(data, { ...how, source });
    assert.deepEqual(p.results, []);
    assert.ok(p.find('iframe'));
    p.message(RESULT);
    assert.deepEqual(p.results, [PAID]);
  });
}

test('a message before there is a window is ignored', async () => {
  const p = page();
  const results = [];
  p.message(RESULT, { source: p.window });
  p.IMP.init('imp1');
  p.IMP.request_pay({ amount: 1 }, (rsp) => results.push(rsp));
  await settle();
  p.message(RESULT, { source: p.window });
  p.message(RESULT, { source: null });
  assert.deepEqual(results, []);
});

test('a checkout page under the public name of the hub is heard', async () => {
  const p = page({ src: 'https://cdn.iamport.kr/v1/iamport.js' });
  const results = [];
  p.IMP.init('imp1');
  p.IMP.request_pay({ amount: 1 }, (rsp) => results.push(rsp));
  await settle();
  await p.requests[0].answer(ACCEPTED);
  p.message(RESULT, { origin: HUB });
  assert.deepEqual(results, [PAID]);
});

test('without a callback: the return address, an alert for a failure, else nothing', async () => {
  const went = await openPage({}, { callback: false });
  went.message({ ...RESULT, m_redirect: 'https://shop.example/done?imp_success=true' });
  assert.deepEqual(went.visited, ['https://shop.example/done?imp_success=true']);
  const failed = await openPage({}, { callback: false });
  failed.message({ ...RESULT, rsp: GIVEN_UP });
  assert.deepEqual(failed.alerts, [GIVEN_UP.error_msg]);
  const paid = await openPage({}, { callback: false });
  paid.message(RESULT);
  assert.deepEqual([paid.alerts, paid.visited], [[], []]);
});

test('a second request_pay while one is open is ignored', async () => {
  const p = page();
  const results = [];
  p.IMP.init('imp1');
  p.IMP.request_pay({ amount: 1 }, () => results.push('first'));
  p.IMP.request_pay({ amount: 2 }, () => results.push('second'));
  await settle();
  assert.equal(p.requests.length, 1);
  await p.requests[0].answer(ACCEPTED);
  p.IMP.request_pay({ amount: 3 }, () => results.push('third'));
  p.IMP.certification({}, () => results.push('fourth'));
  await settle();
  assert.equal(p.requests.length, 1);
  assert.equal(p.logs.warn.length, 3);
  p.message(RESULT);
  assert.deepEqual(results, ['first']);
});

test('close asks first, and the buyer can stay', async () => {
  const p = await openPage();
  p.find('.close').click();
  assert.equal(p.find('.confirm').hidden, false);
  assert.equal(p.find('.ask').textContent, '결제를 취소하시겠습니까?');
  assert.equal(p.find('.keep').textContent, '계속 결제하기');
  assert.equal(p.find('.quit').textContent, '결제 취소');
  assert.equal(p.shadow().activeElement, p.find('.keep'));
  p.find('.keep').click();
  await settle();
  assert.equal(p.find('.confirm').hidden, true);
  assert.equal(p.requests.length, 1);
  assert.equal(p.document.querySelectorAll('iframe').length, 0);
  assert.equal(p.shadow().querySelectorAll('iframe').length, 1);
});

test('Esc and the backdrop ask, Esc again stays', async () => {
  const p = await openPage();
  key(p, 'Escape');
  assert.equal(p.find('.confirm').hidden, false);
  key(p, 'Escape');
  assert.equal(p.find('.confirm').hidden, true);
  p.find('dialog').click();
  assert.equal(p.find('.confirm').hidden, false);
  p.find('.keep').click();
  p.find('.stage').click();
  assert.equal(p.find('.confirm').hidden, true);
  p.message(RESULT);
  key(p, 'Escape');
  assert.deepEqual(p.results, [PAID]);
});

test('a confirmed close delivers what the hub says', async () => {
  const p = await openPage();
  await quit(p);
  assert.equal(p.requests[1].url, CLOSE_URL);
  assert.deepEqual(p.requests[1].body, {});
  assert.equal(p.find('.quit').disabled, true);
  assert.deepEqual(p.results, []);
  await p.requests[1].answer({ done: true, rsp: GIVEN_UP, m_redirect: null });
  assert.deepEqual(p.results, [GIVEN_UP]);
  assert.equal(p.shadow(), null);
});

test('a close that came too late delivers the real result', async () => {
  const p = await openPage();
  await quit(p);
  await p.requests[1].answer({ done: true, rsp: PAID, m_redirect: null });
  assert.deepEqual(p.results, [PAID]);
});

test('a close without a callback goes to the return address', async () => {
  const p = await openPage({}, { callback: false });
  await quit(p);
  const m_redirect = 'https://shop.example/done?imp_success=false';
  await p.requests[1].answer({ done: true, rsp: GIVEN_UP, m_redirect });
  assert.deepEqual(p.visited, [m_redirect]);
});

test('a result and a close that cross count once', async () => {
  const first = await openPage();
  await quit(first);
  first.message(RESULT);
  await first.requests[1].answer({ done: true, rsp: GIVEN_UP, m_redirect: null });
  assert.deepEqual(first.results, [PAID]);
  const second = await openPage();
  await quit(second);
  second.message(RESULT);
  await second.requests[1].breakOff();
  assert.deepEqual(second.results, [PAID]);
  assert.equal(second.shadow(), null);
});

test('during an approval the window stays and says why', async () => {
  const p = await openPage();
  await quit(p);
  await p.requests[1].answer({ done: false });
  assert.deepEqual(p.results, []);
  assert.equal(p.find('.confirm').hidden, true);
  assert.equal(p.find('.notice').hidden, false);
  assert.match(p.find('.notice').textContent, /지금은 닫을 수 없습니다/);
  p.message(RESULT);
  assert.deepEqual(p.results, [PAID]);
});

for (const way of ['network', 'http', 'nonsense']) {
  test(`a close that fails (${way}) keeps the window and can be tried again`, async () => {
    const p = await openPage();
    await quit(p);
    if (way === 'network') await p.requests[1].breakOff();
    if (way === 'http') await p.requests[1].answer({ done: true, rsp: GIVEN_UP }, 503);
    if (way === 'nonsense') await p.requests[1].answer({ done: true });
    assert.deepEqual(p.results, []);
    assert.ok(p.find('iframe'));
    assert.match(p.find('.trouble').textContent, /취소 요청을 보내지 못했습니다/);
    assert.equal(p.find('.quit').disabled, false);
    p.find('.quit').click();
    await settle();
    assert.equal(p.requests.length, 3);
    await p.requests[2].answer({ done: true, rsp: GIVEN_UP, m_redirect: null });
    assert.deepEqual(p.results, [GIVEN_UP]);
  });
}

test('impatient presses send one close', async () => {
  const p = await openPage();
  await quit(p);
  p.find('.quit').click();
  p.IMP.close();
  key(p, 'Escape');
  await settle();
  assert.equal(p.requests.length, 2);
});

test('while the checkout page says so, the window cannot be closed', async () => {
  const p = await openPage();
  p.find('.close').click();
  p.message({ type: 'ieum:closeable', session: SESSION, value: false });
  assert.equal(p.find('.confirm').hidden, true);
  assert.equal(p.find('.close').getAttribute('aria-disabled'), 'true');
  assert.match(p.find('.close').getAttribute('aria-label'), /지금은 닫을 수 없습니다/);
  for (const press of [() => p.find('.close').click(), () => key(p, 'Escape')]) {
    press();
    assert.equal(p.find('.confirm').hidden, true);
    assert.equal(p.find('.notice').hidden, false);
  }
  p.message({ type: 'ieum:closeable', value: true });
  assert.equal(p.find('.notice').hidden, true);
  p.find('.close').click();
  assert.equal(p.find('.confirm').hidden, false);
});

for (const how of [
  { origin: 'https://evil.example' }, { source: null }, { session: 'other' }, { value: 'no' },
]) {
  test(`closeable with ${JSON.stringify(how)} is ignored`, async () => {
    const p = await openPage();
    const { origin, source, ...data } = how;
    p.message({ type: 'ieum:closeable', session: SESSION, value: false, ...data },
      { ...(origin && { origin }), source });
    p.find('.close').click();
    assert.equal(p.find('.confirm').hidden, false);
  });
}

test('a spinner comes only when it takes long, and goes when the page is there', async () => {
  const p = page();
  p.IMP.init('imp1');
  p.IMP.request_pay({ amount: 1 }, () => {});
  await settle();
  p.clock.advance(299);
  assert.equal(p.shadow(), null);
  p.clock.advance(1);
  assert.equal(p.find('.wait').hidden, false);
  await p.requests[0].answer(ACCEPTED);
  assert.equal(p.document.querySelectorAll('[data-ieum-overlay]').length, 1);
  p.find('iframe').dispatchEvent(new p.window.Event('load'));
  assert.equal(p.find('.wait').hidden, true);
  p.clock.advance(1000);
  assert.equal(p.find('.wait').hidden, true);
});

test('a close before the hub answered takes effect when it does', async () => {
  const p = page();
  const results = [];
  p.IMP.init('imp1');
  p.IMP.request_pay({ amount: 1 }, (rsp) => results.push(rsp));
  await settle();
  p.IMP.close();
  await p.requests[0].answer({ ...ACCEPTED, flow: 'redirect' });
  assert.deepEqual(p.visited, []);
  assert.equal(p.requests[1].url, CLOSE_URL);
  await p.requests[1].answer({ done: true, rsp: GIVEN_UP, m_redirect: null });
  assert.deepEqual(results, [GIVEN_UP]);
  assert.equal(p.shadow(), null);
});

test('a close before the answer that cannot be sent shows the window to try again', async () => {
  const p = page();
  p.IMP.init('imp1');
  p.IMP.request_pay({ amount: 1 }, () => {});
  await settle();
  p.IMP.close();
  await p.requests[0].answer(ACCEPTED);
  await p.requests[1].breakOff();
  assert.ok(p.find('.trouble').textContent);
  assert.equal(p.find('iframe'), null);
  p.find('.keep').click();
  assert.equal(p.find('iframe').getAttribute('src'), CHECKOUT);
});

test('a redirect leaves the page, and a second click does not pay twice', async () => {
  const p = page();
  p.IMP.init('imp1');
  p.IMP.request_pay({ amount: 1 }, () => {});
  await settle();
  await p.requests[0].answer({ ...ACCEPTED, flow: 'redirect' });
  assert.deepEqual(p.visited, [CHECKOUT]);
  p.IMP.request_pay({ amount: 1 }, () => {});
  await settle();
  assert.equal(p.requests.length, 1);
});

for (const way of ['back', 'stop']) {
  test(`a redirect that ended here again (${way}) leaves the page usable`, async () => {
    const p = page();
    p.IMP.init('imp1');
    p.IMP.request_pay({ amount: 1 }, () => {});
    await settle();
    await p.requests[0].answer({ ...ACCEPTED, flow: 'redirect' });
    if (way === 'stop') p.clock.advance(10000);
    const shown = new p.window.Event('pageshow');
    Object.defineProperty(shown, 'persisted', { value: true });
    if (way === 'back') p.window.dispatchEvent(shown);
    assert.equal(p.shadow(), null);
    p.IMP.request_pay({ amount: 1 }, () => {});
    await settle();
    assert.equal(p.requests.length, 2);
  });
}

test('certification opens the same window in its own words', async () => {
  const p = page();
  const results = [];
  p.IMP.init('imp1');
  p.IMP.certification({ name: '홍길동' }, (rsp) => results.push(rsp));
  await settle();
  await p.requests[0].answer(ACCEPTED);
  assert.equal(p.find('h2').textContent, '본인인증');
  p.find('.close').click();
  assert.equal(p.find('.ask').textContent, '본인인증을 취소하시겠습니까?');
  const rsp = { success: true, imp_uid: 'imp_1', pg_type: 'certification' };
  p.message({ ...RESULT, rsp });
  assert.deepEqual(results, [rsp]);
});

test('a verification is closed at its own address', async () => {
  const p = page();
  p.IMP.init('imp1');
  p.IMP.certification({}, () => {});
  await settle();
  await p.requests[0].answer(ACCEPTED);
  p.find('.close').click();
  p.find('.quit').click();
  await settle();
  assert.equal(p.requests[1].url, CLOSE_URL.replace('/payments/', '/certifications/'));
});

test('with modal dialogs, Esc comes as cancel and a forced close does not hide it', async () => {
  const calls = [];
  const before = (window) => {
    window.HTMLDialogElement.prototype.showModal = function showModal() {
      calls.push('showModal');
      this.setAttribute('open', '');
    };
  };
  const p = await openPage({}, { before });
  const { Event } = p.window;
  const cancel = new Event('cancel', { cancelable: true });
  p.find('dialog').dispatchEvent(cancel);
  assert.equal(cancel.defaultPrevented, true);
  assert.equal(p.find('.confirm').hidden, false);
  p.find('dialog').dispatchEvent(new Event('cancel'));
  p.find('dialog').dispatchEvent(new Event('close'));
  assert.deepEqual(calls, ['showModal', 'showModal']);
  assert.equal(p.find('.confirm').hidden, true);
  p.message(RESULT);
  assert.deepEqual(p.results, [PAID]);
});
