/** Identity verification in a browser: overlay, full page, closed windows, lost answers, pictures. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE } from '../harness/browser.js';
import { look } from '../harness/camera.js';
import { overlay, press } from '../harness/pay.js';
import { stage } from '../harness/stage.js';
import { until } from '../harness/until.js';

// A certifier that is silent shall be given up on within a test's patience.
const it = stage(['--pg-timeout-ms', '500']);
const PC = { viewport: { width: 1280, height: 800 } };

/** Calls `IMP.certification` on a page of the merchant; `results` collects what the callback gets. */
async function certify(page, param) {
  await page.goto(`${it.merchant.origin}/page/kicc-pc`);
  await page.evaluate((given) => {
    window.results = [];
    const callback = given.m_redirect_url ? undefined : (rsp) => window.results.push(rsp);
    window.IMP.certification(given, callback);
  }, param);
}

/** The one answer of the callback. */
async function answer(page) {
  await until('the callback is called', () => page.evaluate(() => window.results.length > 0));
  await overlay(page).host.waitFor({ state: 'detached' });
  const results = await page.evaluate(() => window.results);
  assert.equal(results.length, 1, 'exactly once');
  return results[0];
}

const known = (imp_uid) => it.hub.ask('GET', `/certifications/${imp_uid}`);

test('on a PC: the callback says that, the server is told who', () =>
  it.visit(PC, async ({ page }) => {
    await certify(page, { merchant_uid: 'cert_1', name: '임꺽정', phone: '010-9999-8888', pg: 'danal' });
    const { frame } = overlay(page);
    await frame.getByLabel('생년월일').fill('20050715');
    await frame.getByLabel('성별').selectOption('여성');
    await press(frame, 'approve');
    const rsp = await answer(page);
    const { imp_uid } = rsp;
    assert.match(imp_uid, /^imp_\d{12}$/);
    assert.deepEqual(rsp, {
      success: true,
      imp_uid,
      merchant_uid: 'cert_1',
      pg_provider: 'danal',
      pg_type: 'certification',
      error_code: null,
      error_msg: null,
    });
    const who = await known(imp_uid);
    assert.equal(who.name, '임꺽정');
    assert.equal(who.birthday, '2005-07-15');
    assert.equal(who.gender, 'female');
    assert.equal(who.phone, '01099998888');
    assert.equal(who.origin, `${it.merchant.origin}/page/kicc-pc`);
    assert.equal(who.unique_key.length, 88);
  }));

test('what cannot be somebody is said in the window, and can be put right', () =>
  it.visit(PC, async ({ page }) => {
    await certify(page, { merchant_uid: 'cert_2', min_age: 19 });
    const { frame } = overlay(page);
    await frame.getByLabel('생년월일').fill('20239999');
    await press(frame, 'approve');
    await frame.getByRole('alert').waitFor();
    await frame.getByLabel('생년월일').fill('20230101');
    await press(frame, 'approve');
    const rsp = await answer(page);
    assert.equal(rsp.success, false);
    assert.match(rsp.error_msg, /만 19세/);
    assert.equal((await known(rsp.imp_uid)).certified, false);
  }));

for (const result of ['decline', 'cancel']) {
  test(`on a PC: ${result} in the window`, () =>
    it.visit(PC, async ({ page }) => {
      await certify(page, { merchant_uid: `cert_${result}` });
      await press(overlay(page).frame, result);
      const rsp = await answer(page);
      assert.equal(rsp.success, false);
      assert.ok(rsp.error_code && rsp.error_msg);
    }));
}

test('the overlay is closed by its own button', () =>
  it.visit(PC, async ({ page }) => {
    await certify(page, { merchant_uid: 'cert_close' });
    const shown = overlay(page);
    await shown.frame.getByTestId('approve').waitFor();
    await shown.close.click();
    assert.match(await shown.question.textContent(), /본인인증을 취소하시겠습니까/);
    await shown.quit.click();
    const rsp = await answer(page);
    assert.equal(rsp.success, false);
    assert.equal(rsp.merchant_uid, 'cert_close');
    assert.equal((await known(rsp.imp_uid)).certified, false);
  }));

for (const [result, success] of [
  ['approve', 'true'],
  ['decline', 'false'],
]) {
  test(`on a phone: ${result}, and back to the page`, () =>
    it.visit(PHONE, async ({ page }) => {
      const m_redirect_url = `${it.merchant.origin}/page/kicc-pc?from=cert`;
      await certify(page, { merchant_uid: 'cert_m', m_redirect_url, popup: false });
      await page.waitForURL(/danal\.certification\.invalid/);
      await press(page, result);
      await page.waitForURL(/from=cert&/);
      const query = new URL(page.url()).searchParams;
      assert.equal(query.get('merchant_uid'), 'cert_m');
      assert.equal(query.get('success'), success);
      assert.equal(query.has('imp_success'), false);
      assert.equal(query.has('error_msg'), success === 'false');
      const who = await known(query.get('imp_uid'));
      assert.equal(String(who.certified), success);
    }));
}

test('whoever waits for a lost answer gets it', () =>
  it.visit(PC, async ({ page }) => {
    await it.hub.ask('POST', '/sandbox/faults', {
      pg: 'certification',
      operation: 'lookup',
      fault: 'timeout_after',
    });
    await certify(page, { merchant_uid: 'cert_lost' });
    const shown = overlay(page);
    await press(shown.frame, 'approve');
    await shown.frame.getByTestId('waiting').waitFor();
    await shown.close.click({ force: true });
    await shown.notice.waitFor();
    assert.equal((await answer(page)).success, true);
  }));

for (const lang of ['ko', 'en']) {
  test(`the window in ${lang}`, () =>
    it.visit({ locale: lang === 'ko' ? 'ko-KR' : 'en-US' }, async ({ page }) => {
      await certify(page, { merchant_uid: 'cert_look', language: lang, company: '이음 데모 상점' });
      await overlay(page).frame.getByTestId('approve').waitFor();
      await look(page, `certification-overlay-${lang}`);
    }));

  test(`the last page in ${lang}`, () =>
    it.visit({ locale: lang === 'ko' ? 'ko-KR' : 'en-US' }, async ({ page }) => {
      // Opened by nobody: the page stays, as in a popup whose page went away.
      const open = async (merchant_uid) => {
        const body = {
          user_code: it.hub.ready.imp_code,
          param: { merchant_uid, language: lang },
          device: 'pc',
          page_url: `${it.merchant.origin}/`,
        };
        const { checkout_url } = await page.evaluate(async ([url, sent]) => {
          const headers = { 'content-type': 'application/json' };
          const request = { method: 'POST', headers, body: JSON.stringify(sent) };
          return (await fetch(url, request)).json();
        }, [`${it.hub.ready.api}/sdk/certifications`, body]);
        await page.goto(checkout_url);
        await page.getByTestId('approve').waitFor();
      };
      await page.goto(`${it.merchant.origin}/page/kicc-pc`);
      await open('cert_done');
      await look(page, `certification-window-${lang}`);
      await press(page, 'approve');
      await page.getByTestId('success').waitFor();
      await look(page, `certification-success-${lang}`);
      await page.goto(`${it.merchant.origin}/page/kicc-pc`);
      await open('cert_failed');
      await press(page, 'decline');
      await page.getByTestId('failure').waitFor();
      await look(page, `certification-failure-${lang}`);
    }));
}
