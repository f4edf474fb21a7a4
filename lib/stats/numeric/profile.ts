import { dot, inverse, multiply } from './linear.ts';

/** A log likelihood, or one with a penalty, at a point. */
export interface Evaluation {
  /** Not finite where it leaves the doubles. */
  readonly value: number;
  readonly gradient: Float64Array;
  /** About its second derivative with the sign turned, positive definite. Row-major. */
  readonly curvature: Float64Array;
}

export type Objective = (beta: Float64Array) => Evaluation;

export interface Maximum extends Evaluation {
  readonly beta: Float64Array;
  readonly iterations: number;
}

const MOST_ROUNDS = 200;
const MOST_TRIES = 40;

/** Rise that a step predicts (twice it) at which the search ends: 1e-10 standard errors. */
const RISE = 1e-20;

/** Longest step, in standard errors by the curvature where the search began. */
const LONGEST = 10;

/** Below this a rise that no longer shrinks is rounding. */
const NEARLY = 1e-12;

/**
 * The largest value over the coefficients in `free`, the others as in `start`; undefined where the steps lead nowhere. Newton's method with
 * steps shortened where they go too far; where the curvature is only about the second derivative, it takes more rounds.
 */
export function maximise(objective: Objective, start: Float64Array, free: readonly number[]): Maximum | undefined {
  let now = objective(start);
  const { curvature } = now;
  let beta = start;
  let before = Number.POSITIVE_INFINITY;
  if (!Number.isFinite(now.value)) return undefined;
  for (let iterations = 0; iterations < MOST_ROUNDS; iterations++) {
    const step = newtonStep(now, free);
    if (step === undefined) return undefined;
    const rise = dot(step, now.gradient);
    if (rise <= RISE || (rise < NEARLY && rise > before / 4)) return { ...now, beta, iterations };
    before = rise;
    let next: Evaluation | undefined;
    let moved = beta;
    const allowed = 1e-12 * Math.max(1, Math.abs(now.value));
    const length = Math.sqrt(dot(step, multiply(curvature, step)));
    let share = length > LONGEST ? LONGEST / length : 1;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      moved = beta.map((b, j) => b + share * step[j]!);
      next = objective(moved);
      const slope = dot(step, next.gradient);
      const rises = next.value >= now.value - allowed;
      if (rises && !(rise > NEARLY && slope < -rise / 2)) break;
      // where the curvature is too small, whole steps go to and fro between two sides of the maximum
      share *= rises ? rise / (rise - slope) : 1 / 2;
      next = undefined;
    }
    if (next === undefined) return rise < NEARLY ? { ...now, beta, iterations } : undefined;
    now = next;
    beta = moved;
  }
  return undefined;
}

function newtonStep({ gradient, curvature }: Evaluation, free: readonly number[]): Float64Array | undefined {
  const p = gradient.length;
  const size = free.length;
  const step = new Float64Array(p);
  const own = Float64Array.from({ length: size * size }, (_, at) => {
    return curvature[free[Math.floor(at / size)]! * p + free[at % size]!]!;
  });
  const variance = inverse(own, size, 0);
  if ('dependent' in variance) return undefined;
  const moves = multiply(
    variance,
    Float64Array.from(free, (j) => gradient[j]!),
  );
  free.forEach((j, at) => {
    step[j] = moves[at]!;
  });
  return step;
}

/**
 * The value with coefficient `j` held at `at` and the others free; undefined where none is found. They begin as in `near`, or where the curvature
 * at the maximum says that they go along, or as they are at the maximum, or at 0.
 */
export function profileAt(
  objective: Objective,
  maximum: Maximum,
  j: number,
  at: number,
  near?: Float64Array,
): Maximum | undefined {
  const { beta, curvature } = maximum;
  const p = beta.length;
  const variance = inverse(curvature, p, 0);
  const along = 'dependent' in variance ? beta : alongWith(beta, variance, j, at);
  const free = [...beta.keys()].filter((k) => k !== j);
  for (const start of [...(near === undefined ? [] : [near]), along, beta, new Float64Array(p)]) {
    const held = maximise(objective, start.with(j, at), free);
    if (held !== undefined) return held;
  }
  return undefined;
}

