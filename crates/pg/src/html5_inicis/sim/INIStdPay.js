/*
 * The sandbox's INIStdPay.js: INIStdPay.pay(formId) opens the window over the page.
 *
 * It posts the page's form into a frame of this script's own origin and listens to that frame only.
 * The authentication result goes to the form's returnUrl as a POST, closing goes to its closeUrl;
 * both addresses are read from the page's own form, never from a message.
 */
(function () {
  'use strict';

  var source = document.currentScript && document.currentScript.src;
  if (!source) { return; }
  var here = new URL(source);
  var origin = here.origin;
  var base = origin + here.pathname.replace(/\/stdjs\/INIStdPay\.js$/, '');
  var open = null;

  function style(element, rules) {
    Object.keys(rules).forEach(function (name) { element.style[name] = rules[name]; });
    return element;
  }

  function input(form, name, value) {
    var field = document.createElement('input');
    field.type = 'hidden';
    field.name = name;
    field.value = value;
    form.appendChild(field);
  }

  function post(action, target, pairs) {
    var form = document.createElement('form');
    form.method = 'post';
    form.action = action;
    form.target = target;
    form.acceptCharset = 'utf-8';
    form.hidden = true;
    pairs.forEach(function (pair) { input(form, pair[0], pair[1]); });
    document.body.appendChild(form);
    form.submit();
  }

  function web(url) {
    var parsed = new URL(url, location.href);
    return parsed.protocol === 'http:' || parsed.protocol === 'https:' ? parsed.href : '';
  }

  function remove() {
    if (!open) { return; }
    window.removeEventListener('message', listen);
    document.removeEventListener('keydown', keys);
    open.veil.remove();
    open = null;
  }

  function close() {
    var to = open && web(open.closeUrl);
    remove();
    if (to) { location.href = to; }
  }

  function keys(event) {
    if (event.key === 'Escape') { close(); }
  }

  function listen(event) {
    if (!open || event.origin !== origin || event.source !== open.frame.contentWindow) { return; }
    var message = event.data || {};
    if (message.inicis === 'close') { close(); }
    if (message.inicis === 'result' && Array.isArray(message.fields)) {
      var to = web(open.returnUrl);
      remove();
      if (to) { post(to, '_self', message.fields); }
    }
  }

  function overlay(name, english) {
    var veil = style(document.createElement('div'), {
      position: 'fixed', inset: '0', zIndex: '2147483000', display: 'flex', alignItems: 'center',
      justifyContent: 'center', padding: '8px', background: 'rgba(15, 20, 30, .55)'
    });
    veil.setAttribute('role', 'dialog');
    veil.setAttribute('aria-modal', 'true');
    veil.setAttribute('aria-label', english ? 'KG Inicis payment' : 'KG이니시스 결제');
    // The button has a line of its own: over the frame it would cover what the window says.
    var box = style(document.createElement('div'), {
      display: 'flex', flexDirection: 'column', gap: '8px', alignItems: 'flex-end',
      width: '100%', maxWidth: '480px', height: '100%', maxHeight: '732px'
    });
    var button = style(document.createElement('button'), {
      flex: 'none', width: '44px', height: '44px', border: '0',
      borderRadius: '50%', background: 'rgba(15, 20, 30, .7)', color: '#fff',
      font: '24px/1 sans-serif', cursor: 'pointer'
    });
    button.type = 'button';
    button.textContent = '×';
    button.setAttribute('aria-label', english ? 'Close' : '닫기');
    button.setAttribute('data-testid', 'inicis-close');
    button.addEventListener('click', close);
    var frame = style(document.createElement('iframe'), {
      flex: '1', width: '100%', minHeight: '0', border: '0', borderRadius: '12px',
      background: '#fff'
    });
    frame.name = name;
    frame.title = english ? 'KG Inicis payment window' : 'KG이니시스 결제창';
    frame.setAttribute('data-testid', 'inicis-frame');
    box.appendChild(button);
    box.appendChild(frame);
    veil.appendChild(box);
    document.body.appendChild(veil);
    // Escape is heard on this side of the frame only: start here.
    button.focus();
    return { veil: veil, frame: frame };
  }

  function pay(formId) {
    var form = document.getElementById(formId) || document.forms[formId];
    if (!form) { throw new Error('INIStdPay.pay: no form ' + formId); }
    if (open) { return; }
    var pairs = Array.from(new FormData(form).entries()).map(function (pair) {
      return [pair[0], String(pair[1])];
    });
    var value = function (name) {
      var found = pairs.find(function (pair) { return pair[0] === name; });
      return found ? found[1] : '';
    };
    var name = 'inicis-' + Date.now();
    var made = overlay(name, value('languageView') === 'en');
    open = {
      veil: made.veil, frame: made.frame, returnUrl: value('returnUrl'), closeUrl: value('closeUrl')
    };
    window.addEventListener('message', listen);
    document.addEventListener('keydown', keys);
    post(base + '/payMain/pay', name, pairs.concat([['pageOrigin', location.origin]]));
  }

  window.INIStdPay = { pay: pay, viewOff: remove };
})();
