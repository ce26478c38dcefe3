/** Chance from a seed. */

/** Numbers from 0 to below 1 (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Below `limit`, whole. */
export const below = (draw, limit) => Math.floor(draw() * limit);

/** One of a list. */
export const pick = (draw, list) => list[below(draw, list.length)];

/** The same in another order. */
export function shuffled(draw, list) {
  const left = [...list];
  return list.map(() => left.splice(below(draw, left.length), 1)[0]);
}
