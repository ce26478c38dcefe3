/** `ieum demo` on free ports and in a folder of its own, and its REST API. */

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './until.js';

const E2E = fileURLToPath(new URL('..', import.meta.url));
const BINARY = process.env.IEUM_BIN || path.join(E2E, '../target/debug/ieum');

/** Where screenshots and logs go. */
export const OUT = path.join(E2E, 'out');

export class Hub {
  /** What the ready file says. */
  ready;
  /** The hub's own words, for when something fails. */
  log = '';
  #process;
  #folder;
  #token = '';

  /** @param {string[]} [options] further arguments of `ieum demo` */
  static async start(options = []) {
    const hub = new Hub();
    hub.#folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ieum-e2e-'));
    const file = path.join(hub.#folder, 'ready.json');
    const any = '127.0.0.1:0';
    const listen = ['--listen', any, '--sandbox-listen', any, '--shop-listen', any];
    const where = ['--data', path.join(hub.#folder, 'data'), '--ready-file', file];
    hub.#process = spawn(BINARY, ['demo', ...listen, ...where, ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const orphaned = () => hub.#process.kill('SIGKILL');
    process.once('exit', orphaned);
    hub.#process.once('exit', () => process.off('exit', orphaned));
    hub.#process.once('error', (error) => (hub.log += `${BINARY}: ${error.message}`));
    for (const stream of [hub.#process.stdout, hub.#process.stderr]) {
      stream.on('data', (text) => (hub.log += text));
    }
    await until('the hub is ready', () => {
      if (hub.#process.exitCode !== null || hub.#process.pid === undefined) {
        throw new Error(`the hub did not start:\n${hub.log}`);
      }
      return fs.existsSync(file);
    });
    hub.ready = JSON.parse(fs.readFileSync(file, 'utf8'));
    return hub;
  }

  /** Ends it as an operator does; a hub that fell over or hangs fails the test. */
  async stop() {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    if (this.#process.exitCode === null) {
      this.#process.kill('SIGTERM');
      await Promise.race([ended, until('the hub stops', () => this.#process.exitCode !== null)]);
    }
    fs.rmSync(this.#folder, { recursive: true, force: true });
    if (this.#process.exitCode !== 0 || /panicked/.test(this.log)) {
      throw new Error(`the hub ended with ${this.#process.exitCode}:\n${this.log}`);
    }
  }

  /**
   * One call of the REST API with this merchant's token.
   * @returns {Promise<{http: number, code: number, message: string | null, response: any}>}
   */
  async rest(method, address, body) {
    this.#token ||= await this.#getToken();
    const answer = await fetch(this.ready.api + address, {
      method,
      headers: { authorization: this.#token, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { http: answer.status, ...(await answer.json()) };
  }

  /** The same for calls that must succeed: gives `response`. */
  async ask(method, address, body) {
    const answer = await this.rest(method, address, body);
    if (answer.http !== 200 || answer.code !== 0) {
      throw new Error(`${method} ${address}: ${JSON.stringify(answer)}`);
    }
    return answer.response;
  }

  async #getToken() {
    const { api, imp_key, imp_secret } = this.ready;
    const answer = await fetch(`${api}/users/getToken`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ imp_key, imp_secret }),
    });
    return (await answer.json()).response.access_token;
  }

  /** The payment of an order, however it ended. */
  async payment(merchant_uid) {
    return this.ask('GET', `/payments/find/${merchant_uid}`);
  }

  /** What the PG itself has written down for one payment, oldest first. */
  async trades(pg, imp_uid) {
    const books = await this.ask('GET', `/sandbox/books?pg=${pg}`);
    return books.trades.filter((trade) => trade.order_no === imp_uid);
  }
}
