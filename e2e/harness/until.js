/** Waiting for something that happens elsewhere. */

import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks again until the answer is truthy, and gives it back.
 * @template T
 * @param {string} what for the message when it never is
 * @param {() => T | Promise<T>} ask
 * @param {number} [seconds]
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, ask, seconds = 20) {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await pause(25);
  }
}
