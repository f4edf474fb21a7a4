import { roomFor } from '../numeric/vectors.ts';
import type { PredictorLikelihood } from './elastic-net-likelihood.ts';
import { ActiveColumns } from './net-active.ts';
import type { NetColumns } from './net-columns.ts';
import { modelRoom, NetModel } from './net-model.ts';

/** What a penalised fit has at one lambda: on the columns' standardised scale. */
export interface NetPoint {
  readonly intercept: number;
  /** Indices of the columns that are in, and their coefficients. */
  readonly active: readonly number[];
  readonly coefficients: readonly number[];
  readonly logLikelihood: number;
}

interface Penalty {
  readonly lasso: number;
  readonly ridge: number;
  /** Largest violation of the optimality conditions that is none. */
  readonly tolerance: number;
}

const MOST_ROUNDS = 2000;
/** Columns that may come in beyond as many as there are patients, before it is seen that others determine them. */
const SPARE = 64;

/** Where a column stands: not expected to come in, looked at in each round, in, without information. */
const SET_ASIDE = 0;
const WATCHED = 1;
const IN = 2;
const CONSTANT = 3;

/** Violation, as a share of the penalty, below which columns may come in before those that are in are solved; and by how much it falls between looks. */
const EARLY = 0.05;
const LATER = 1 / 30;

/** What a column that others determine must gain on them, as a share of the penalty, to take the place of one. */
const GAIN = 1e-9;

/**
 * Fits of loglik / n - lambda (alpha |b| + (1 - alpha) b^2 / 2), each warm-started from the last.
 * Newton's method on the columns that are in: the curvature is frozen as long as more steps with it cost less than a new one, and each step is to the
 * maximum of the quadratic model among coefficients of the present signs. Columns come in by the optimality conditions, looked at first among those
 * that the sequential strong rule expects, and at last among all.
 * Sources: Friedman, Hastie & Tibshirani, J Stat Softw 2010;33(1); Simon et al., J Stat Softw 2011;39(5); Tibshirani et al., J R Stat Soc B 2012;74:245.
 */
export class NetSolver {
  private readonly likelihood: PredictorLikelihood;
  private readonly columns: NetColumns;
  private readonly alpha: number;
  private readonly active: ActiveColumns;
  private readonly model: NetModel;
  private readonly state: Uint8Array;
  private readonly list: Int32Array;
  private readonly gradients: Float64Array;
  private readonly eta: Float64Array;
  private readonly start: Float64Array;
  private readonly along: Float64Array;
  private readonly residual: Float64Array;
  private readonly slope: Float64Array;
  private readonly step: Float64Array;
  private readonly before: Float64Array;
  private value: number;
  /** Whether the model's curvature must be made anew before it is used, and whether it is of where the fit stands. */
  private isStale = true;
  private isFresh = false;
  /** Whether it failed because there was no place left for a column that had to come in. */
  isFull = false;
  /** The lasso penalty that the gradients are of. */
  private solved = Number.POSITIVE_INFINITY;

  /** Columns stand in the likelihood's order, in a room that has {@link solverRoom} for the solver. At most `most` may be in. */
  constructor(likelihood: PredictorLikelihood, columns: NetColumns, alpha: number, most: number) {
    const { n, hasIntercept } = likelihood;
    this.likelihood = likelihood;
    this.columns = columns;
    this.alpha = alpha;
    const { room } = columns;
    this.active = new ActiveColumns(room, n, most);
    this.model = new NetModel(likelihood, this.active, room);
    this.residual = room.take(n);
    this.slope = room.take(most);
    this.step = room.take(most);
    this.before = new Float64Array(most);
    this.state = Uint8Array.from({ length: columns.count }, (_, j) => (columns.isConstant(j) ? CONSTANT : SET_ASIDE));
    this.list = new Int32Array(columns.count);
    this.gradients = new Float64Array(columns.count);
    this.eta = new Float64Array(n);
    this.start = new Float64Array(n);
    this.along = room.take(n);
    this.value = likelihood.evaluate(this.eta);
    if (!hasIntercept) return;
    this.active.append(columns.count, 0)!.fill(1); // a column that isn't penalised
    this.climb({ lasso: Number.POSITIVE_INFINITY, ridge: 0, tolerance: 1e-14 });
  }

  /** Log likelihood per patient where it stands. */
  get logLikelihood(): number {
    return this.value;
  }

  /** Largest |x'r| over the columns, none of which is in. */
  largestGradient(): number {
    const count = this.look(SET_ASIDE);
    let most = 0;
    for (let q = 0; q < count; q++) most = Math.max(most, Math.abs(this.gradients[this.list[q]!]!));
    this.solved = most;
    return most;
  }

