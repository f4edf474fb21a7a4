import { CholeskyFactor } from './cholesky-factor.ts';
import { addTo, dot, products } from './column-products.ts';
import type { PredictorLikelihood } from './elastic-net-likelihood.ts';

/** What a penalised fit has at one lambda: on the columns' standardised scale. */
export interface NetPoint {
  readonly intercept: number;
  /** Indices of the columns that are in, and their coefficients. */
  readonly active: readonly number[];
  readonly coefficients: readonly number[];
  readonly logLikelihood: number;
}

const MOST_ROUNDS = 400;

/** What a column that others determine must gain on them, as a share of the penalty, to take the place of one. */
const GAIN = 1e-9;

/**
 * Fits of loglik / n - lambda (alpha |b| + (1 - alpha) b^2 / 2), each warm-started from the last.
 * Newton's method on the columns that are in: the curvature is frozen until steps no longer shrink the optimality violation enough, and the
 * quadratic model is solved exactly among coefficients of the present signs. Columns enter by the optimality conditions.
 * Sources: Friedman, Hastie & Tibshirani, J Stat Softw 2010;33(1); Simon et al., J Stat Softw 2011;39(5); Tibshirani et al. 2012.
 */
export class NetSolver {
  private readonly likelihood: PredictorLikelihood;
  private readonly columns: readonly (Float64Array | undefined)[];
  private readonly alpha: number;
  private readonly eta: Float64Array;
  private readonly beta: Float64Array;
  private readonly isIn: Uint8Array;
  private readonly ones: Float64Array;
  private readonly images: readonly [Float64Array, Float64Array];
  private readonly tile = new Float64Array(8);
  private active: number[] = [];
  private hessian: Float64Array = new Float64Array(0);
  private capacity = 0;
  /** Places in `active` whose curvature is factored, in the factor's order; with this ridge penalty. */
  private kept: number[] = [];
  /** Places of columns that are wanted, but that those kept determine. */
  private dependent: number[] = [];
  private readonly factor = new CholeskyFactor();
  private ridge = 0;
  private value: number;
  private stale = true;

  /** Columns stand in the likelihood's order, with mean 0 and variance 1; undefined where constant. */
  constructor(likelihood: PredictorLikelihood, columns: readonly (Float64Array | undefined)[], alpha: number) {
    this.likelihood = likelihood;
    this.columns = columns;
    this.alpha = alpha;
    this.eta = new Float64Array(likelihood.n);
    this.beta = new Float64Array(columns.length + 1);
    this.isIn = new Uint8Array(columns.length);
    this.ones = new Float64Array(likelihood.n).fill(1);
    this.images = [new Float64Array(likelihood.n), new Float64Array(likelihood.n)];
    if (likelihood.hasIntercept) this.active.push(columns.length); // the intercept is a column that isn't penalised
    this.value = likelihood.evaluate(this.eta);
    if (likelihood.hasIntercept) this.solve(Number.POSITIVE_INFINITY, 1e-14);
  }

  /** Log likelihood per patient where it stands. */
  get logLikelihood(): number {
    return this.value;
  }

  /** Largest |x'r| over the columns. */
  largestGradient(): number {
    return this.columns.reduce(
      (most, column) => (column === undefined ? most : Math.max(most, Math.abs(this.gradient(column)))),
      0,
    );
  }

