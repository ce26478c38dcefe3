/**
 * npm's iamport (0.3.4, the first client there was for Node.js, no longer maintained) against the
 * hub, unchanged: its own `DEFAULT_HOST` is set before a client is made, as nothing else can be.
 *
 * Reads and prints what `node-client.js` does.
 */

import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

const Iamport = createRequire(import.meta.url)('iamport');

const { api, imp_key, imp_secret, paid, later } = JSON.parse(await text(process.stdin));
Iamport.DEFAULT_HOST = api;
const iamport = new Iamport({ impKey: imp_key, impSecret: imp_secret });
const stranger = new Iamport({ impKey: imp_key, impSecret: 'wrong' });
const [first, second] = paid;

/** What the client gives, or how it says no. */
async function call(promise) {
  try {
    return await promise;
  } catch (error) {
    return { refused: { code: error.code, message: error.message } };
  }
}

const { payment, subscribe, subscribe_customer: customers, vbank } = iamport;
const { imp_uid } = first;
const customer_uid = 'old_customer';
const card = { expiry: '2031-12', birth: '900101', pwd_2digit: '00' };
const good = { ...card, card_number: '4111-1111-1111-1111' };
const order = (merchant_uid, more) => ({ merchant_uid, amount: 3000, name: '정기결제', ...more });
const plans = ['old_plan_1', 'old_plan_2'].map((uid) => order(uid, { schedule_at: later }));
const account = { vbank_code: '088', vbank_due: later, vbank_holder: '회사명' };

const out = {};
out.byImpUid = await call(payment.getByImpUid({ imp_uid }));
out.token = iamport.token.access_token;
out.byMerchantUid = await call(payment.getByMerchant({ merchant_uid: first.merchant_uid }));
out.byStatus = await call(payment.getByStatus({ payment_status: 'paid', page: 1, limit: 2 }));
out.prepare = await call(payment.prepare({ merchant_uid: 'old_prepared_1', amount: 420000 }));
out.prepared = await call(payment.getPrepare({ merchant_uid: 'old_prepared_1' }));
out.preparedTwice = await call(payment.prepare({ merchant_uid: 'old_prepared_1', amount: 1 }));
out.cancelPart = await call(
  payment.cancel({ imp_uid, amount: 4000, checksum: 14000, reason: '부분 환불' }),
);
out.cancelStale = await call(payment.cancel({ imp_uid, amount: 4000, checksum: 14000 }));
out.cancelRest = await call(payment.cancel({ imp_uid, reason: '나머지' }));
out.cancelAgain = await call(payment.cancel({ imp_uid }));
out.cancelAll = await call(payment.cancel({ merchant_uid: second.merchant_uid }));

out.customer = await call(customers.create({ customer_uid, ...good, customer_name: '구매자' }));
out.badCard = await call(
  customers.create({ customer_uid: 'bad', ...card, card_number: '4092-0230-1234-1234' }),
);
out.customerShown = await call(customers.get({ customer_uid }));
out.onetime = await call(subscribe.onetime({ ...order('old_onetime'), ...good }));
out.again = await call(subscribe.again(order('old_again', { customer_uid })));
out.againTwice = await call(subscribe.again(order('old_again', { customer_uid })));
out.plan = await call(subscribe.schedule({ customer_uid, schedules: plans }));
out.unplanOne = await call(subscribe.unschedule({ customer_uid, merchant_uid: 'old_plan_1' }));
out.unplan = await call(subscribe.unschedule({ customer_uid }));
out.unplanAgain = await call(subscribe.unschedule({ customer_uid }));
out.customerDeleted = await call(customers.delete({ customer_uid }));
out.customerGone = await call(customers.get({ customer_uid }));
out.account = await call(vbank.create({ ...order('old_account'), ...account }));

out.unknown = await call(payment.getByImpUid({ imp_uid: 'imp_000000000000' }));
out.wrongKey = await call(stranger.payment.getByImpUid({ imp_uid }));
process.stdout.write(JSON.stringify(out));
