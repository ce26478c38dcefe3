/** The staff's hands: the console with the mouse, or with nothing but the keyboard. */

import assert from 'node:assert/strict';

/** Clicks and fills. */
export class Mouse {
  constructor(page) {
    this.page = page;
  }

  async press(target) {
    await target.click();
  }

  async type(target, text) {
    await target.fill(text);
  }

  async choose(target, label) {
    await target.selectOption({ label });
  }
}

/** Only Tab, letters, arrows, Space and Enter; wherever it is, it can be seen. */
export class Keyboard {
  constructor(page) {
    this.page = page;
  }

  /** Tabs on from where the page is until the target has the focus. */
  async #reach(target) {
    await target.waitFor();
    for (let step = 0; step < 150; step += 1) {
      if (await target.evaluate((node) => node === document.activeElement)) {
        const seen = await target.evaluate((node) => {
          const box = node.getBoundingClientRect();
          const style = getComputedStyle(node);
          const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
          // The switch draws the ring around the label of its invisible button.
          const label = node.nextElementSibling ? getComputedStyle(node.nextElementSibling) : style;
          const inside = box.bottom > 0 && box.top < innerHeight;
          return inside && (ring || label.outlineStyle !== 'none');
        });
        assert.ok(seen, `the focus can be seen on ${target}`);
        return;
      }
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`Tab never comes to ${target}`);
  }

  async press(target) {
    await this.#reach(target);
    const kind = await target.evaluate((node) => node.type);
    await this.page.keyboard.press(['radio', 'checkbox'].includes(kind) ? 'Space' : 'Enter');
  }

  async type(target, text) {
    await this.#reach(target);
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.press('Delete');
    await this.page.keyboard.type(text);
  }

  /** Space opens the list, arrows go through it, Enter takes it. */
  async choose(target, label) {
    await this.#reach(target);
    const steps = await target.evaluate((node, wanted) => {
      const labels = Array.from(node.options, (option) => option.label);
      return labels.indexOf(wanted) - node.selectedIndex;
    }, label);
    await this.page.keyboard.press('Space');
    const arrow = steps < 0 ? 'ArrowUp' : 'ArrowDown';
    for (let step = 0; step < Math.abs(steps); step += 1) await this.page.keyboard.press(arrow);
    await this.page.keyboard.press('Enter');
  }
}

/** Signs in as the demo's user. */
export async function signIn(page, hand, { console: address, console_user, console_password }) {
  await page.goto(address);
  await hand.type(page.locator('#login'), console_user);
  await hand.type(page.locator('#password'), console_password);
  await hand.press(page.locator('form.sheet button[type=submit]'));
  await page.locator('nav.menu').waitFor();
}
