/** A stream of random numbers that a seed decides. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** A whole number below `bound`. */
  below(bound: number): number;
  /** Standard normal. */
  normal(): number;
  /** Chi-square with these degrees of freedom. */
  chiSquare(degreesOfFreedom: number): number;
}

/**
 * The same stream for the same seed, on any machine.
 * Sources: xoshiro128**, Blackman & Vigna 2018, seeded by splitmix32; normal, Marsaglia's polar method; gamma, Marsaglia & Tsang,
 * ACM TOMS 2000;26:363. O(1) a draw.
 */
export function random(seed: number): Random {
  let mixer = seed | 0;
  const mix = () => {
    mixer = (mixer + 0x9e3779b9) | 0;
    let z = mixer ^ (mixer >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let [a, b, c, d] = [mix(), mix(), mix(), mix()];
  const next = () => {
    const product = Math.imul(b, 5);
    const out = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return out >>> 0;
  };
  const uniform = () => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
  let spare: number | undefined;
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * factor;
      return x * factor;
    }
  };
  const gamma = (shape: number): number => {
    if (shape < 1) return gamma(shape + 1) * uniform() ** (1 / shape);
    const base = shape - 1 / 3;
    const scale = 1 / Math.sqrt(9 * base);
    for (;;) {
      const x = normal();
      const v = (1 + scale * x) ** 3;
      if (v > 0 && Math.log(1 - uniform()) < x ** 2 / 2 + base - base * v + base * Math.log(v)) return base * v;
    }
  };
  return {
    uniform,
    below: (bound) => Math.floor(uniform() * bound),
    normal,
    chiSquare: (degreesOfFreedom) => 2 * gamma(degreesOfFreedom / 2),
  };
}
