/**
 * Merchants' servers that pay, cancel and announce amounts at both hubs, and remember every answer.
 *
 * What an answer means: HTTP 200 with code 0 is acknowledged and must hold for ever; HTTP 503 and a
 * connection that was refused say that nothing was done, and nothing may have been; any other refusal
 * is final too; a server error, a broken connection or silence says nothing, so either may be true.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { below, pick, random } from './random.js';

const CARD = { card_number: '4111-1111-1111-1111', expiry: '2030-12', birth: '900101', pwd_2digit: '00' };

/** How long a client waits for an answer, milliseconds. */
const PATIENCE = 60_000;

export const DONE = 'done';
export const NOT_DONE = 'not done';
export const REFUSED = 'refused';
export const NOBODY_KNOWS = 'nobody knows';

export class Load {
  /** Payments by order: `{order, amount, end, imp_uid, cancels: [{amount, end}]}`. */
  payments = [];
  /** Announced amounts: `{order, amount, end}`. */
  prepared = [];
  /** When each hub last acknowledged a write, and all such moments since `mark`. */
  acknowledged = [];
  /** Reads that did not show what had been acknowledged. */
  stale = [];
  /** Answers by status, for the report. */
  answers = new Map();
  #stopping = false;
  #running = [];

  constructor(replicas, merchant, seed) {
    Object.assign(this, { replicas, merchant, seed });
  }

  start(clients) {
    for (let number = 0; number < clients; number += 1) {
      this.#running.push(this.#client(number));
    }
  }

  async stop() {
    this.#stopping = true;
    await Promise.all(this.#running);
  }

  /** Acknowledged writes in all. */
  count() {
    return this.acknowledged.length;
  }

  async #client(number) {
    const draw = random(this.seed * 1000 + number);
    const mine = [];
    for (let turn = 0; !this.#stopping; turn += 1) {
      const order = `ha-${this.seed}-${number}-${turn}`;
      const dice = draw();
      const open = mine.filter((payment) => payment.end === DONE && !given(payment));
      const paid = mine.filter((payment) => payment.end === DONE);
      if (dice < 0.5 || open.length === 0) mine.push(await this.#pay(draw, order));
      else if (dice < 0.7) await this.#cancel(draw, pick(draw, open));
      else if (dice < 0.8) await this.#prepare(draw, order);
      else await this.#look(draw, pick(draw, paid));
      await pause(80 + below(draw, 120));
    }
  }

  async #pay(draw, order) {
    const payment = { order, amount: 1000 + below(draw, 50_000), cancels: [] };
    this.payments.push(payment);
    const body = { pg: 'nice', merchant_uid: order, amount: payment.amount, ...CARD };
    const said = await this.#write(draw, '/subscribe/payments/onetime', body);
    payment.imp_uid = said.response?.imp_uid;
    payment.end = said.end;
    // Approved, and voided by the job while the answer could not be written down: final, not paid.
    if (said.end === DONE && said.response.status === 'failed') payment.end = REFUSED;
    return payment;
  }

  /**
   * In full: how a part's cancel without an answer ended, this PG can be asked by a person only. One
   * that nobody knows the end of is asked for again.
   */
  async #cancel(draw, payment) {
    const cancel = { amount: payment.amount };
    payment.cancels.push(cancel);
    const said = await this.#write(draw, '/payments/cancel', { imp_uid: payment.imp_uid });
    cancel.end = said.end;
  }

  async #prepare(draw, order) {
    const prepared = { order, amount: 1000 + below(draw, 50_000) };
    this.prepared.push(prepared);
    const body = { merchant_uid: order, amount: prepared.amount };
    prepared.end = (await this.#write(draw, '/payments/prepare', body)).end;
  }

  /** Reads what was acknowledged before, at either hub: it must be there at once. */
  async #look(draw, payment) {
    const least = given(payment) ? payment.amount : 0;
    const replica = pick(draw, this.replicas);
    const said = await this.#ask(replica, 'GET', `/payments/${payment.imp_uid}`);
    const there = said.end !== REFUSED && (said.end !== DONE || holds(said.response, payment, least));
    if (!there) this.stale.push({ order: payment.order, least, said });
  }

  async #write(draw, address, body) {
    const replica = pick(draw, this.replicas);
    const said = await this.#ask(replica, 'POST', address, body);
    if (said.end === DONE) this.acknowledged.push({ at: performance.now(), replica, sent: said.sent });
    return said;
  }

  /** One call with a token of this hub's. */
  async #ask(replica, method, address, body) {
    if (!replica.token) {
      const { imp_key, imp_secret } = this.merchant;
      const got = await this.#call(replica, 'POST', '/users/getToken', { imp_key, imp_secret });
      if (got.end !== DONE) return { ...got, end: NOT_DONE };
      replica.token = got.response.access_token;
    }
    const said = await this.#call(replica, method, address, body);
    if (said.http === 401) {
      replica.token = undefined;
      return { ...said, end: NOT_DONE };
    }
    return said;
  }

  async #call(replica, method, address, body) {
    const sent = performance.now();
    const headers = { authorization: replica.token ?? '', 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(PATIENCE);
    const options = { method, headers, signal, body: body && JSON.stringify(body) };
    let said;
    try {
      const answer = await fetch(replica.api + address, options);
      said = { http: answer.status, retry: answer.headers.get('retry-after'), ...(await answer.json()) };
      said.end = end(said);
      this.#tally(`HTTP ${said.http}${said.http === 200 ? ` code ${said.code}` : ''}`);
    } catch (error) {
      const refused = error.cause?.code === 'ECONNREFUSED';
      said = { end: refused ? NOT_DONE : NOBODY_KNOWS };
      this.#tally(error.cause?.code ?? error.name);
    }
    if (said.http === 503 && said.retry === null) throw new Error('503 without Retry-After');
    return { ...said, sent };
  }

  #tally(word) {
    this.answers.set(word, (this.answers.get(word) ?? 0) + 1);
  }
}

/** Whether its cancel was acknowledged. */
const given = (payment) => payment.cancels.some((cancel) => cancel.end === DONE);

/** Whether a payment is shown as paid, or as given back; the latter if `least` is all of it. */
export function holds(shown, payment, least) {
  const status = shown.cancel_amount === payment.amount ? 'cancelled' : 'paid';
  const whole = shown.cancel_amount === 0 || shown.cancel_amount === payment.amount;
  const same = shown.status === status && shown.amount === payment.amount;
  return same && whole && shown.cancel_amount >= least;
}

function end(said) {
  if (said.http === 200 && said.code === 0) return DONE;
  if (said.http === 503) return NOT_DONE;
  // "We are asking the PG how it ended": acknowledged as open, not as an end.
  const asking = said.http === 200 && /확인하고 있습니다/.test(said.message ?? '');
  return said.http >= 500 || asking ? NOBODY_KNOWS : REFUSED;
}
