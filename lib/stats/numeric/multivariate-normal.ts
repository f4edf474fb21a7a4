import { normal } from './distributions.ts';
import { mersenneTwister } from './mersenne-twister.ts';

export interface BoxOptions {
  /** Points of the lattice at most; 25,000 unless said. */
  readonly points?: number;
  /** Error at which it ends; 0.001 unless said. */
  readonly tolerance?: number;
  /** Decides the lattice's random shifts; 1 unless said. */
  readonly seed?: number;
}

export interface BoxProbability {
  readonly probability: number;
  /** Three and a half standard errors of the shifts; 0 where it is computed without chance. */
  readonly error: number;
}

/** Good lattices: how many points, and by number of dimensions (from 2) the generator. Source: Keast, SIAM J Numer Anal 1973;10:831; Genz 1992. */
const LATTICES: readonly (readonly [number, readonly number[]])[] = [
  [31, [12, 9, 9, 13, 12, 12, 12, 12, 12]],
  [47, [13, 11, 17, 10, 15, 15, 15, 15, 15]],
  [73, [27, 28, 10, 11, 11, 20, 11, 11, 28]],
  [113, [35, 27, 27, 36, 22, 29, 29, 20, 45]],
  [173, [64, 66, 28, 28, 44, 44, 55, 67, 10]],
  [263, [111, 42, 54, 118, 20, 31, 31, 72, 17]],
  [397, [163, 154, 83, 43, 82, 92, 150, 59, 76]],
  [593, [246, 189, 242, 102, 250, 250, 102, 250, 280]],
  [907, [347, 402, 322, 418, 215, 220, 339, 339, 339]],
  [
    1361,
    [
      505,
      220,
      601,
      644,
      612,
      160,
      206,
      206,
      206,
      422,
      134,
      518,
      134,
      134,
      518,
      652,
      382,
      206,
      158,
      441,
      179,
      441,
      56,
      559,
      559,
      ...runs(14, 56),
      101,
      101,
      56,
      ...runs(8, 101),
      ...runs(7, 193),
      ...runs(21, 101),
      ...runs(17, 122),
      ...runs(4, 101),
    ],
  ],
];
/** Dimensions that the lattices' generators reach; further ones get a geometric sequence. */
const GENERATED = 100;
const SHIFTS = 8;
/** Conditional variance below which a variable is what those before it make it, times the square of its place. */
const SINGULAR = 1e-10;

function runs(times: number, value: number): number[] {
  return new Array<number>(times).fill(value);
}

/**
 * Probability that a multivariate normal vector with mean 0 and unit variances lies in a box, by Genz and Bretz's randomised lattice rule: variables
 * sorted so that the narrowest come first, then conditioned one by one. The seed decides the answer. One and two dimensions are exact.
 * `correlation` is flat, row by row. O(points x dimensions²).
 * Source: Genz, J Comput Graph Stat 1992;1:141; Genz & Bretz, ibid 2002;11:950. Yardstick: mvtnorm::pmvnorm (with R's set.seed).
 */
export function boxProbability(
  lower: Float64Array,
  upper: Float64Array,
  correlation: Float64Array,
  { points = 25_000, tolerance = 1e-3, seed = 1 }: BoxOptions = {},
): BoxProbability {
  const size = lower.length;
  if (size === 0) return { probability: 1, error: 0 };
  if (size === 1) return { probability: normal.lower(upper[0]!) - normal.lower(lower[0]!), error: 0 };
  const sorted = conditioned(lower, upper, correlation);
  if (size === 2) return { probability: overOne((w) => sorted.integrand(Float64Array.of(w))), error: 0 };
  const uniform = mersenneTwister(seed);
  const dimensions = size - 1;
  let at = Math.min(dimensions, LATTICES.length) - 1;
  let shifts = SHIFTS;
  let [probability, precision, error, used] = [0, 0, Number.POSITIVE_INFINITY, 0];
  for (;;) {
    const [count] = LATTICES[at]!;
    const steps = generator(at, dimensions);
    let [mean, variance] = [0, 0];
    for (let i = 1; i <= shifts; i++) {
      const away = (latticeMean(sorted.integrand, steps, count, uniform) - mean) / i;
      mean += away;
      variance = ((i - 2) * variance) / i + away ** 2;
    }
    used += 2 * shifts * count;
    const product = precision * variance;
    probability += (mean - probability) / (1 + product);
    if (variance > 0) precision = (1 + product) / variance;
    error = 3.5 * Math.sqrt(variance / (1 + product));
    if (error <= tolerance) break;
    if (at < LATTICES.length - 1) at++;
    else shifts = Math.max(SHIFTS, Math.min(Math.floor(1.5 * shifts), Math.floor((points - used) / (2 * count))));
    if (used + 2 * shifts * LATTICES[at]![0] > points) break;
  }
  return { probability, error };
}

function generator(at: number, dimensions: number): Float64Array {
  const [count, generators] = LATTICES[at]!;
  const by = generators[Math.min(dimensions, GENERATED) - 2]!;
  const steps = new Float64Array(dimensions);
  for (let j = 0, k = 1; j < dimensions; j++) {
    if (j < GENERATED) {
      steps[j] = k / count;
      k = (by * k) % count;
    } else {
      const whole = Math.floor(count * 2 ** ((j + 1 - GENERATED) / (dimensions - GENERATED + 1)));
      steps[j] = (whole / count) % 1;
    }
  }
  return steps;
}

