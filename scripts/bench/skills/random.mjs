// A generator of numbers that gives the same ones on every machine, and the choices that attacks make with it.

/** mulberry32: small, and good enough to vary texts. */
export function createRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const pick = (list) => list[Math.floor(next() * list.length)];
  const number = (from, to) => from + Math.floor(next() * (to - from + 1));
  const letters = (length) =>
    Array.from({ length }, () => 'abcdefghijklmnopqrstuvwxyz0123456789'[number(0, 35)]).join('');
  return { next, pick, number, letters, chance: (share) => next() < share };
}
