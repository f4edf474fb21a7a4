import { dot } from '../numeric/linear.ts';

/** A gene's logistic fit beside covariates; on the gene's own scale. */
export interface GeneLogitFit {
  readonly coefficient: number;
  readonly standardError: number;
  readonly logLikelihood: number;
}

const MOST_STEPS = 12;

const MOST_HALVINGS = 20;

/** Twice the rise that a last step predicts: the step after it is about a 1e-9th of a standard error. */
const RISE = 1e-9;

/** Share of a column's information, beyond that of the columns before it, below which it counts as collinear. */
const COLLINEAR = 1e-11;

/** Rows that share a logarithm: the product of so many numbers from 1 to 2 stays far below the largest double. */
const PER_LOGARITHM = 512;

/**
 * Logistic models of one binary gene after the other beside the same covariates. Every fit begins at the covariates' own, whose information and score
 * cost nothing more; products of covariates are made once. O(n q²) a step of q columns.
 */
export class GeneLogit {
  /** Log likelihood of the covariates alone. */
  readonly nullLogLikelihood: number;
  private readonly outcome: Uint8Array;
  private readonly n: number;
  private readonly q: number;
  /** Column j stands at j * n, the intercept's of ones first; and the products of columns a and b <= a, one pair after the other. */
  private readonly columns: Float64Array;
  private readonly pairs: Float64Array;
  private readonly start: Float64Array;
  private readonly eta: Float64Array;
  private readonly weight: Float64Array;
  private readonly residual: Float64Array;
  private readonly nullWeight: Float64Array;
  private readonly nullResidual: Float64Array;
  private readonly products: Float64Array;
  private readonly nullProducts: Float64Array;
  /** Information and its Cholesky factor (lower triangle, of the gene last); score; and the step. */
  private readonly factor: Float64Array;
  private readonly score: Float64Array;
  private readonly step: Float64Array;

  /** `columns` are standardised and begin with the intercept's; `start` are the coefficients of the model without a gene. */
  constructor(outcome: Uint8Array, columns: readonly Float64Array[], start: Float64Array) {
    const n = outcome.length;
    const q = columns.length;
    const rows = () => new Float64Array(n);
    this.outcome = outcome;
    this.n = n;
    this.q = q;
    this.columns = new Float64Array(q * n);
    columns.forEach((column, j) => {
      this.columns.set(column, j * n);
    });
    this.pairs = new Float64Array(((q * (q + 1)) / 2) * n);
    for (let a = 0, at = 0; a < q; a++) {
      for (let b = 0; b <= a; b++) for (let i = 0; i < n; i++) this.pairs[at++] = columns[a]![i]! * columns[b]![i]!;
    }
    this.start = start;
    [this.eta, this.weight, this.residual] = [rows(), rows(), rows()];
    this.products = new Float64Array((q * (q + 1)) / 2);
    this.factor = new Float64Array((q + 1) ** 2);
    this.score = new Float64Array(q + 1);
    this.step = new Float64Array(q + 1);
    const beta = new Float64Array(q + 1);
    beta.set(start);
    this.nullLogLikelihood = this.evaluate(beta, new Int32Array(0));
    this.nullWeight = this.weight.slice();
    this.nullResidual = this.residual.slice();
    multiplyRows(this.pairs, this.weight, this.products);
    this.nullProducts = this.products.slice();
  }

  /** The gene's score statistic at the covariates' own fit; undefined where the covariates determine the gene. O(carriers q). */
  scoreTest(carriers: Int32Array): number | undefined {
    this.weight.set(this.nullWeight);
    this.residual.set(this.nullResidual);
    this.products.set(this.nullProducts);
    this.factorise(carriers);
    if (this.decompose() !== undefined) return undefined;
    const { q, factor, score, step } = this;
    score.fill(0, 0, q);
    score[q] = sumAt(this.nullResidual, carriers);
    this.solve();
    return (step[q]! * factor[q * (q + 1) + q]!) ** 2;
  }

  /** The fit, or undefined where it doesn't settle soon: another's to judge. The last {@link scoreTest} was of the same carriers. */
  fit(carriers: Int32Array): GeneLogitFit | undefined {
    const { n, q, score, step, factor } = this;
    const size = q + 1;
    let beta = new Float64Array(size);
    beta.set(this.start);
    let logLikelihood = this.nullLogLikelihood;
    let rise = step[q]! * score[q]!;
    for (let round = 0; round < MOST_STEPS; round++) {
      let next = logLikelihood;
      for (let halvings = 0; ; halvings++) {
        const tried = beta.map((b, j) => b + step[j]! / 2 ** halvings);
        next = this.evaluate(tried, carriers);
        if (next >= logLikelihood - 1e-10 * Math.abs(logLikelihood)) {
          beta = tried;
          break;
        }
        if (halvings === MOST_HALVINGS) return undefined;
      }
      logLikelihood = next;
      multiplyRows(this.pairs, this.weight, this.products);
      this.factorise(carriers);
      if (this.decompose() !== undefined) return undefined;
      if (rise < RISE) {
        return { coefficient: beta[q]!, standardError: 1 / factor[q * size + q]!, logLikelihood };
      }
      for (let j = 0; j < q; j++) score[j] = dotAt(this.columns, j * n, this.residual);
      score[q] = sumAt(this.residual, carriers);
      this.solve();
      rise = dot(step, score);
    }
    return undefined;
  }

