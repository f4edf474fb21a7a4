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
const MOST_HALVINGS = 40;

/** Rise that a step predicts (twice it) at which the search ends: 1e-10 standard errors. */
const RISE = 1e-20;

/** Below this a rise that no longer shrinks is rounding. */
const NEARLY = 1e-12;

/**
 * The largest value over the coefficients in `free`, the others as in `start`; undefined where the steps lead nowhere. Newton's method with
 * halving; where the curvature is only about the second derivative, it takes more rounds.
 */
export function maximise(objective: Objective, start: Float64Array, free: readonly number[]): Maximum | undefined {
  let now = objective(start);
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
    for (let halvings = 0, share = 1; halvings < MOST_HALVINGS; halvings++, share /= 2) {
      moved = beta.map((b, j) => b + share * step[j]!);
      next = objective(moved);
      if (next.value >= now.value - allowed) break;
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

/** The value with coefficient `j` held at `at` and the others free. */
export function profileAt(objective: Objective, from: Float64Array, j: number, at: number): Maximum | undefined {
  const start = from.slice();
  start[j] = at;
  return maximise(
    objective,
    start,
    [...from.keys()].filter((k) => k !== j),
  );
}

/** Beyond this many standard errors from the estimate a profile that is still too high never comes down. */
const FARTHEST = 1e6;

/**
 * Where, to the side of `sign`, the profile of coefficient `j` lies `drop` below the maximum: infinite where it never does. Newton's method on the
 * root of the drop, which is nearly straight, within a bracket. About five searches with the coefficient held.
 * Source: Venzon & Moolgavkar, Appl Stat 1988;37:87.
 */
export function profileLimit(objective: Objective, maximum: Maximum, j: number, sign: 1 | -1, drop: number): number {
  const p = maximum.beta.length;
  const variance = inverse(maximum.curvature, p, 0);
  const none = sign * Number.POSITIVE_INFINITY;
  if ('dependent' in variance) return none;
  const centre = maximum.beta[j]!;
  const error = Math.sqrt(variance[j * p + j]!);
  const wanted = Math.sqrt(2 * drop);
  let near = 0; // distances from the centre, in standard errors
  let far = Number.POSITIVE_INFINITY;
  let distance = wanted;
  let from = maximum.beta;
  for (let round = 0; round < MOST_ROUNDS && distance < FARTHEST; round++) {
    const held = profileAt(objective, from, j, centre + sign * distance * error);
    if (held === undefined) {
      if (near === 0) return none;
      far = Math.min(far, distance); // too far to be computed: nearer
      if (far - near < 1e-9 * far) return none;
      distance = (near + far) / 2;
      continue;
    }
    const root = Math.sqrt(Math.max(0, 2 * (maximum.value - held.value)));
    if (root < wanted) {
      near = distance;
      from = held.beta;
    } else far = distance;
    const slope = (-sign * held.gradient[j]! * error) / root;
    let next = distance + (wanted - root) / slope;
    if (!(next > near && next < far)) next = Number.isFinite(far) ? (near + far) / 2 : 2 * distance;
    if (next > 4 * distance) next = 4 * distance;
    if (Math.abs(next - distance) < 1e-12 * distance || far - near < 1e-14 * far) return centre + sign * next * error;
    distance = next;
  }
  return none;
}
