/** Clients of V1, other people's unchanged and one of ours, against payments made in the browser. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { agree, order, press, windowOf } from '../harness/pay.js';
import { stage } from '../harness/stage.js';

const it = stage();
const E2E = fileURLToPath(new URL('..', import.meta.url));

/** Two orders of 14,000 won, paid by card through two PGs. */
function pay() {
  return it.visit({}, async (visit) => {
    it.paid = [];
    for (const pg of ['kicc', 'nice']) {
      await visit.page.goto(`${it.merchant.origin}/page/kicc-pc?pg=${pg}`);
      const merchant_uid = await order(visit.page);
      await press(windowOf(visit.page, pg), 'approve');
      await visit.alert();
      const { imp_uid } = await agree(it.hub, pg, merchant_uid, { status: 'paid' });
      it.paid.push({ imp_uid, merchant_uid, pg });
    }
  });
}

/** Lets a client do its round and gives what it printed. */
async function round(program, script) {
  await pay();
  const { api, imp_key, imp_secret } = it.hub.ready;
  const client = spawn(program, [script], { cwd: E2E, stdio: ['pipe', 'pipe', 'inherit'] });
  const { now } = await it.hub.ask('GET', '/sandbox/clock');
  const later = now + 30 * 86_400;
  client.stdin.end(JSON.stringify({ api, imp_key, imp_secret, later, paid: it.paid }));
  const ended = new Promise((resolve, reject) => client.on('close', resolve).on('error', reject));
  const printed = await text(client.stdout);
  assert.equal(await ended, 0, `${script} ended badly`);
  return JSON.parse(printed);
}

/** After both rounds the hub and the PG's books say what the client was told. */
async function giveBack() {
  for (const { merchant_uid, pg } of it.paid) {
    const expected = { status: 'cancelled', amount: 14000, cancel_amount: 14000 };
    const payment = await agree(it.hub, pg, merchant_uid, expected);
    const parts = payment.cancel_history.map((row) => row.amount);
    assert.deepEqual(parts, pg === 'kicc' ? [4000, 10000] : [14000]);
  }
}

/** Keys, charges and plans: what every client must have been told, in one shape for all. */
async function subscribed(got, prefix) {
  const customer_uid = `${prefix}_customer`;
  assert.equal(got.customer.customer_uid, customer_uid);
  assert.equal(got.customerShown.customer_name, '구매자');
  assert.match(got.customerShown.card_number, /^411111\*+1111$/);
  assert.match(got.badCard.refused.message, /\[F112\]/);
  for (const [charge, order] of [['onetime', 'onetime'], ['again', 'again']]) {
    assert.equal(got[charge].status, 'paid', charge);
    assert.equal(got[charge].amount, 3000);
    const payment = await it.hub.payment(`${prefix}_${order}`);
    assert.equal(got[charge].imp_uid, payment.imp_uid);
    await agree(it.hub, 'nice', payment.merchant_uid, { status: 'paid', channel: 'api' });
  }
  assert.equal(got.againTwice.refused.message, '이미 결제가 이루어진 거래건입니다.');
  const orders = got.plan.map((plan) => plan.merchant_uid).sort();
  assert.deepEqual(orders, [`${prefix}_plan_1`, `${prefix}_plan_2`]);
  assert.ok(got.plan.every((plan) => plan.schedule_status === 'scheduled'));
  const revoked = [got.unplanOne, got.unplan].map((plans) => {
    assert.ok(plans.every((plan) => plan.schedule_status === 'revoked'));
    return plans.map((plan) => plan.merchant_uid);
  });
  assert.deepEqual(revoked, [[`${prefix}_plan_1`], [`${prefix}_plan_2`]]);
  assert.equal(got.unplanAgain.refused.message, '취소할 예약결제 기록이 존재하지 않습니다.');
  assert.equal(got.customerDeleted.customer_uid, customer_uid);
  assert.match(got.customerGone.refused.message, new RegExp(customer_uid));
}

/** An envelope's `response`, and the refusal of a client that shows HTTP's answer. */
function unwrapped(got) {
  const open = ([key, value]) => {
    if (value?.refused?.data) return [key, { refused: value.refused.data }];
    return [key, value?.response ?? value];
  };
  return Object.fromEntries(Object.entries(got).map(open));
}

test('npm iamport-rest-client-nodejs', async () => {
  const got = await round(process.execPath, 'clients/node-client.js');
  const [first, second] = it.paid;
  assert.match(got.token.response.access_token, /^[0-9a-f]{40}$/);
  assert.equal(got.byImpUid.response.imp_uid, first.imp_uid);
  assert.equal(got.byImpUid.response.amount, 14000);
  assert.equal(got.byImpUid.response.status, 'paid');
  const ours = await it.hub.payment(first.merchant_uid);
  const paidAt = new Date(ours.paid_at * 1000).toISOString();
  assert.equal(got.byImpUid.response.paid_at, paidAt, 'the client makes dates of the seconds');
  assert.equal(got.byMerchantUid.response.imp_uid, first.imp_uid);
  const found = got.byImpUids.response.map((payment) => payment.imp_uid);
  assert.deepEqual(found, [second.imp_uid, first.imp_uid], 'newest first');
  assert.deepEqual(got.byImpUids.failed, ['imp_000000000000'], '207 names what is missing');
  assert.deepEqual(
    got.byStatus.response.list.map((payment) => payment.imp_uid).slice(0, 2),
    [second.imp_uid, first.imp_uid],
  );
  assert.equal(got.all.response.total, 1);
  assert.equal(got.balance.response.amount, 14000);
  assert.deepEqual([got.tokenKept, got.tokenShared], [true, true], 'one token for all calls');

  assert.deepEqual(got.prepare.response, { merchant_uid: 'node_prepared_1', amount: 420000 });
  assert.equal(got.prepared.response.amount, 420000);
  assert.equal(got.preparedTwice.refused.data.code, 1);

  const part = got.cancelPart.response;
  assert.deepEqual([part.status, part.cancel_amount], ['cancelled', 4000]);
  assert.equal(part.cancel_reason, '부분 환불');
  for (const no of ['cancelStale', 'cancelAgain']) {
    assert.equal(got[no].refused.data.code, 1, no);
    assert.ok(got[no].refused.data.message, no);
  }
  assert.equal(got.cancelRest.response.cancel_amount, 14000);
  assert.equal(got.cancelAll.response.status, 'cancelled');

  assert.equal(got.unknown.refused.status, 404);
  assert.ok(got.unknown.refused.data.message);
  assert.equal(got.wrongKey.refused.status, 401);
  assert.ok(got.wrongKey.refused.data.message);
  const plain = unwrapped(got);
  await subscribed(plain, 'node');
  assert.equal(plain.planned.schedule_status, 'scheduled');
  assert.equal(plain.plansOfCustomer.total, 2);
  assert.equal(plain.paymentsOfCustomer.total, 1);
  await giveBack();
});

