import { dot } from './linear.ts';

/** How far the likelihood's term falls along a direction, and the vector whose product with the direction that is. */
export interface Fall {
  readonly by: number;
  readonly vector: Float64Array;
}

/** The worse of two parts' falls. */
export function worseFall(a: Fall | undefined, b: Fall | undefined): Fall | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.by < a.by ? b : a;
}

/** A residual this small, as a share of the size of what was summed, is rounding. */
const NONE = 1e-12;
/** A fall this small, as a share of both lengths, is rounding. */
const LEVEL = 1e-9;

/** Where a search for a direction stands. */
export interface Cone {
  /** A sum of all vectors with positive weights, and about the sum of their lengths. */
  readonly total: Float64Array;
  readonly size: number;
  /** Vectors and their shares in what comes nearest to -total, and what is missing: the direction to be tried next. */
  readonly passive: readonly Float64Array[];
  readonly shares: readonly number[];
  readonly residual: Float64Array;
  readonly rounds: number;
}

/**
 * The direction along which a log likelihood made of log-linear terms rises without end, or undefined where it has a maximum. Each term falls, or
 * doesn't, with the product of the direction and a vector; `total` is a sum of all of them with positive weights, `size` about the sum of their lengths,
 * and `worst` finds the one that falls most. What is answered is the residual of -total's projection on the cone of the vectors: it is 0 exactly where
 * no direction rises, and unique, so that nothing hangs on the order of rows. The non-negative least squares behind it keep at most as many vectors as
 * there are columns.
 * Source: Albert & Anderson, Biometrika 1984;71:1; Lawson & Hanson, Solving Least Squares Problems, 1974, ch. 23. O(columns) calls of `worst`.
 */
export function recession(
  total: Float64Array,
  size: number,
  worst: (direction: Float64Array) => Fall | undefined,
): Float64Array | undefined {
  let cone = coneOf(total, size);
  while (cone !== undefined) {
    const next = narrowed(cone, worst(cone.residual));
    if (next === 'rises') return cone.residual;
    cone = next;
  }
  return undefined;
}

/** The search's begin; undefined where there is nothing to find. */
export function coneOf(total: Float64Array, size: number): Cone | undefined {
  return open({ total, size, passive: [], shares: [], residual: total, rounds: 0 });
}

/** A cone as long as a direction may be left. */
function open(cone: Cone): Cone | undefined {
  const { residual, size, passive, total, rounds } = cone;
  const some = length(residual) > NONE * size && passive.length < total.length;
  return some && rounds < 50 + 20 * total.length ? cone : undefined;
}

/**
 * From the worst fall along the residual, the next one to try; `rises` where nothing falls along it, so that it is the direction sought; undefined where
 * there is none.
 */
export function narrowed(cone: Cone, fall: Fall | undefined): Cone | undefined | 'rises' {
  const { total, size, residual, rounds } = cone;
  if (fall === undefined || -fall.by <= LEVEL * length(residual) * length(fall.vector)) return 'rises';
  let passive = [...cone.passive, fall.vector];
  let shares = [...cone.shares, 0];
  for (;;) {
    const basis = orthonormal(passive);
    if (basis === undefined) return 'rises'; // what falls is what was there already: by rounding alone
    const wanted = solutionOf(basis, passive, total);
    const step = wanted.reduce(
      (least, value, k) => (value > 0 ? least : Math.min(least, shares[k]! / (shares[k]! - value))),
      1,
    );
    if (step === 1) {
      return open({ total, size, passive, shares: wanted, residual: without(total, basis), rounds: rounds + 1 });
    }
    const moved = shares.map((share, k) => share + step * (wanted[k]! - share));
    const least = 1e-14 * Math.max(...moved);
    const kept = [...moved.keys()].filter((k) => moved[k]! > least);
    if (kept.length === passive.length || kept.length === 0) return 'rises';
    passive = kept.map((k) => passive[k]!);
    shares = kept.map((k) => moved[k]!);
  }
}

/** Columns that a direction moves, by a share of the farthest. */
export function movedColumns(direction: Float64Array, share = 1e-6): number[] {
  const most = direction.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return [...direction.keys()].filter((j) => Math.abs(direction[j]!) > share * most);
}

/** By Gram and Schmidt, twice; undefined where a vector is a combination of those before it. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] | undefined {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = without(without(vector, basis), basis);
    const own = length(rest);
    if (!(own > 1e-10 * length(vector))) return undefined;
    basis.push(rest.map((value) => value / own));
  }
  return basis;
}

function without(vector: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const rest = vector.slice();
  for (const unit of basis) {
    const share = dot(rest, unit);
    for (let j = 0; j < rest.length; j++) rest[j]! -= share * unit[j]!;
  }
  return rest;
}

/** The shares of `vectors` whose sum is nearest to -total. */
function solutionOf(basis: readonly Float64Array[], vectors: readonly Float64Array[], total: Float64Array): number[] {
  const shares = basis.map((unit) => -dot(unit, total));
  for (let k = shares.length - 1; k >= 0; k--) {
    for (let l = k + 1; l < shares.length; l++) shares[k]! -= dot(basis[k]!, vectors[l]!) * shares[l]!;
    shares[k]! /= dot(basis[k]!, vectors[k]!);
  }
  return shares;
}

const length = (vector: Float64Array): number => Math.sqrt(dot(vector, vector));
