/** The end of the story: what the hubs say, what the PG holds, and what was acknowledged. */

import { setTimeout as pause } from 'node:timers/promises';
import { DONE, NOBODY_KNOWS, holds } from './load.js';

/** What is not settled: intents without an end, cancels under way, jobs that would settle them. */
const OPEN = `select (select count(*) from payments where state in ('approving', 'unknown')
    or pending_cancel <> 0)
  + (select count(*) from cancels where state = 'asked')
  + (select count(*) from jobs where kind like 'settle%')`;

/** Waits for the settling to end. Gives how much did not. */
export async function settled(cluster, seconds) {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const open = Number(cluster.sql(OPEN, 'ieum'));
    if (open === 0 || performance.now() > deadline) return open;
    await pause(500);
  }
}

async function token(api, { imp_key, imp_secret }) {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ imp_key, imp_secret });
  const answer = await fetch(`${api}/users/getToken`, { method: 'POST', headers, body });
  return (await answer.json()).response.access_token;
}

/** Compares everything. Gives lists of what is wrong, and the sums. */
export async function compare(hubs, cluster, load) {
  const authorization = await token(hubs.books.api, hubs.books);
  const asked = await fetch(`${hubs.books.api}/sandbox/books?pg=nice`, { headers: { authorization } });
  const books = (await asked.json()).response;
  const rows = cluster
    .sql('select imp_uid, merchant_uid, state, amount, cancelled from payments', 'ieum')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('|'));
  const found = { lost: [], doubled: [], wrong: [], sums: {} };
  found.sums.hub = held(rows, books, found);
  found.sums.pg = books.held.KRW;
  if (found.sums.hub !== found.sums.pg) found.wrong.push(`sums ${JSON.stringify(found.sums)}`);
  const api = hubs.replicas[0].api;
  const mine = await token(api, hubs.merchant);
  const ask = async (address) => {
    const answer = await fetch(api + address, { headers: { authorization: mine } });
    return { http: answer.status, ...(await answer.json()) };
  };
  const paid = new Map();
  for (const [imp_uid, order, state] of rows) {
    if (['paid', 'part_cancelled', 'cancelled'].includes(state)) {
      paid.set(order, [...(paid.get(order) ?? []), imp_uid]);
    }
  }
  for (const payment of load.payments) {
    await checkPayment(payment, paid.get(payment.order) ?? [], ask, found);
  }
  for (const { order, amount, end } of load.prepared) {
    const said = await ask(`/payments/prepare/${order}`);
    const there = said.code === 0 && said.response?.amount === amount;
    if (end === DONE && !there) found.lost.push(`prepare ${order}`);
    if (end !== DONE && end !== NOBODY_KNOWS && there) found.wrong.push(`prepare ${order}: ${end}`);
  }
  return found;
}

/** The hub's sum; every payment against its trade, and every trade against its payment. */
function held(rows, books, found) {
  const trades = new Map();
  const given = new Map();
  for (const { tid, kind } of books.movements.filter((one) => one.kind === 'cancel')) {
    given.set(tid, (given.get(tid) ?? 0) + 1);
    if (given.get(tid) > 1) found.doubled.push(`${kind} of ${tid} at the PG`);
  }
  for (const trade of books.trades) {
    trades.set(trade.order_no, (trades.get(trade.order_no) ?? 0) + trade.held);
  }
  let sum = 0;
  for (const [imp_uid, order, state, amount, cancelled] of rows) {
    const ours = ['paid', 'part_cancelled'].includes(state) ? amount - cancelled : 0;
    const theirs = trades.get(imp_uid) ?? 0;
    trades.delete(imp_uid);
    sum += ours;
    if (ours !== theirs) found.wrong.push(`${imp_uid} (${order}, ${state}): ${ours} here, ${theirs} at the PG`);
  }
  for (const [order, amount] of trades) {
    if (amount !== 0) found.wrong.push(`${order}: ${amount} at the PG, unknown here`);
  }
  return sum;
}

async function checkPayment(payment, paid, ask, found) {
  const { order, end } = payment;
  if (paid.length > 1) found.doubled.push(`${order} is paid ${paid.length} times`);
  if (end !== DONE) {
    if (end !== NOBODY_KNOWS && paid.length > 0) found.wrong.push(`${order} is paid and was "${end}"`);
    return;
  }
  const said = await ask(`/payments/${payment.imp_uid}`);
  if (said.code !== 0 || !holds(said.response, payment, 0) || !paid.includes(payment.imp_uid)) {
    found.lost.push(`${order}: ${said.response?.status ?? said.message}`);
    return;
  }
  const ends = payment.cancels.map((cancel) => cancel.end);
  const times = said.response.cancel_history.length;
  if (times > 1) found.doubled.push(`cancel of ${order}`);
  if (ends.includes(DONE) && times === 0) found.lost.push(`cancel of ${order}`);
  if (!ends.includes(DONE) && !ends.includes(NOBODY_KNOWS) && times > 0) {
    found.wrong.push(`${order} is cancelled after ${ends.join(', ') || 'nobody asked'}`);
  }
}
