/**
 * iamport.js: the browser SDK of the hub, served as is at /v1/iamport.js and at every legacy name.
 *
 * It defines `window.IMP` with the i'mport (V1) surface, needs no jQuery and no build step, and may
 * be loaded in <head> and more than once (the first copy stays, with what `init` told it). The
 * hub's origin is the origin of this script's own URL.
 *
 * In this order: words, small helpers, the hub (origin, wire), the overlay, one payment from start
 * to finish, loadUI, `window.IMP`. Every answer reaches the page through `finish`, exactly once.
 */
(function () {
  'use strict';

  /** @typedef {Record<string, unknown>} Dict what came from outside: nothing is known of it */
  /** @typedef {(rsp: Dict) => void} Callback */
  /** @typedef {'overlay' | 'redirect'} FlowType */
  /** @typedef {{session: string, flow: FlowType, url: string, origin: string}} Answer */

  if (Object(window.IMP).__ieum) return;

  const SPINNER_AFTER_MS = 300;
  const REQUEST_TIMEOUT_MS = 30000;
  /** A full-page redirect that has not left the page by then was stopped by the buyer. */
  const REDIRECT_GRACE_MS = 10000;

  // ---------------------------------------------------------------- words

  /** Texts of `rsp.error_msg`: Korean whatever the window's language, as the hub's own are. */
  const ERRORS = {
    noMerchant: '판매자 정보를 찾을 수 없습니다.',
    network: '결제 서버에 연결하지 못했습니다. 인터넷 연결을 확인한 뒤 다시 시도해 주세요.',
    failed: '결제에 실패하였습니다.',
  };

  /** @param {string} noun @param {string} object the noun with its particle */
  const korean = (noun, object) => ({
    noun,
    close: `${noun}창 닫기`,
    ask: `${object} 취소하시겠습니까?`,
    keep: `계속 ${noun}하기`,
    quit: `${noun} 취소`,
    loading: `${noun}창을 여는 중입니다…`,
    quitting: `${object} 취소하는 중입니다…`,
    quitFailed: '취소 요청을 보내지 못했습니다. 인터넷 연결을 확인한 뒤 다시 눌러 주세요.',
    busy: `${object} 처리하는 중이라 지금은 닫을 수 없습니다. 잠시만 기다려 주세요.`,
  });
  /** @param {string} title @param {string} noun */
  const english = (title, noun) => ({
    noun: title,
    close: `Close the ${noun} window`,
    ask: `Cancel this ${noun}?`,
    keep: `Continue ${noun}`,
    quit: `Cancel ${noun}`,
    loading: `Opening the ${noun} window…`,
    quitting: `Cancelling the ${noun}…`,
    quitFailed: 'The cancellation could not be sent. Check your connection and press again.',
    busy: `Your ${noun} is being processed and cannot be closed now. Please wait.`,
  });
  /** @typedef {ReturnType<typeof korean>} Words */

  /** What differs between the two things a page can start. */
  const PAYMENT = {
    path: '/sdk/payments',
    flag: 'imp_success', // what the return query calls success
    ko: korean('결제', '결제를'),
    en: english('Payment', 'payment'),
  };
  /** @typedef {typeof PAYMENT} Kind */
  /** @type {Kind} */
  const CERTIFICATION = {
    path: '/sdk/certifications',
    flag: 'success',
    ko: korean('본인인증', '본인인증을'),
    en: english('Identity verification', 'verification'),
  };

  // ---------------------------------------------------------------- small helpers

  /** @param {unknown} value @returns {value is Dict} */
  function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  }

  /** @param {unknown} value @returns {string} the text, or '' for anything else */
  function text(value) {
    return typeof value === 'string' ? value.trim() : '';
  }

  /** @param {unknown} language the merchant's `language`, which goes before the browser's */
  function isKorean(language) {
    if (language === 'ko' || language === 'en') return language === 'ko';
    return /^ko\b/i.test(navigator.language || '');
  }

  /** @param {string} url @returns {URL | null} */
  function parseUrl(url) {
    try {
      return new URL(url, location.href);
    } catch {
      return null;
    }
  }

  /** @param {string} url @returns {string | null} its origin when it is a web address */
  function webOrigin(url) {
    const parsed = parseUrl(url);
    return parsed && /^https?:$/.test(parsed.protocol) ? parsed.origin : null;
  }

  /**
   * Leaves the page. App schemes are fine, script URLs are not: pages build `m_redirect_url` from
   * their own query string.
   * @param {string} url @returns {boolean} whether it went
   */
  function go(url) {
    const parsed = parseUrl(url);
    if (!parsed || /^(javascript|data|vbscript|blob):$/.test(parsed.protocol)) return false;
    location.href = url;
    return true;
  }

  /**
   * The return address of a failure that never reached the hub: query and fragment are kept.
   * @param {string} url @param {Dict} rsp @param {string} flag
   */
  function failureUrl(url, rsp, flag) {
    const hash = url.indexOf('#');
    const base = hash < 0 ? url : url.slice(0, hash);
    const query = new URLSearchParams([
      ['merchant_uid', String(rsp.merchant_uid)],
      [flag, 'false'],
      ['error_code', String(rsp.error_code)],
      ['error_msg', String(rsp.error_msg)],
    ]);
    const joint = !base.includes('?') ? '?' : /[?&]$/.test(base) ? '' : '&';
    // A form-encoded space would reach servers that only percent-decode as '+'.
    const added = query.toString().replace(/\+/g, '%20');
    return base + joint + added + (hash < 0 ? '' : url.slice(hash));
  }

  /**
   * The JSON part of the merchant's object. A key that JSON cannot carry (a cycle, a throwing
   * getter) is left out and said so, since a payment need not fail for it.
   * @param {unknown} source @param {Kind} kind @returns {Dict}
   */
  function wireParam(source, kind) {
    /** @type {Dict} */
    const param = kind === PAYMENT ? { amount: null } : {};
    const given = isObject(source) ? source : {};
    for (const key of Object.keys(given)) {
      try {
        const json = JSON.stringify(given[key], (_, v) => (typeof v === 'bigint' ? `${v}` : v));
        if (json !== undefined) param[key] = JSON.parse(json);
      } catch (error) {
        console.warn(`[IMP] "${key}" cannot be sent and was left out.`, error);
      }
    }
    if (param.merchant_uid == null || param.merchant_uid === '') {
      param.merchant_uid = `nobody_${Date.now()}`;
    }
    return param;
  }

  // ---------------------------------------------------------------- the hub

  /** Every name the hub serves this file under; the query string is no part of a path. */
  const ALIAS = /\/(v1\/iamport|js\/iamport\.payment(-\d+(\.\d+)*)?)\.js$/;

  /**
   * The origin this file came from: its own tag, else (loaded in a way that has no current script)
   * the last tag with a name of ours.
   * @returns {string | null}
   */
  function findService() {
    const own = document.currentScript;
    const ownSrc = own && 'src' in own && typeof own.src === 'string' ? own.src : '';
    const tags = Array.from(document.getElementsByTagName('script'), (tag) => tag.src).reverse();
    const named = [ownSrc, ...tags].find((src) => {
      const url = src ? parseUrl(src) : null;
      return url !== null && ALIAS.test(url.pathname) && webOrigin(src) !== null;
    });
    return webOrigin(named || ownSrc || 'about:blank');
  }

  const service = findService();

  /** @param {string} path @param {Dict} body @returns {Promise<unknown>} rejects unless 2xx JSON */
  async function post(path, body) {
    if (!service) throw new Error('[IMP] the address of this script is unknown: use <script src>');
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), REQUEST_TIMEOUT_MS);
    try {
      const response = await fetch(service + path, {
        method: 'POST',
        mode: 'cors',
        credentials: 'omit',
        cache: 'no-store',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
        signal: abort.signal,
      });
      if (!response.ok) throw new Error(`[IMP] the hub answered HTTP ${response.status}`);
      return await response.json();
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {Dict} answer @returns {Answer | null} null when it is not an acceptance we can use */
  function readAnswer({ session, checkout_url: url, flow }) {
    const origin = typeof url === 'string' ? webOrigin(url) : null;
    if (!text(session) || !origin || (flow !== 'overlay' && flow !== 'redirect')) return null;
    return { session: String(session), flow, url: String(url), origin };
  }

  // ---------------------------------------------------------------- the overlay

  const CSS = `
    *{box-sizing:border-box;margin:0} [hidden]{display:none!important}
    dialog{--ink:#191f28;--soft:#4e5968;--paper:#fff;--line:#e5e8eb;--accent:#1b64da;--on:#fff;
      --bad:#c92a2a;position:fixed;top:0;left:0;width:100%;height:100%;max-width:none;
      max-height:none;border:0;padding:0;display:flex;align-items:center;justify-content:center;
      background:rgba(12,16,22,.56);color:var(--ink);
      overscroll-behavior:contain;word-break:keep-all;
      font:16px/1.5 Pretendard,"Noto Sans KR",system-ui,sans-serif}
    dialog::backdrop{background:transparent}
    .panel{position:relative;display:flex;flex-direction:column;overflow:hidden;outline:0;
      width:min(820px,100% - 32px);height:min(732px,100% - 32px);background:var(--paper);
      border-radius:12px;box-shadow:0 12px 40px rgba(0,0,0,.28)}
    .bar{display:flex;align-items:center;flex:none;border-bottom:1px solid var(--line)}
    h2{flex:1;min-width:0;padding:0 0 0 16px;font-size:16px;font-weight:600;overflow:hidden;
      white-space:nowrap;text-overflow:ellipsis}
    button{font:inherit;color:inherit;background:none;border:0;min-width:44px;min-height:44px;
      cursor:pointer;border-radius:8px}
    button:focus-visible{outline:3px solid var(--accent);outline-offset:-3px}
    .close{width:52px;height:52px;font-size:18px}
    [aria-disabled=true],button:disabled{opacity:.5;cursor:default}
    .notice{flex:none;padding:8px 16px;font-size:14px;border-bottom:1px solid var(--line)}
    .body{position:relative;flex:1;min-height:0} .stage{height:100%}
    iframe{display:block;position:relative;z-index:1;width:100%;height:100%;border:0}
    iframe.ready{background:#fff}
    .wait,.confirm{position:absolute;top:0;left:0;width:100%;height:100%;display:flex;
      flex-direction:column;align-items:center;justify-content:center;gap:16px;padding:24px;
      text-align:center} .trouble:empty{display:none}
    .wait{color:var(--soft)}
    .spin{width:32px;height:32px;border:3px solid var(--line);border-top-color:var(--accent);
      border-radius:50%;animation:spin 1s linear infinite}
    @keyframes spin{to{transform:rotate(1turn)}}
    .confirm{z-index:2;background:rgba(12,16,22,.56);outline:0}
    .card{display:flex;flex-direction:column;gap:8px;width:100%;max-width:360px;padding:24px;
      border:1px solid var(--line);border-radius:12px;background:var(--paper)}
    .ask{font-size:18px;font-weight:600;margin-bottom:8px} .trouble{color:var(--bad);font-size:14px}
    .card button{padding:8px 16px;border:1px solid var(--line);font-weight:600}
    .card .keep{background:var(--accent);border-color:var(--accent);color:var(--on)}
    .card button:focus-visible{outline-offset:2px}
    @media (max-width:760px){.panel{width:100%;height:100%;border-radius:0}}
    @media (max-height:764px){.panel{height:100%;border-radius:0}}
    @media (prefers-color-scheme:dark){dialog{--ink:#f2f4f6;--soft:#b0b8c1;--paper:#17181c;
      --line:#3a3d44;--accent:#6ea8ff;--on:#0b1220;--bad:#ff8787}}
    @media (prefers-reduced-motion:reduce){.spin{animation:none}}`;

  /**
   * Styles the overlay without a <style> element where the browser can: a page's content security
   * policy may refuse those, and the window must be usable there too.
   * @param {ShadowRoot} shadow
   */
  function applyStyles(shadow) {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(CSS);
      shadow.adoptedStyleSheets = [sheet];
    } catch {
      shadow.appendChild(document.createElement('style')).textContent = CSS;
    }
  }

  /**
   * @template {keyof HTMLElementTagNameMap} T
   * @param {T} tag @param {Record<string, string>} attributes @param {(Node | string)[]} children
   * @returns {HTMLElementTagNameMap[T]}
   */
  function element(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const name of Object.keys(attributes)) node.setAttribute(name, attributes[name]);
    node.append(...children);
    return node;
  }

  /** Stops the page behind from scrolling. @returns {() => void} puts back what was there */
  function lockScroll() {
    const undo = [document.documentElement, document.body].filter(Boolean).map(({ style }) => {
      const [value, priority] = [style.overflow, style.getPropertyPriority('overflow')];
      style.setProperty('overflow', 'hidden', 'important');
      return () => style.setProperty('overflow', value, priority);
    });
    return () => undo.forEach((restore) => restore());
  }

  /**
   * The window over the page. It lives in a shadow root, so the page's CSS does not reach it, and
   * in a modal <dialog> where there is one, so it lies above the page's own modal windows.
   */
  class Overlay {
    /**
     * @param {Words} words @param {string} heading
     * @param {() => void} quit the buyer confirmed @param {() => void} keep the buyer stays
     */
    constructor(words, heading, quit, keep) {
      this.words = words;
      this.onKeep = keep;
      this.closeable = true;
      this.shown = false;
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      this.waitTimer = undefined;
      this.restore = () => {};

      this.closeButton = element('button', { type: 'button', class: 'close' }, '✕');
      this.closeButton.addEventListener('click', () => this.ask());
      const title = element('h2', { id: 'title' }, heading);
      const bar = element('div', { class: 'bar' }, title, this.closeButton);
      this.notice = element('p', { class: 'notice', role: 'status', hidden: '' });
      const spinner = element('div', { class: 'spin', 'aria-hidden': 'true' });
      this.wait = element('div', { class: 'wait', role: 'status', hidden: '' }, spinner);
      this.wait.append(words.loading);
      this.keepButton = element('button', { type: 'button', class: 'keep' }, words.keep);
      this.keepButton.addEventListener('click', () => this.resume());
      this.quitButton = element('button', { type: 'button', class: 'quit' }, words.quit);
      this.quitButton.addEventListener('click', quit);
      this.question = element('p', { class: 'ask', id: 'question' });
      this.trouble = element('p', { class: 'trouble', role: 'alert' });
      const asks = { class: 'card', role: 'alertdialog', 'aria-labelledby': 'question' };
      const card = element('div', asks, this.question, this.trouble);
      card.append(this.keepButton, this.quitButton);
      this.confirm = element('div', { class: 'confirm', hidden: '' }, card);
      this.stage = element('div', { class: 'stage' }, this.wait);
      const body = element('div', { class: 'body' }, this.stage, this.confirm);
      const panel = { class: 'panel', tabindex: '-1' };
      this.panel = element('div', panel, bar, this.notice, body);
      const modal = { role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': 'title' };
      this.dialog = element('dialog', modal, this.panel);
      this.host = element('div', { 'data-ieum-overlay': '' });
      this.host.style.cssText = 'all:initial!important;position:fixed!important;top:0!important;' +
        'left:0!important;width:0!important;height:0!important;z-index:2147483647!important';
      const shadow = this.host.attachShadow({ mode: 'open' });
      applyStyles(shadow);
      shadow.append(this.dialog);
      this.setCloseable(true);
    }

    /** Puts the window on the page and the focus into it; nothing happens when it is there. */
    show() {
      if (this.shown) return;
      this.shown = true;
      const before = document.activeElement;
      const unlock = lockScroll();
      (document.body || document.documentElement).append(this.host);
      const unlisten = typeof this.dialog.showModal === 'function' ? this.native() : this.plain();
      const backdrop = (/** @type {Event} */ event) => event.target === this.dialog && this.ask();
      this.dialog.addEventListener('click', backdrop);
      this.panel.focus();
      this.restore = () => {
        unlisten();
        this.host.remove();
        unlock();
        if (before instanceof HTMLElement && before.isConnected) before.focus();
      };
    }

    /** @returns {() => void} Esc (and Android's back) come from the browser; the page is inert */
    native() {
      this.dialog.showModal();
      const cancel = (/** @type {Event} */ event) => {
        event.preventDefault();
        if (event.cancelable) this.escape();
      };
      // A browser closes a dialog that refused to be cancelled once before: not this one.
      const forced = () => {
        if (!this.shown) return;
        this.dialog.showModal();
        this.escape();
      };
      this.dialog.addEventListener('cancel', cancel);
      this.dialog.addEventListener('close', forced);
      return () => {};
    }

    /** @returns {() => void} the same by hand, for web views without modal dialogs */
    plain() {
      this.dialog.setAttribute('open', '');
      const key = (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        this.escape();
      };
      // The guard is for pages that fetch the focus back into a modal of their own: no ping-pong.
      let fetching = false;
      const focus = (/** @type {FocusEvent} */ event) => {
        if (fetching || event.composedPath().includes(this.host)) return;
        fetching = true;
        this.panel.focus();
        fetching = false;
      };
      window.addEventListener('keydown', key, true);
      document.addEventListener('focusin', focus);
      return () => {
        window.removeEventListener('keydown', key, true);
        document.removeEventListener('focusin', focus);
      };
    }

    close() {
      clearTimeout(this.waitTimer);
      this.shown = false;
      this.restore();
      this.restore = () => {};
    }

    /** Says that something is under way, but only once it takes long enough to be noticed. */
    startWaiting() {
      clearTimeout(this.waitTimer);
      this.waitTimer = setTimeout(() => {
        this.wait.hidden = false;
        this.show();
      }, SPINNER_AFTER_MS);
    }

    stopWaiting() {
      clearTimeout(this.waitTimer);
      this.wait.hidden = true;
    }

    /** @param {string} url @returns {HTMLIFrameElement} */
    load(url) {
      const frame = element('iframe', { src: url, allow: 'payment', title: this.words.noun });
      frame.addEventListener('load', () => {
        this.stopWaiting();
        frame.classList.add('ready');
      });
      this.startWaiting();
      this.stage.prepend(frame);
      this.show();
      return frame;
    }

    /** @param {boolean} closeable false while an approval is under way */
    setCloseable(closeable) {
      this.closeable = closeable;
      const label = closeable ? this.words.close : this.words.busy;
      this.closeButton.setAttribute('aria-label', label);
      this.closeButton.title = label;
      this.closeButton.setAttribute('aria-disabled', String(!closeable));
      this.say('');
      if (!closeable && !this.confirm.hidden && !this.quitButton.disabled) this.resume();
    }

    /** @param {string} sentence shown under the bar; '' takes it away */
    say(sentence) {
      this.notice.textContent = sentence;
      this.notice.hidden = sentence === '';
    }

    escape() {
      if (this.confirm.hidden) this.ask();
      else if (!this.quitButton.disabled) this.resume();
    }

    /** @param {string} [trouble] why an earlier try did not work */
    ask(trouble) {
      if (!this.closeable) {
        this.refuse();
      } else if (trouble || this.confirm.hidden) {
        this.showConfirm(this.words.ask, trouble || '', false);
        this.keepButton.focus();
      }
    }

    /** Says that it cannot be closed now, and goes on. */
    refuse() {
      if (!this.confirm.hidden) this.resume();
      this.say(this.words.busy);
    }

    quitting() {
      this.showConfirm(this.words.quitting, '', true);
    }

    /** @param {string} question @param {string} trouble @param {boolean} busy */
    showConfirm(question, trouble, busy) {
      this.question.textContent = question;
      this.trouble.textContent = trouble;
      this.confirm.hidden = false;
      this.stage.inert = true;
      if (busy) this.panel.focus();
      this.keepButton.disabled = this.quitButton.disabled = busy;
    }

    resume() {
      this.confirm.hidden = true;
      this.stage.inert = false;
      this.panel.focus();
      this.onKeep();
    }
  }

  // ---------------------------------------------------------------- one payment

  /**
   * What is open. There is one at a time: a second click on the shop's button must not be a second
   * payment.
   * @typedef {object} Flow
   * @property {Kind} kind
   * @property {Dict} param as sent to the hub
   * @property {Callback | null} callback
   * @property {Overlay} overlay
   * @property {Answer | null} answer null until the hub accepted
   * @property {HTMLIFrameElement | null} frame
   * @property {boolean} started the window was opened, or the page told to leave
   * @property {boolean} quit a close was confirmed and not taken back
   * @property {boolean} closing the hub is being asked to close
   */

  /** @type {Flow | null} */
  let current = null;
  let userCode = '';
  /** @type {string | null} */
  let tierCode = null;

  /** @param {Kind} kind @param {unknown} source @param {unknown} callback */
  function start(kind, source, callback) {
    if (current) {
      console.warn('[IMP] a payment window is already open: this call is ignored.');
      return;
    }
    const param = wireParam(source, kind);
    const words = isKorean(param.language) ? kind.ko : kind.en;
    const names = [text(param.company), kind === PAYMENT ? text(param.name) : ''].filter(Boolean);
    const heading = names.join(' · ') || words.noun;
    /** @type {Flow} */
    const flow = {
      kind,
      param,
      callback: typeof callback === 'function' ? /** @type {Callback} */ (callback) : null,
      overlay: new Overlay(words, heading, () => quit(flow), () => keep(flow)),
      answer: null,
      frame: null,
      started: false,
      quit: false,
      closing: false,
    };
    current = flow;
    open(flow).catch((error) => {
      console.error(error);
      fail(flow, 'F500', ERRORS.network);
    });
  }

  /** @param {Flow} flow rejects when the hub cannot be reached or understood */
  async function open(flow) {
    if (!userCode) {
      await null; // the callback never runs inside the call, whatever the reason
      return fail(flow, 'F400', ERRORS.noMerchant);
    }
    flow.overlay.startWaiting();
    const answer = await post(flow.kind.path, {
      user_code: userCode,
      tier_code: tierCode,
      param: flow.param,
      device: /Android|iPhone|iPad|iPod|Mobile/i.test(navigator.userAgent) ? 'mobile' : 'pc',
      page_url: location.href,
      has_callback: flow.callback !== null,
    });
    if (!isObject(answer)) throw new Error('[IMP] the hub did not answer with an object');
    if (answer.ok === false && isObject(answer.rsp)) {
      return finish(flow, answer.rsp, answer.m_redirect);
    }
    flow.answer = answer.ok === true ? readAnswer(answer) : null;
    if (!flow.answer) throw new Error('[IMP] the hub answered neither with a window nor a refusal');
    if (flow.quit) sendClose(flow);
    else proceed(flow, flow.answer);
  }

  /** @param {Flow} flow @param {Answer} answer */
  function proceed(flow, answer) {
    flow.started = true;
    if (answer.flow === 'overlay') {
      flow.frame = flow.overlay.load(answer.url);
      return;
    }
    location.href = answer.url;
    setTimeout(() => release(flow), REDIRECT_GRACE_MS);
  }

  /** Makes the page usable again. @param {Flow} flow */
  function release(flow) {
    if (current !== flow) return;
    current = null;
    flow.overlay.close();
  }

  /** The buyer (or `IMP.close`) wants out: the hub has the last word. @param {Flow} flow */
  function quit(flow) {
    if (current !== flow) return;
    flow.quit = true;
    flow.overlay.quitting();
    if (flow.answer) sendClose(flow);
  }

  /** The buyer stays. @param {Flow} flow */
  function keep(flow) {
    flow.quit = false;
    if (current === flow && flow.answer && !flow.started) proceed(flow, flow.answer);
  }

  /** @param {Flow} flow */
  async function sendClose(flow) {
    if (!flow.answer || flow.closing) return;
    flow.closing = true;
    try {
      const session = encodeURIComponent(flow.answer.session);
      const result = await post(`${flow.kind.path}/${session}/close`, {});
      if (!isObject(result)) throw new Error('[IMP] the hub did not answer with an object');
      if (result.done === true && isObject(result.rsp)) {
        finish(flow, result.rsp, result.m_redirect);
      } else if (result.done === false) {
        flow.overlay.refuse();
      } else {
        throw new Error('[IMP] the hub did not say whether it is closed');
      }
    } catch (error) {
      console.error(error);
      if (current !== flow) return;
      flow.overlay.show();
      flow.overlay.ask(flow.overlay.words.quitFailed);
    } finally {
      flow.closing = flow.quit = false;
    }
  }

  /**
   * A failure the hub knows nothing of.
   * @param {Flow} flow @param {string} code @param {string} why
   */
  function fail(flow, code, why) {
    const rsp = {
      success: false,
      imp_uid: null,
      merchant_uid: String(flow.param.merchant_uid),
      error_code: code,
      error_msg: why,
    };
    const url = text(flow.param.m_redirect_url);
    finish(flow, rsp, url ? failureUrl(url, rsp, flow.kind.flag) : null);
  }

  /**
   * The one way out: closes the window and tells the page, by callback, else by going to the return
   * address, else (failures only) by an alert. A second result for the same payment is dropped.
   * @param {Flow} flow @param {Dict} rsp @param {unknown} redirect
   */
  function finish(flow, rsp, redirect) {
    if (current !== flow) return;
    release(flow);
    if (flow.callback) {
      try {
        flow.callback(rsp);
      } catch (error) {
        // The page's own mistake: it shows up as one, and is no failure of the payment.
        setTimeout(() => {
          throw error;
        });
      }
      return;
    }
    if (text(redirect) && go(text(redirect))) return;
    if (rsp.success === false || text(rsp.error_msg)) alert(text(rsp.error_msg) || ERRORS.failed);
  }

  /** @param {MessageEvent} event */
  function onMessage({ data, origin, source }) {
    const { answer, frame, overlay } = current || {};
    if (!current || !answer || !frame || !overlay || !isObject(data)) return;
    // A hub reached by an alias name opens its windows under its public name: both are the hub.
    if (origin !== service && origin !== answer.origin) return;
    if (!source || source !== frame.contentWindow) return;
    const ours = data.session === answer.session;
    if (data.type === 'ieum:result' && ours && isObject(data.rsp)) {
      finish(current, data.rsp, data.m_redirect);
    } else if (data.type === 'ieum:closeable' && typeof data.value === 'boolean') {
      if (ours || data.session === undefined) overlay.setCloseable(data.value);
    }
  }

  window.addEventListener('message', onMessage);
  window.addEventListener('pageshow', (event) => {
    if (event.persisted && current && !current.frame && current.started) release(current);
  });

  // ---------------------------------------------------------------- loadUI

  /** Button labels, Korean and English, by UI type. @type {Record<string, [string, string]>} */
  const UI_LABELS = {
    'paypal-spb': ['PayPal로 결제하기', 'Pay with PayPal'],
    'paypal-rt': ['PayPal 결제수단 등록하기', 'Save PayPal for later payments'],
  };

  /** What each rendered button pays with when it is pressed. @type {Map<string, Dict>} */
  const uiParams = new Map();

  /** @param {string} type @returns {Element} @throws {Error} what is wrong with the page */
  function uiContainer(type) {
    const all = Array.from(document.querySelectorAll('.portone-ui-container'));
    if (all.length === 0) throw new Error('portone-ui-container를 찾을 수 없습니다.');
    const own = all.filter((node) => node.getAttribute('data-portone-ui-type') === type);
    if (own.length === 0 || !Object.keys(UI_LABELS).includes(type)) {
      throw new Error('data-portone-ui-type에 올바른 UI 타입을 입력해주세요.');
    }
    if (own.length > 1) {
      throw new Error('동일한 data-portone-ui-type을 갖는 DOM element가 2개 이상 존재합니다.');
    }
    return own[0];
  }

  /** @param {string} type @param {unknown} param @param {unknown} [callback] */
  function loadUI(type, param, callback) {
    const container = uiContainer(type);
    const [ko, en] = UI_LABELS[type];
    uiParams.set(type, isObject(param) ? param : {});
    const label = isKorean(uiParams.get(type)?.language) ? ko : en;
    const button = element('button', { type: 'button' }, label);
    button.style.cssText = 'width:100%;min-height:44px;border:0;border-radius:8px;' +
      'background:#ffc439;color:#111;font:600 16px/1.5 system-ui,sans-serif;cursor:pointer';
    button.addEventListener('click', () => {
      start(PAYMENT, { ...uiParams.get(type), pay_method: 'paypal' }, callback);
    });
    container.textContent = '';
    container.append(button);
  }

  // ---------------------------------------------------------------- window.IMP

  const IMP = {
    /** Says whose shop this is; a later call replaces it. No network. @param {unknown} code */
    init(code) {
      userCode = text(code);
      tierCode = null;
    },

    /** `init` for a sub-merchant. @param {unknown} code @param {unknown} tier */
    agency(code, tier) {
      userCode = text(code);
      tierCode = text(tier) || null;
    },

    /** @param {unknown} param @param {unknown} [callback] gets the result, exactly once */
    request_pay(param, callback) {
      start(PAYMENT, param, callback);
    },

    /** @param {unknown} param @param {unknown} [callback] gets the result, exactly once */
    certification(param, callback) {
      start(CERTIFICATION, param, callback);
    },

    /** Closes what is open as the buyer's confirmed close does; never throws. */
    close() {
      if (current) quit(current);
    },

    /**
     * Draws a button into `<div class="portone-ui-container" data-portone-ui-type="{type}">` that
     * pays with `param`. It is the hub's own button: the PG's comes inside the payment window.
     * Types: `paypal-spb`, `paypal-rt` (give a `customer_uid`: it issues a billing key).
     */
    loadUI,

    /**
     * Replaces what a drawn button pays with.
     * @param {string} type @param {unknown} param
     */
    updateLoadUIRequest(type, param) {
      if (!uiParams.has(type)) throw new Error(`[IMP] loadUI('${type}', …) has not been called.`);
      uiParams.set(type, isObject(param) ? param : {});
    },

    /**
     * Not supported: no PG module can be driven directly by this hub. Always rejects.
     * @param {unknown} type @returns {Promise<never>}
     */
    loadModule(type) {
      return Promise.reject(new Error(`[IMP] loadModule('${type}') is not supported by this hub.`));
    },

    /** Not supported yet (Naver wish list): does nothing but say so on the console. */
    naver_zzim() {
      console.warn('[IMP] naver_zzim is not supported by this hub yet.');
    },
  };

  Object.defineProperty(IMP, '__ieum', { value: true });
  // What it is to be is declared beside this file, and by iamport-typings (`test/typings.ts`).
  window.IMP = IMP;
})();