  /** What the log likelihood tends to as the gene's coefficient goes to infinity (`direction` 1) or minus infinity; undefined as in {@link fit}. */
  limit(carriers: Int32Array, direction: 1 | -1): number | undefined {
    const { n, q, score, step } = this;
    let beta = new Float64Array(q + 1);
    beta.set(this.start);
    beta[q] = Number.POSITIVE_INFINITY * direction; // carriers are settled, however far the others go
    let logLikelihood = this.evaluate(beta, carriers);
    for (let round = 0; round < MOST_STEPS; round++) {
      multiplyRows(this.pairs, this.weight, this.products);
      this.factorise(carriers);
      if (this.decompose(q) !== undefined) return undefined;
      for (let j = 0; j < q; j++) score[j] = dotAt(this.columns, j * n, this.residual);
      score[q] = 0;
      this.solve(q);
      const rise = dot(step, score);
      if (rise < RISE / 100) return logLikelihood + rise / 2;
      beta = beta.map((b, j) => b + step[j]!);
      const next = this.evaluate(beta, carriers);
      if (!(next >= logLikelihood - 1e-10 * Math.abs(logLikelihood))) return undefined;
      logLikelihood = next;
    }
    return undefined;
  }

  /** Log likelihood; fills weights and residuals. */
  private evaluate(beta: Float64Array, carriers: Int32Array): number {
    const { n, q, columns, eta, weight, residual, outcome } = this;
    eta.fill(beta[0]!);
    for (let j = 1; j < q; j++) {
      const b = beta[j]!;
      for (let i = 0, at = j * n; i < n; i++, at++) eta[i]! += b * columns[at]!;
    }
    for (let k = 0; k < carriers.length; k++) eta[carriers[k]!]! += beta[q]!;
    let against = 0;
    let logarithm = 0;
    for (let from = 0; from < n; from += PER_LOGARITHM) {
      const to = Math.min(n, from + PER_LOGARITHM);
      let product = 1;
      for (let i = from; i < to; i++) {
        const e = eta[i]!;
        const y = outcome[i]!;
        const small = Math.exp(e < 0 ? e : -e);
        const share = 1 / (1 + small);
        const p = e < 0 ? small * share : share;
        weight[i] = small * share * share;
        residual[i] = y - p;
        product *= 1 + small;
        if (e < 0 === (y === 1)) against += e < 0 ? -e : e;
      }
      logarithm += Math.log(product);
    }
    return -(against + logarithm);
  }

  /** The information, into `factor`. */
  private factorise(carriers: Int32Array): void {
    const { n, q, products, factor, weight, columns } = this;
    const size = q + 1;
    for (let a = 0, at = 0; a < q; a++) for (let b = 0; b <= a; b++) factor[a * size + b] = products[at++]!;
    for (let j = 0; j < q; j++) {
      let sum = 0;
      for (let k = 0, o = j * n; k < carriers.length; k++) sum += weight[carriers[k]!]! * columns[o + carriers[k]!]!;
      factor[q * size + j] = sum;
    }
    factor[q * size + q] = factor[q * size]!; // column 0 is of ones
  }

  /** Cholesky of the first `count` columns, in place; answers one that those before it determine. */
  private decompose(count = this.q + 1): number | undefined {
    const { factor, q } = this;
    const size = q + 1;
    for (let j = 0; j < count; j++) {
      const own = j * size;
      const all = factor[own + j]!;
      let rest = all;
      for (let k = 0; k < j; k++) rest -= factor[own + k]! * factor[own + k]!;
      if (!(rest > COLLINEAR * all)) return j;
      const root = Math.sqrt(rest);
      factor[own + j] = root;
      for (let i = j + 1; i < count; i++) {
        let sum = factor[i * size + j]!;
        for (let k = 0; k < j; k++) sum -= factor[i * size + k]! * factor[own + k]!;
        factor[i * size + j] = sum / root;
      }
    }
    return undefined;
  }

  private solve(count = this.q + 1): void {
    const { factor, score, step } = this;
    const size = step.length;
    step.fill(0, count);
    for (let i = 0; i < count; i++) {
      let sum = score[i]!;
      for (let k = 0; k < i; k++) sum -= factor[i * size + k]! * step[k]!;
      step[i] = sum / factor[i * size + i]!;
    }
    for (let i = count - 1; i >= 0; i--) {
      let sum = step[i]!;
      for (let k = i + 1; k < count; k++) sum -= factor[k * size + i]! * step[k]!;
      step[i] = sum / factor[i * size + i]!;
    }
  }
}

/** Each row of a flat matrix times a vector: four rows at once, so that the vector is read a quarter as often. */
function multiplyRows(matrix: Float64Array, vector: Float64Array, out: Float64Array): void {
  const n = vector.length;
  let row = 0;
  for (; row + 3 < out.length; row += 4) {
    const [a, b, c, d] = [row * n, (row + 1) * n, (row + 2) * n, (row + 3) * n];
    let [p, q, r, s] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const v = vector[i]!;
      p += matrix[a + i]! * v;
      q += matrix[b + i]! * v;
      r += matrix[c + i]! * v;
      s += matrix[d + i]! * v;
    }
    out[row] = p;
    out[row + 1] = q;
    out[row + 2] = r;
    out[row + 3] = s;
  }
  for (; row < out.length; row++) out[row] = dotAt(matrix, row * n, vector);
}

function dotAt(matrix: Float64Array, from: number, vector: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += matrix[from + i]! * vector[i]!;
  return sum;
}

function sumAt(values: Float64Array, places: Int32Array): number {
  let sum = 0;
  for (let k = 0; k < places.length; k++) sum += values[places[k]!]!;
  return sum;
}