  /** The fit at `lambda`, to a violation of at most `tolerance`; undefined where it doesn't settle. */
  solve(lambda: number, tolerance: number): NetPoint | undefined {
    const [lasso, ridge] =
      lambda === Number.POSITIVE_INFINITY ? [lambda, 0] : [lambda * this.alpha, lambda * (1 - this.alpha)];
    let last = Number.POSITIVE_INFINITY;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const gradient = this.active.map(
        (j) => this.gradient(this.column(j)) - (j === this.columns.length ? 0 : ridge * this.beta[j]!),
      );
      const violation = this.violation(gradient, lasso);
      if (violation <= tolerance) {
        if (lambda === Number.POSITIVE_INFINITY || !this.enter(lasso, tolerance)) return this.point();
        last = Number.POSITIVE_INFINITY;
        continue;
      }
      if (this.stale || violation > 0.2 * last) this.refreeze();
      last = violation;
      const step = this.model(gradient, Number.isFinite(lasso) ? lasso : 0, ridge);
      if (!this.move(step, lasso, ridge)) {
        if (this.stale) return undefined;
        this.stale = true;
      }
    }
    return undefined;
  }

  private column(j: number): Float64Array {
    return j === this.columns.length ? this.ones : this.columns[j]!;
  }

  private gradient(column: Float64Array): number {
    return dot(column, this.likelihood.residual);
  }

  /** How far the columns that are in are from their optimality conditions; `gradient` is of the smooth part. */
  private violation(gradient: readonly number[], lasso: number): number {
    let most = 0;
    this.active.forEach((j, a) => {
      const g = gradient[a]!;
      const b = this.beta[j]!;
      const off =
        j === this.columns.length ? Math.abs(g) : b === 0 ? Math.abs(g) - lasso : Math.abs(g - Math.sign(b) * lasso);
      most = Math.max(most, off);
    });
    return most;
  }

  /** Takes in the columns whose gradient the penalty doesn't hold. */
  private enter(lasso: number, tolerance: number): boolean {
    const before = this.active.length;
    this.columns.forEach((column, j) => {
      if (column === undefined || this.isIn[j] === 1) return;
      if (Math.abs(this.gradient(column)) > lasso + tolerance) {
        this.isIn[j] = 1;
        this.active.push(j);
      }
    });
    if (this.active.length === before) return false;
    if (!this.stale) this.extend(before);
    return true;
  }

  private refreeze(): void {
    this.likelihood.freeze();
    this.active = this.active.filter((j) => {
      const stays = j === this.columns.length || this.beta[j] !== 0 || this.alpha === 0 || this.stale;
      if (!stays) this.isIn[j] = 0;
      return stays;
    });
    this.forget();
    this.extend(0);
    this.stale = false;
  }

  /** Rows of the Hessian from `from` on. */
  private extend(from: number): void {
    const size = this.active.length;
    if (size > this.capacity) {
      const capacity = Math.max(size, 2 * this.capacity, 16);
      const next = new Float64Array(capacity * capacity);
      for (let a = 0; a < from; a++) {
        next.set(this.hessian.subarray(a * this.capacity, a * this.capacity + from), a * capacity);
      }
      this.hessian = next;
      this.capacity = capacity;
    }
    const { images, likelihood, hessian, active } = this;
    for (let a = from; a < size; a += 2) {
      const next = Math.min(a + 1, size - 1);
      likelihood.curvature(this.column(active[a]!), images[0]);
      likelihood.curvature(this.column(active[next]!), images[1]);
      for (let b = 0; b <= next; b += 4) {
        const column = (c: number) => this.column(active[Math.min(b + c, next)]!);
        products(images, [column(0), column(1), column(2), column(3)], this.tile);
        for (let c = 0; c < 4 && b + c <= next; c++) {
          if (b + c <= a) hessian[a * this.capacity + b + c] = hessian[(b + c) * this.capacity + a] = this.tile[c]!;
          hessian[next * this.capacity + b + c] = hessian[(b + c) * this.capacity + next] = this.tile[4 + c]!;
        }
      }
    }
  }

  /**
   * Step to the maximum of the quadratic model among coefficients of the present signs: solved exactly; a coefficient that would cross 0 ends there
   * and leaves, one that would start against its gradient stays out.
   */
  private model(gradient: readonly number[], lasso: number, ridge: number): Float64Array {
    const { active, capacity, hessian, factor } = this;
    const size = active.length;
    const signed = (a: number) => lasso > 0 && active[a] !== this.columns.length;
    const signs = active.map((j, a) => Math.sign(this.beta[j] === 0 ? gradient[a]! : this.beta[j]!));
    this.keep((a) => !signed(a) || this.beta[active[a]!] !== 0 || Math.abs(gradient[a]!) > lasso, ridge);
    const slope = Float64Array.from(gradient); // of the smooth part at the point so far
    const step = new Float64Array(size);
    let exchanges = 0;
    while (this.kept.length > 0) {
      const { kept } = this;
      const m = kept.length;
      const move = new Float64Array(m);
      for (let r = 0; r < m; r++) move[r] = slope[kept[r]!]! - (signed(kept[r]!) ? lasso * signs[kept[r]!]! : 0);
      factor.solve(move);
      let share = 1;
      let crossing = -1;
      const wrong = new Set<number>();
      for (let r = 0; r < m; r++) {
        const a = kept[r]!;
        if (!signed(a)) continue;
        const at = this.beta[active[a]!]! + step[a]!;
        if (at === 0) {
          if (move[r]! * signs[a]! < 0) wrong.add(a);
        } else if ((at + move[r]!) * signs[a]! < 0 && -at / move[r]! < share) {
          share = -at / move[r]!;
          crossing = a;
        }
      }
      if (wrong.size > 0) {
        this.leave((a) => wrong.has(a));
        continue;
      }
      for (let r = 0; r < m; r++) {
        const a = kept[r]!;
        const change = a === crossing ? -this.beta[active[a]!]! - step[a]! : share * move[r]!;
        step[a]! += change;
        const row = a * capacity;
        for (let b = 0; b < size; b++) slope[b]! -= hessian[row + b]! * change;
        if (active[a] !== this.columns.length) slope[a]! -= ridge * change;
      }
      if (crossing >= 0) this.leave((a) => a === crossing);
      else if (ridge > 0 || exchanges++ === size || !this.exchange(slope, step, signs, lasso)) break;
    }
    return step;
  }

  /**
   * Takes in a column that those kept determine, at the cost of one of them: along the direction that changes no predictor the penalty falls
   * evenly, up to where a coefficient comes to 0. False where no such column gains.
   */
  private exchange(slope: Float64Array, step: Float64Array, signs: number[], lasso: number): boolean {
    const { active, capacity, hessian, factor, kept } = this;
    const at = (a: number) => this.beta[active[a]!]! + step[a]!;
    for (const a of this.dependent) {
      const excess = at(a) === 0 ? Math.abs(slope[a]!) - lasso : Math.abs(slope[a]! - lasso * Math.sign(at(a)));
      if (excess <= GAIN * lasso) continue;
      const along = Math.sign(at(a) === 0 ? slope[a]! : slope[a]! - lasso * Math.sign(at(a)));
      const shares = Float64Array.from(kept, (b) => hessian[a * capacity + b]!);
      factor.solve(shares);
      let length = at(a) * along < 0 ? Math.abs(at(a)) : Number.POSITIVE_INFINITY;
      let out = a;
      kept.forEach((b, r) => {
        const change = -along * shares[r]!;
        if (active[b] === this.columns.length || !(at(b) * change < 0) || -at(b) / change >= length) return;
        length = -at(b) / change;
        out = b;
      });
      if (!(length > 0 && Number.isFinite(length))) continue;
      kept.forEach((b, r) => {
        step[b] = b === out ? -this.beta[active[b]!]! : step[b]! - along * length * shares[r]!;
      });
      step[a] = a === out ? -this.beta[active[a]!]! : step[a]! + along * length;
      this.dependent = this.dependent.filter((b) => b !== a);
      if (out === a) return true;
      this.leave((b) => b === out);
      signs[a] = at(a) < 0 ? -1 : 1;
      if (factor.append(Float64Array.from([...kept, a], (b) => hessian[a * capacity + b]!))) kept.push(a);
      return true;
    }
    return false;
  }

  /** Makes the factor that of the wanted columns' curvature; one that those before it determine is left out. */
  private keep(wanted: (a: number) => boolean, ridge: number): void {
    const { active, capacity, hessian, factor } = this;
    if (ridge !== this.ridge) this.forget();
    this.ridge = ridge;
    this.leave((a) => !wanted(a));
    this.dependent = [];
    const isKept = new Uint8Array(active.length);
    for (const a of this.kept) isKept[a] = 1;
    const row = new Float64Array(active.length);
    for (let a = 0; a < active.length; a++) {
      if (isKept[a] === 1 || !wanted(a)) continue;
      this.kept.forEach((b, r) => {
        row[r] = hessian[a * capacity + b]!;
      });
      const own = hessian[a * capacity + a]!;
      row[this.kept.length] = active[a] === this.columns.length ? own : own + ridge;
      if (factor.append(row)) this.kept.push(a);
      else this.dependent.push(a);
    }
  }

  private leave(goes: (a: number) => boolean): void {
    for (let r = this.kept.length - 1; r >= 0; r--) {
      if (!goes(this.kept[r]!)) continue;
      this.factor.remove(r);
      this.kept.splice(r, 1);
    }
  }

  private forget(): void {
    this.kept = [];
    this.factor.clear();
  }

  /** Takes the step, halved until the penalised likelihood doesn't fall. */
  private move(step: Float64Array, lasso: number, ridge: number): boolean {
    const { active, columns } = this;
    const before = active.map((j) => this.beta[j]!);
    const start = this.eta.slice();
    const along = new Float64Array(start.length);
    active.forEach((j, a) => {
      if (step[a] !== 0) addTo(along, this.column(j), step[a]!);
    });
    const penalty = () =>
      active.reduce((sum, j) => {
        if (j === columns.length) return sum;
        const b = this.beta[j]!;
        return sum + lasso * Math.abs(b) + (ridge * b * b) / 2;
      }, 0);
    const finite = Number.isFinite(lasso);
    const objective = this.value - (finite ? penalty() : 0);
    for (let share = 1, halvings = 0; halvings < 40; share /= 2, halvings++) {
      active.forEach((j, a) => {
        this.beta[j] = before[a]! + share * step[a]!;
      });
      for (let i = 0; i < start.length; i++) this.eta[i] = start[i]! + share * along[i]!;
      const value = this.likelihood.evaluate(this.eta);
      if (value - (finite ? penalty() : 0) >= objective - 1e-13 * Math.max(1, Math.abs(objective))) {
        this.value = value;
        if (halvings > 0) this.stale = true;
        return true;
      }
    }
    active.forEach((j, a) => {
      this.beta[j] = before[a]!;
    });
    this.eta.set(start);
    this.value = this.likelihood.evaluate(this.eta);
    return false;
  }

  private point(): NetPoint {
    const kept = this.active.filter((j) => j !== this.columns.length && this.beta[j] !== 0).sort((a, b) => a - b);
    return {
      intercept: this.beta[this.columns.length]!,
      active: kept,
      coefficients: kept.map((j) => this.beta[j]!),
      logLikelihood: this.value,
    };
  }
}