test('PyPI iamport-rest-client', async () => {
  const got = await round('.venv/bin/python', 'clients/python_client.py');
  const [first] = it.paid;
  assert.match(got.token, /^[0-9a-f]{40}$/);
  assert.equal(got.byImpUid.imp_uid, first.imp_uid);
  assert.equal(got.byImpUid.amount, 14000);
  assert.equal(got.byMerchantUid.imp_uid, first.imp_uid);
  assert.deepEqual([got.isPaid, got.isPaidOtherwise], [true, false]);

  assert.deepEqual(got.prepare, { merchant_uid: 'python_prepared_1', amount: 420000 });
  assert.deepEqual([got.prepareValid, got.prepareInvalid], [true, false]);
  assert.equal(got.preparedTwice.refused.code, 1);

  assert.deepEqual([got.cancelPart.status, got.cancelPart.cancel_amount], ['cancelled', 4000]);
  for (const no of ['cancelStale', 'cancelAgain']) {
    assert.equal(got[no].refused.code, 1, no);
    assert.ok(got[no].refused.message, no);
  }
  assert.equal(got.cancelRest.cancel_amount, 14000);
  assert.equal(got.cancelAll.status, 'cancelled');

  assert.deepEqual(got.unknown.refused, { http: 404, reason: 'Not Found' });
  assert.deepEqual(got.wrongKey.refused, { http: 401, reason: 'Unauthorized' });
  await subscribed(got, 'python');
  assert.equal(got.foreign.status, 'paid');
  assert.equal(got.planned.schedule_status, 'scheduled');
  const between = got.plansBetween.list.filter((plan) => plan.customer_uid === 'python_customer');
  assert.equal(between.length, 2);
  await giveBack();
});

test('npm iamport, the first client of Node.js', async () => {
  const got = await round(process.execPath, 'clients/old-node-client.js');
  const [first, second] = it.paid;
  assert.match(got.token, /^[0-9a-f]{40}$/);
  assert.equal(got.byImpUid.imp_uid, first.imp_uid);
  assert.deepEqual([got.byImpUid.amount, got.byImpUid.status], [14000, 'paid']);
  assert.equal(got.byMerchantUid.imp_uid, first.imp_uid);
  const newest = got.byStatus.list.map((payment) => payment.imp_uid);
  assert.deepEqual(newest, [second.imp_uid, first.imp_uid]);
  assert.equal(got.prepared.amount, 420000);
  assert.deepEqual([got.cancelPart.status, got.cancelPart.cancel_amount], ['cancelled', 4000]);
  for (const no of ['preparedTwice', 'cancelStale', 'cancelAgain']) {
    assert.equal(got[no].refused.code, 'IAMPORT_1', no);
    assert.ok(got[no].refused.message, no);
  }
  assert.equal(got.cancelRest.cancel_amount, 14000);
  assert.equal(got.cancelAll.status, 'cancelled');
  await subscribed(got, 'old');
  assert.deepEqual([got.account.status, got.account.pay_method], ['ready', 'vbank']);
  assert.equal(got.unknown.refused.code, 'HTTP_404');
  assert.equal(got.wrongKey.refused.code, 'HTTP_401');
  await giveBack();
});

test('a shop\'s own PHP', async () => {
  const got = await round('php', 'clients/php_client.php');
  const [first] = it.paid;
  assert.match(got.token, /^[0-9a-f]{40}$/);
  assert.equal(got.byImpUid.imp_uid, first.imp_uid);
  assert.deepEqual([got.byImpUid.amount, got.byImpUid.status], [14000, 'paid']);
  assert.equal(got.byBearer.imp_uid, first.imp_uid);
  assert.equal(got.byMerchantUid.imp_uid, first.imp_uid);
  assert.equal(got.prepared.amount, 420000);
  assert.deepEqual(got.cancelPart.cancels, [4000]);
  for (const no of ['preparedTwice', 'cancelStale', 'cancelAgain']) {
    assert.equal(got[no].refused.code, 1, no);
    assert.ok(got[no].refused.message, no);
  }
  assert.equal(got.cancelRest.cancel_amount, 14000);
  assert.equal(got.cancelAll.status, 'cancelled');
  await subscribed(got, 'php');
  assert.equal(got.planned.schedule_status, 'scheduled');
  assert.equal(got.unknown.refused.message, '존재하지 않는 결제정보입니다.');
  assert.equal(got.wrongKey.refused.code, -1);
  await giveBack();
});