function alongWith(beta: Float64Array, variance: Float64Array, j: number, at: number): Float64Array {
  const p = beta.length;
  return beta.map((b, k) => b + ((at - beta[j]!) * variance[k * p + j]!) / variance[j * p + j]!);
}

/** Beyond this many standard errors from the estimate a profile that is still too high never comes down. */
const FARTHEST = 1e6;

/** A point of a profile: the maximum with one coefficient held, and its slope along that one. */
interface Held {
  readonly value: number;
  readonly slope: number;
  readonly beta: Float64Array;
}

/** Where a profile has fallen by what is allowed; or that it can't be followed so far. */
export type ProfileLimit = number | 'not followed';

/** Where the profile of a coefficient has its top. */
interface Top {
  readonly value: number;
  readonly centre: number;
  readonly standardError: number;
}

/**
 * Where, to the side of `sign`, the profile of coefficient `j` lies `drop` below the maximum: see {@link limitOf}. About five searches with the
 * coefficient held.
 */
export function profileLimit(
  objective: Objective,
  maximum: Maximum,
  j: number,
  sign: 1 | -1,
  drop: number,
): ProfileLimit {
  const { beta, value, curvature } = maximum;
  const p = beta.length;
  const variance = inverse(curvature, p, 0);
  if ('dependent' in variance) return 'not followed';
  const top = { value, centre: beta[j]!, standardError: Math.sqrt(variance[j * p + j]!) };
  const hold = (at: number, near: Float64Array | undefined) => {
    const held = profileAt(objective, maximum, j, at, near);
    return held && { value: held.value, slope: held.gradient[j]!, beta: held.beta };
  };
  return limitOf(top, hold, sign, drop);
}

/**
 * Where a profile lies `drop` below its top: infinite where it never does, `not followed` where it can't be computed so far. `hold` gives the profile at a value,
 * its search begun near a point if one is given. Newton's method on the root of the drop, which is nearly straight, within a bracket.
 * Source: Venzon & Moolgavkar, Appl Stat 1988;37:87.
 */
export function limitOf(
  { value, centre, standardError }: Top,
  hold: (at: number, near: Float64Array | undefined) => Held | undefined,
  sign: 1 | -1,
  drop: number,
): ProfileLimit {
  const wanted = Math.sqrt(2 * drop);
  let near = 0; // distances from the centre, in standard errors
  let far = Number.POSITIVE_INFINITY;
  let distance = wanted;
  let from: Float64Array | undefined;
  for (let round = 0; round < MOST_ROUNDS && distance < FARTHEST; round++) {
    const held = hold(centre + sign * distance * standardError, from);
    if (held === undefined) {
      far = Math.min(far, distance); // too far to be computed: nearer
      if (far < 1e-3 * wanted || far - near < 1e-9 * far) return 'not followed';
      distance = (near + far) / 2;
      continue;
    }
    const root = Math.sqrt(Math.max(0, 2 * (value - held.value)));
    if (root < wanted) {
      near = distance;
      from = held.beta;
    } else far = distance;
    const slope = (-sign * held.slope * standardError) / root;
    let next = distance + (wanted - root) / slope;
    if (root > 0 && Math.abs(next - distance) < 1e-12 * distance) return centre + sign * next * standardError;
    if (!(next > near && next < far)) next = Number.isFinite(far) ? (near + far) / 2 : 2 * distance;
    if (next > 4 * distance) next = 4 * distance;
    if (far - near < 1e-14 * far) return centre + sign * next * standardError;
    distance = next;
  }
  return sign * Number.POSITIVE_INFINITY;
}
