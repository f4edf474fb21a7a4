const SIZE = 624;
const SHIFT = 397;

/**
 * Uniform numbers in (0, 1) as R draws them after `set.seed(seed)` (its default generator), for methods whose answer is compared with one of R's that
 * is random. Source: Matsumoto & Nishimura, ACM TOMACS 1998;8:3.
 */
export function mersenneTwister(seed: number): () => number {
  const congruential = (value: number) => (Math.imul(69069, value) + 1) | 0;
  let value = seed | 0;
  for (let i = 0; i < 51; i++) value = congruential(value); // R throws the first away, with the place that it keeps before the state
  const state = new Int32Array(SIZE);
  for (let i = 0; i < SIZE; i++) {
    value = congruential(value);
    state[i] = value;
  }
  let next = SIZE;
  return () => {
    if (next === SIZE) {
      for (let i = 0; i < SIZE; i++) {
        const y = (state[i]! & 0x80000000) | (state[(i + 1) % SIZE]! & 0x7fffffff);
        state[i] = state[(i + SHIFT) % SIZE]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      next = 0;
    }
    let y = state[next++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    const uniform = (y >>> 0) * 2.3283064365386963e-10;
    return Math.min(Math.max(uniform, 2.328306437080797e-10 / 2), 1 - 2.328306437080797e-10 / 2);
  };
}
