/**
 * npm's iamport-rest-client-nodejs against the hub, unchanged: `baseUrl`, an option of its own
 * constructor, is all that is given besides the keys.
 *
 * Reads `{api, imp_key, imp_secret, later, paid: [{imp_uid, merchant_uid}, ..]}` from stdin and
 * prints what the client gave, as JSON. Every paid order may be used up; `later` is a time to come.
 */

import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

const { Iamport, Request } = createRequire(import.meta.url)('iamport-rest-client-nodejs');
const { Authenticate, Customers, Payments, Prepare, Subscribe } = Request;

const { api, imp_key, imp_secret, paid, later } = JSON.parse(await text(process.stdin));
const iamport = new Iamport({ apiKey: imp_key, apiSecret: imp_secret, baseUrl: api });
const [first, second] = paid;

/** What `.data` holds, or how the client failed. */
async function call(request, client = iamport) {
  try {
    return (await request.request(client)).data;
  } catch (error) {
    const { status, data } = error.response || {};
    return { refused: { status, data, text: error.response ? undefined : String(error) } };
  }
}

const out = {};
out.token = await call(Authenticate.getToken({ imp_key, imp_secret }));
out.byImpUid = await call(Payments.getByImpUid({ imp_uid: first.imp_uid }));
const tokenOfFirstCall = iamport.token.access_token;
out.byMerchantUid = await call(
  Payments.getByMerchantUid({
    merchant_uid: first.merchant_uid,
    status: 'paid',
    sorting: '-started',
  }),
);
out.byImpUids = await call(
  Payments.getByImpUids({ imp_uid: [first.imp_uid, second.imp_uid, 'imp_000000000000'] }),
);
out.byStatus = await call(Payments.getByStatus({ status: 'paid', page: 1 }));
out.all = await call(
  Payments.getByMerchantUids({ merchant_uid: first.merchant_uid, status: 'all', page: 1 }),
);
out.balance = await call(Payments.getAmountByImpUid({ imp_uid: first.imp_uid }));
out.tokenKept = iamport.token.access_token === tokenOfFirstCall;
const another = new Iamport({ apiKey: imp_key, apiSecret: imp_secret, baseUrl: api });
await call(Payments.getByImpUid({ imp_uid: first.imp_uid }), another);
out.tokenShared = another.token.access_token === tokenOfFirstCall;

const merchant_uid = 'node_prepared_1';
out.prepare = await call(Prepare.postAmount({ merchant_uid, amount: 420000 }));
out.prepared = await call(Prepare.getAmount({ merchant_uid }));
out.preparedTwice = await call(Prepare.postAmount({ merchant_uid, amount: 1 }));

out.cancelPart = await call(
  Payments.cancel({ imp_uid: first.imp_uid, amount: 4000, reason: '부분 환불', checksum: 14000 }),
);
out.cancelStale = await call(
  Payments.cancel({ imp_uid: first.imp_uid, amount: 4000, checksum: 14000 }),
);
out.cancelRest = await call(Payments.cancel({ imp_uid: first.imp_uid, reason: '나머지' }));
out.cancelAgain = await call(Payments.cancel({ imp_uid: first.imp_uid }));
out.cancelAll = await call(Payments.cancel({ merchant_uid: second.merchant_uid }));

const customer_uid = 'node_customer';
const card = { expiry: '2031-12', birth: '900101', pwd_2digit: '00' };
const good = { ...card, card_number: '4111-1111-1111-1111' };
out.customer = await call(
  Customers.postBillingKey({ customer_uid, ...good, customer_name: '구매자' }),
);
out.badCard = await call(
  Customers.postBillingKey({ customer_uid: 'bad', ...card, card_number: '4092-0230-1234-1234' }),
);
out.customerShown = await call(Customers.getBillingKey({ customer_uid }));
const order = (merchant_uid, more) => ({ merchant_uid, amount: 3000, name: '정기결제', ...more });
out.onetime = await call(Subscribe.onetime({ ...order('node_onetime'), ...good }));
out.again = await call(Subscribe.again(order('node_again', { customer_uid })));
out.againTwice = await call(Subscribe.again(order('node_again', { customer_uid })));
const schedules = [order('node_plan_1', { schedule_at: later }), order('node_plan_2', { schedule_at: later })];
out.plan = await call(Subscribe.schedule({ customer_uid, schedules }));
out.planned = await call(Subscribe.getScheduled({ merchant_uid: 'node_plan_1' }));
out.plansOfCustomer = await call(
  Subscribe.getScheduleds({ customer_uid, page: 1, from: later - 60, to: later + 60 }),
);
out.unplanOne = await call(Subscribe.unschedule({ customer_uid, merchant_uid: 'node_plan_1' }));
out.unplan = await call(Subscribe.unschedule({ customer_uid }));
out.unplanAgain = await call(Subscribe.unschedule({ customer_uid }));
out.paymentsOfCustomer = await call(Customers.getPayments({ customer_uid, page: 1 }));
out.customerDeleted = await call(Customers.deleteBillingKey({ customer_uid }));
out.customerGone = await call(Customers.getBillingKey({ customer_uid }));

out.unknown = await call(Payments.getByImpUid({ imp_uid: 'imp_000000000000' }));
const stranger = new Iamport({ apiKey: imp_key, apiSecret: 'wrong', baseUrl: api });
out.wrongKey = await call(Payments.getByImpUid({ imp_uid: first.imp_uid }), stranger);
process.stdout.write(JSON.stringify(out));
