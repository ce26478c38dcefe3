/* The sandbox's stand-in for NICE's payment script: goPay(form) opens the test window in a layer,
   then calls the page's nicepaySubmit() or nicepayClose(), as the real one does. */
(function () {
  'use strict';
  var script = document.currentScript || document.querySelector('script[src*="nicepay-pgweb.js"]');
  var here = script.src;
  var origin = new URL(here).origin;
  var page = new URL('../../payment.jsp', here);
  // Whom the window may tell its result: this page's exact origin.
  page.searchParams.set('opener', window.location.origin);
  var shown = null;

  function close() {
    document.removeEventListener('keydown', onKey);
    shown.layer.remove();
    shown = null;
  }

  function giveUp() {
    close();
    window.nicepayClose();
  }

  function onKey(event) {
    if (event.key === 'Escape') giveUp();
  }

  function put(form, name, value) {
    var input = form.elements.namedItem(name);
    if (!input) {
      input = document.createElement('input');
      input.type = 'hidden';
      input.name = name;
      form.appendChild(input);
    }
    input.value = value;
  }

  function postInto(form, target) {
    var before = { action: form.getAttribute('action'), target: form.getAttribute('target') };
    form.action = page.href;
    form.target = target;
    form.method = 'post';
    HTMLFormElement.prototype.submit.call(form);
    ['action', 'target'].forEach(function (name) {
      if (before[name] === null) form.removeAttribute(name);
      else form.setAttribute(name, before[name]);
    });
  }

  window.goPay = function (form) {
    if (shown) return;
    var layer = document.createElement('div');
    layer.id = 'nice_layer';
    layer.setAttribute('role', 'dialog');
    layer.setAttribute('aria-modal', 'true');
    layer.setAttribute('aria-label', '나이스페이 시험 결제창');
    layer.style.cssText =
      'position:fixed;inset:0;z-index:2147483000;display:flex;align-items:center;' +
      'justify-content:center;background:rgba(10,14,20,.55)';
    var frame = document.createElement('iframe');
    frame.name = 'nice_layer_frame';
    frame.title = '나이스페이 시험 결제창';
    frame.setAttribute('data-testid', 'nice-window');
    frame.style.cssText =
      'border:0;border-radius:12px;background:#fff;width:min(100vw,480px);height:min(100vh,720px)';
    layer.appendChild(frame);
    document.body.appendChild(layer);
    shown = { form: form, layer: layer, frame: frame };
    document.addEventListener('keydown', onKey);
    postInto(form, frame.name);
  };

  window.addEventListener('message', function (event) {
    if (!shown || event.origin !== origin || event.source !== shown.frame.contentWindow) return;
    var data = event.data || {};
    if (data.nicepay === 'close') giveUp();
    if (data.nicepay !== 'submit') return;
    var form = shown.form;
    close();
    Object.keys(data.fields).forEach(function (name) {
      put(form, name, data.fields[name]);
    });
    window.nicepaySubmit();
  });
})();