/** Mean over one randomly shifted and permuted lattice, each point with its mirror image. */
function latticeMean(
  integrand: (w: Float64Array) => number,
  steps: Float64Array,
  count: number,
  uniform: () => number,
): number {
  const dimensions = steps.length;
  const place = new Float64Array(dimensions);
  const order = new Int32Array(dimensions);
  for (let j = 0; j < dimensions; j++) {
    place[j] = uniform();
    if (j + 1 < GENERATED) {
      const other = Math.floor((j + 1) * place[j]!);
      if (other < j) order[j] = order[other]!;
      order[other] = j;
    } else order[j] = j;
  }
  const w = new Float64Array(dimensions);
  let mean = 0;
  for (let k = 1; k <= count; k++) {
    for (let j = 0; j < dimensions; j++) {
      place[j]! += steps[order[j]!]!;
      if (place[j]! > 1) place[j]! -= 1;
      w[j] = Math.abs(2 * place[j]! - 1);
    }
    mean += (integrand(w) - mean) / (2 * k - 1);
    for (let j = 0; j < dimensions; j++) w[j] = 1 - w[j]!;
    mean += (integrand(w) - mean) / (2 * k);
  }
  return mean;
}

/** The integrand over the unit cube, after sorting and Cholesky's decomposition. */
function conditioned(lower: Float64Array, upper: Float64Array, correlation: Float64Array) {
  const size = lower.length;
  const [a, b] = [lower.slice(), upper.slice()];
  const c = correlation.slice();
  const expected = new Float64Array(size);
  const swap = (values: Float64Array, i: number, j: number) => {
    [values[i], values[j]] = [values[j]!, values[i]!];
  };
  for (let i = 0; i < size; i++) {
    const least = SINGULAR * (i + 1) ** 2;
    let [chosen, width, deviation, low, high] = [i, 1, 0, 0, 0];
    for (let j = i; j < size; j++) {
      const variance = c[j * size + j]!;
      if (!(variance > least)) continue;
      const root = Math.sqrt(variance);
      let mean = 0;
      for (let k = 0; k < i; k++) mean += c[j * size + k]! * expected[k]!;
      const [from, to] = [(a[j]! - mean) / root, (b[j]! - mean) / root];
      const mass = Math.max(0, normal.lower(to) - normal.lower(from));
      if (mass <= width) [chosen, width, deviation, low, high] = [j, mass, root, from, to];
    }
    if (chosen !== i) {
      swap(a, i, chosen);
      swap(b, i, chosen);
      for (let k = 0; k < size; k++) swap(c, i * size + k, chosen * size + k);
      for (let k = 0; k < size; k++) swap(c, k * size + i, k * size + chosen);
    }
    c[i * size + i] = deviation;
    if (deviation === 0) {
      for (let row = i + 1; row < size; row++) c[row * size + i] = 0;
      continue;
    }
    for (let row = i + 1; row < size; row++) {
      c[row * size + i]! /= deviation;
      for (let column = i + 1; column <= row; column++) {
        const rest = c[row * size + column]! - c[row * size + i]! * c[column * size + i]!;
        c[row * size + column] = rest;
        c[column * size + row] = rest;
      }
    }
    expected[i] = width > least ? (density(low) - density(high)) / width : (low + high) / 2;
    for (let k = 0; k <= i; k++) c[i * size + k]! /= deviation;
    a[i]! /= deviation;
    b[i]! /= deviation;
  }
  const y = new Float64Array(size);
  const integrand = (w: Float64Array): number => {
    let value = 1;
    for (let i = 0; i < size; i++) {
      let mean = 0;
      for (let k = 0; k < i; k++) mean += c[i * size + k]! * y[k]!;
      if (c[i * size + i] === 0) {
        // what those before it make it: in the box or out of it
        y[i] = 0;
        if (mean < a[i]! - 1e-12 || mean > b[i]! + 1e-12) return 0;
        continue;
      }
      const from = normal.lower(a[i]! - mean);
      const to = normal.lower(b[i]! - mean);
      if (from >= to) return 0;
      value *= to - from;
      if (i < size - 1) y[i] = normal.quantile(from + w[i]! * (to - from));
    }
    return value;
  };
  return { integrand };
}

const density = (x: number) => (Math.abs(x) < 10 ? Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI) : 0);

/** Gauss and Legendre's ten points on (-1, 1): those above 0, and their weights. */
const NODES = [
  [0.14887433898163122, 0.29552422471475287],
  [0.4333953941292472, 0.26926671930999635],
  [0.6794095682990244, 0.21908636251598204],
  [0.8650633666889845, 0.1494513491505806],
  [0.9739065285171717, 0.06667134430868814],
] as const;

/** Integral over (0, 1) in 64 pieces, closer together at the ends. */
function overOne(f: (w: number) => number): number {
  const pieces = 64;
  let sum = 0;
  for (let k = 0; k < pieces; k++) {
    const edge = (x: number) => (x / pieces) ** 3 * (10 - 15 * (x / pieces) + 6 * (x / pieces) ** 2);
    const [middle, half] = [(edge(k) + edge(k + 1)) / 2, (edge(k + 1) - edge(k)) / 2];
    for (const [node, weight] of NODES) sum += weight * half * (f(middle + half * node) + f(middle - half * node));
  }
  return sum;
}
