/**
 * A merchant as the guides imagine one: pages with the guides' own snippets, and a server that asks
 * the hub before it believes a browser. Its origin is its own.
 */

import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';

const JQUERY = createRequire(import.meta.url).resolve('jquery');

/** The hosts the guides' return addresses name; the browser never reaches them. */
export const RETURN_HOSTS = ['www.my-service.com', 'shop.yourservice.com'];

/** A guide's code block, byte for byte. */
export function snippet(name) {
  return fs.readFileSync(new URL(`../snippets/${name}.js`, import.meta.url), 'utf8');
}

/** What the guides leave to the merchant: two values, and keys they say may be left out. */
const CHANGES = {
  without: (code, key) => code.replace(new RegExp(`^ +${key} : .*\\n`, 'm'), ''),
  pay_method: (code, value) => replaceOnce(code, "pay_method : 'card'", `pay_method : '${value}'`),
  pg: (code, value) => code.replace(/pg : '\w+'/, `pg : '${value}'`),
};

function replaceOnce(code, from, to) {
  if (code.split(from).length !== 2) throw new Error(`the snippet has no single ${from}`);
  return code.replace(from, to);
}

export class Merchant {
  /** What an order costs, by the currency it is sold in. */
  prices = { KRW: 14000, USD: 1.2 };
  /** Every answer this server gave to a page or to a returning browser. */
  verdicts = [];
  #hub;
  #server;

  static async start(hub) {
    const merchant = new Merchant();
    merchant.#hub = hub;
    merchant.#server = http.createServer((request, response) => {
      merchant.#serve(request, response).catch((error) => {
        response.writeHead(500).end(String(error.stack));
      });
    });
    await new Promise((resolve) => merchant.#server.listen(0, '127.0.0.1', resolve));
    merchant.origin = `http://127.0.0.1:${merchant.#server.address().port}`;
    return merchant;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request, response) {
    const url = new URL(request.url, this.origin);
    const send = (type, body) => {
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
    };
    if (url.pathname.startsWith('/page/')) {
      send('text/html', this.#page(url.pathname.slice('/page/'.length), url.searchParams));
    } else if (url.pathname === '/jquery.js') {
      send('text/javascript', fs.readFileSync(JQUERY));
    } else if (url.pathname === '/payments/complete' && request.method === 'POST') {
      const form = new URLSearchParams(await read(request));
      send('application/json', JSON.stringify(await this.verify(form.get('imp_uid'))));
    } else {
      response.writeHead(url.pathname === '/favicon.ico' ? 204 : 404).end();
    }
  }

  /** The page with one snippet behind a button. */
  #page(name, query) {
    let code = snippet(name);
    for (const [key, change] of Object.entries(CHANGES)) {
      if (query.has(key)) code = change(code, query.get(key));
    }
    const { api, imp_code } = this.#hub.ready;
    return `<!doctype html><html lang="ko"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>상점</title>
<button id="pay">결제하기</button>
<script src="/jquery.js"></script>
<script src="${api}/v1/iamport.js"></script>
<script>
// The guide's variable: set from what this merchant's server answered.
var everythings_fine;
jQuery.ajaxSetup({ dataFilter: function (text) {
  everythings_fine = JSON.parse(text).everythings_fine;
  return text;
} });
IMP.init('${imp_code}');
document.getElementById('pay').onclick = function () {
${code}
};
</script></html>`;
  }

  /** The guides' server part: ask the hub, compare the amount, tell the three cases apart. */
  async verify(imp_uid) {
    const payment = await this.#hub.ask('GET', `/payments/${imp_uid}`);
    const amount = this.prices[payment.currency];
    let outcome = 'failed';
    if (payment.status === 'paid' && payment.amount === amount) outcome = 'paid';
    else if (payment.status === 'ready' && payment.pay_method === 'vbank') outcome = 'vbank';
    const verdict = { everythings_fine: outcome === 'paid', outcome, imp_uid };
    this.verdicts.push(verdict);
    return verdict;
  }

  /** The page a browser that came back sees, for an address of the guides. */
  async returned(url) {
    const { outcome } = await this.verify(new URL(url).searchParams.get('imp_uid'));
    return `<!doctype html><meta charset="utf-8"><title>상점</title><h1>${outcome}</h1>`;
  }
}

async function read(request) {
  let body = '';
  for await (const part of request) body += part;
  return body;
}