  /** The fit at `lambda`, to a violation of at most `tolerance`; undefined where it doesn't settle. */
  solve(lambda: number, tolerance: number): NetPoint | undefined {
    const lasso = lambda * this.alpha;
    this.watch(2 * lasso - this.solved);
    if (!this.climb({ lasso, ridge: lambda * (1 - this.alpha), tolerance })) return undefined;
    const { size, columns, signs } = this.active;
    for (let a = 0; a < size; a++) if (signs[a] !== 0) this.gradients[columns[a]!] = lasso * signs[a]!;
    this.solved = lasso;
    return this.point();
  }

  /** Steps until the conditions hold, of the columns that are in and of the others. */
  private climb(penalty: Penalty): boolean {
    const { lasso, tolerance } = penalty;
    let last = Number.POSITIVE_INFINITY;
    let early = EARLY * lasso;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const violation = this.violation(penalty);
      const isSolved = violation <= tolerance;
      if (isSolved || violation < early) {
        if (early > 0) early = LATER * violation;
        const entered = this.enter(lasso + (isSolved ? tolerance : 2 * violation), penalty);
        if (entered === undefined && this.isFull) return false;
        if (entered === undefined && isSolved) {
          if (this.isFresh) return false;
          this.isStale = true;
        }
        if (entered ?? isSolved) {
          last = Number.POSITIVE_INFINITY;
          continue;
        }
        if (isSolved) {
          if (!this.widen(lasso + tolerance)) return true;
          continue;
        }
      }
      if (this.isStale || this.isSlow(violation, last, tolerance)) {
        last = Number.POSITIVE_INFINITY;
        const renewed = this.renew(penalty);
        if (renewed === undefined) return false;
        if (!renewed) continue;
      } else last = violation;
      // what came in and left at once would come again: no more early ones at this penalty
      if (!this.model.step(this.slope, this.step)) early = 0;
      if (!this.move(penalty)) return false;
    }
    return false;
  }

  /** Derivatives of the penalised likelihood in the columns that are in; the largest of them. */
  private violation({ lasso, ridge }: Penalty): number {
    const { active, slope } = this;
    const { size, signs, coefficients } = active;
    this.residual.set(this.likelihood.residual);
    this.columns.room.products(active.list, size, this.residual, slope);
    let most = 0;
    for (let a = 0; a < size; a++) {
      if (signs[a] !== 0) slope[a]! -= lasso * signs[a]! + ridge * coefficients[a]!;
      most = Math.max(most, Math.abs(slope[a]!));
    }
    return most;
  }

  /** Whether the steps still to be made at the present pace would cost more than a new curvature, which is as much as a sixth of a step for each column. */
  private isSlow(violation: number, last: number, tolerance: number): boolean {
    const pace = violation / last;
    if (pace >= 0.9) return true;
    return pace > 1e-3 && Math.log(tolerance / violation) / Math.log(pace) > 2 + this.active.size / 6;
  }

  /** Looks at columns in a state: their gradients, and how many `list` holds. */
  private look(state: number): number {
    const { list, columns } = this;
    let count = 0;
    for (let j = 0; j < columns.count; j++) if (this.state[j] === state) list[count++] = j;
    this.residual.set(this.likelihood.residual);
    columns.products(list, count, this.residual, this.gradients);
    return count;
  }

  /** Watches the columns whose gradient was at least so large where they were last looked at. */
  private watch(least: number): void {
    this.gradients.forEach((gradient, j) => {
      if (this.state[j] === SET_ASIDE && Math.abs(gradient) >= least) this.state[j] = WATCHED;
    });
  }

  /** Watches those set aside that the penalty doesn't hold; false where there are none. */
  private widen(bound: number): boolean {
    const count = this.look(SET_ASIDE);
    let found = false;
    for (let q = 0; q < count; q++) {
      if (Math.abs(this.gradients[this.list[q]!]!) <= bound) continue;
      this.state[this.list[q]!] = WATCHED;
      found = true;
    }
    return found;
  }

  /** Takes in the watched columns whose gradient is beyond the bound; false where there are none, undefined where none can come in. */
  private enter(bound: number, penalty: Penalty): boolean | undefined {
    const { active, gradients, list } = this;
    const count = this.look(WATCHED);
    const before = active.size;
    for (let q = 0; q < count; q++) {
      const j = list[q]!;
      if (Math.abs(gradients[j]!) > bound && !this.take(j)) {
        // of the lasso's others determine all but n: the rest come when that is seen
        if (this.alpha === 1) break;
        this.isFull = true;
        return undefined;
      }
    }
    if (active.size === before) return false;
    if (this.isStale) return true;
    const dependent: { column: number; shares: Float64Array }[] = [];
    for (let found = this.model.extend(); found !== undefined; found = this.model.extend()) {
      dependent.push({ column: active.columns[found.place]!, shares: this.model.shares(found) });
      this.release(found.place);
    }
    if (active.size > before) return true;
    for (const { column, shares } of dependent) if (this.exchange(column, shares, penalty)) return true;
    return undefined;
  }

  private take(j: number): boolean {
    const values = this.active.append(j, Math.sign(this.gradients[j]!));
    if (values === undefined) return false;
    this.state[j] = IN;
    this.columns.copy(j, values);
    return true;
  }

  private release(place: number): void {
    this.state[this.active.columns[place]!] = WATCHED;
    this.active.remove(place);
  }

  /**
   * Takes in a column that those in determine, at the cost of one of them: along the direction that changes no predictor the penalty falls evenly, up
   * to where a coefficient comes to 0. False where it doesn't gain.
   */
  private exchange(j: number, shares: Float64Array, penalty: Penalty): boolean {
    const { active, gradients } = this;
    const { coefficients, signs } = active;
    if (Math.abs(gradients[j]!) - penalty.lasso <= GAIN * penalty.lasso) return false;
    const along = Math.sign(gradients[j]!);
    let length = Number.POSITIVE_INFINITY;
    let out = -1;
    for (let a = 0; a < shares.length; a++) {
      const change = -along * shares[a]!;
      if (signs[a] === 0 || !(signs[a]! * change < 0) || -coefficients[a]! / change >= length) continue;
      length = -coefficients[a]! / change;
      out = a;
    }
    if (!(length > 0 && Number.isFinite(length))) return false;
    if (!this.take(j)) return false;
    for (let a = 0; a < shares.length; a++) this.step[a] = -along * length * shares[a]!;
    this.step[out] = -active.coefficients[out]!;
    this.step[shares.length] = along * length;
    this.model.remove(out);
    return this.move(penalty);
  }

  /** Makes the model anew where the fit stands; false where a column had to go, so that the slopes are others, undefined where the intercept had to. */
  private renew({ ridge }: Penalty): boolean | undefined {
    const { active, eta } = this;
    this.model.freeze(ridge);
    this.isStale = false;
    this.isFresh = true;
    let moved = false;
    let gone = false;
    for (let found = this.model.extend(); found !== undefined; found = this.model.extend()) {
      const { place } = found;
      if (active.signs[place] === 0) return undefined;
      const b = active.coefficients[place]!;
      const column = active.at(place);
      for (let i = 0; i < eta.length; i++) eta[i]! -= b * column[i]!;
      moved ||= b !== 0;
      gone = true;
      this.release(place);
    }
    if (moved) this.value = this.likelihood.evaluate(eta);
    return !gone;
  }

  /** Takes the step, halved until the penalised likelihood doesn't fall; what it brings to 0 is out. False where a new model's step doesn't help. */
  private move(penalty: Penalty): boolean {
    const { active, eta, start, along, before, step } = this;
    const { size, coefficients, signs } = active;
    start.set(eta);
    along.fill(0);
    this.columns.room.add(active.list, size, step, along);
    before.set(coefficients);
    const least = this.value - this.cost(penalty);
    for (let share = 1, halvings = 0; halvings < 40; share /= 2, halvings++) {
      for (let a = 0; a < size; a++) coefficients[a] = before[a]! + share * step[a]!;
      for (let i = 0; i < eta.length; i++) eta[i] = start[i]! + share * along[i]!;
      const value = this.likelihood.evaluate(eta);
      if (value - this.cost(penalty) < least - 1e-13 * Math.max(1, Math.abs(least))) continue;
      this.value = value;
      this.isFresh = false;
      if (share < 1) this.isStale = true;
      for (let a = size - 1; a >= 0; a--) if (signs[a] !== 0 && coefficients[a] === 0) this.release(a);
      if (!this.isStale && this.model.extend() !== undefined) this.isStale = true;
      return true;
    }
    coefficients.set(before);
    eta.set(start);
    this.value = this.likelihood.evaluate(eta);
    this.isStale = true;
    return !this.isFresh;
  }

  private cost({ lasso, ridge }: Penalty): number {
    const { size, signs, coefficients } = this.active;
    let cost = 0;
    for (let a = 0; a < size; a++) {
      const b = coefficients[a]!;
      if (signs[a] !== 0) cost += lasso * Math.abs(b) + (ridge * b * b) / 2;
    }
    return cost;
  }

  private point(): NetPoint {
    const { size, columns, signs, coefficients } = this.active;
    const places = Array.from({ length: size }, (_, a) => a).filter((a) => signs[a] !== 0);
    places.sort((a, b) => columns[a]! - columns[b]!);
    return {
      intercept: this.likelihood.hasIntercept ? coefficients[0]! : 0,
      active: places.map((a) => columns[a]!),
      coefficients: places.map((a) => coefficients[a]!),
      logLikelihood: this.value,
    };
  }
}

/** How many columns may be in at first: of the lasso hardly more than patients can. */
export function firstMost(n: number, count: number): number {
  return Math.min(count + 1, n + SPARE);
}

/** Numbers that a solver of at most so many columns takes up in their room. */
export function solverRoom(n: number, most: number): number {
  return (most + 2) * roomFor(n) + 3 * roomFor(most) + modelRoom(n, most);
}
