import { moments } from '../numeric/sample.ts';

/** Rows as a logistic model takes them. */
export interface LogisticRows {
  /** 0 or 1. */
  readonly outcome: Uint8Array;
  /** One array a covariate, none missing. */
  readonly covariates: readonly Float64Array[];
  readonly names: readonly string[];
  /** How many rows each stands for; rows of weight 0 are left out. */
  readonly weights?: Float64Array;
}

/** Centre and unit that a covariate's column is brought to, so that neither costs digits. Shared by all batches. */
export interface LogisticFrame {
  readonly centre: Float64Array;
  readonly scale: Float64Array;
}

/** A batch on its frame: column 0 is the intercept's, of ones. */
export interface LogisticDesign {
  readonly n: number;
  readonly columns: readonly Float64Array[];
  readonly outcome: Uint8Array;
  readonly weights: Float64Array | undefined;
}

/** What a batch gives at some coefficients. */
export interface LogisticSummary {
  readonly n: number;
  readonly events: number;
  readonly logLikelihood: number;
  readonly score: Float64Array;
  /** Row-major. */
  readonly information: Float64Array;
}

/** Throws RangeError on rows that can't be used. */
export function checkLogistic({ outcome, covariates, names, weights }: LogisticRows): void {
  if (covariates.length !== names.length) throw new RangeError('covariates and names differ in number');
  for (const [j, values] of covariates.entries()) {
    if (values.length !== outcome.length) throw new RangeError(`${names[j]} and the outcome differ in length`);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new RangeError(`${names[j]} has ${values[bad]} in row ${bad}`);
  }
  const odd = outcome.findIndex((value) => value > 1);
  if (odd >= 0) throw new RangeError(`the outcome is ${outcome[odd]} in row ${odd}`);
  if (weights === undefined) return;
  if (weights.length !== outcome.length) throw new RangeError('weights and outcome differ in length');
  const negative = weights.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (negative >= 0) throw new RangeError(`the weight is ${weights[negative]} in row ${negative}`);
}

/** Centre and spread of each covariate; a constant has scale 0. `centred: false` keeps the columns' own zero. */
export function logisticFrame({ covariates }: LogisticRows, { centred = true } = {}): LogisticFrame {
  const sums = covariates.map(moments.accumulate);
  return {
    centre: Float64Array.from(sums, ({ mean }) => (centred ? mean : 0)),
    scale: Float64Array.from(sums, ({ n, squares }, j) => {
      const first = covariates[j]![0];
      return covariates[j]!.every((value) => value === first) ? 0 : 1 / Math.sqrt(squares / n);
    }),
  };
}

/** A batch on the frame. */
export function logisticDesign(rows: LogisticRows, { centre, scale }: LogisticFrame): LogisticDesign {
  const { outcome, covariates, weights } = rows;
  const columns = covariates.map((values, j) => values.map((value) => (value - centre[j]!) * scale[j]!));
  return { n: outcome.length, columns: [new Float64Array(outcome.length).fill(1), ...columns], outcome, weights };
}

/** The linear predictor of each row. */
export function linearPredictor({ n, columns }: LogisticDesign, beta: Float64Array): Float64Array {
  const eta = new Float64Array(n);
  columns.forEach((column, j) => {
    const b = beta[j]!;
    if (b !== 0) for (let i = 0; i < n; i++) eta[i]! += b * column[i]!;
  });
  return eta;
}

/** Probability from log odds, without overflow. */
export function expit(eta: number): number {
  if (eta >= 0) return 1 / (1 + Math.exp(-eta));
  const odds = Math.exp(eta);
  return odds / (1 + odds);
}

/** X' diag(w) X, row-major. */
export function crossProduct(columns: readonly Float64Array[], weights: Float64Array): Float64Array {
  const p = columns.length;
  const n = weights.length;
  const out = new Float64Array(p * p);
  const weighted = new Float64Array(n);
  for (let j = 0; j < p; j++) {
    const own = columns[j]!;
    for (let i = 0; i < n; i++) weighted[i] = own[i]! * weights[i]!;
    for (let k = 0; k <= j; k++) {
      const other = columns[k]!;
      let sum = 0;
      for (let i = 0; i < n; i++) sum += weighted[i]! * other[i]!;
      out[j * p + k] = out[k * p + j] = sum;
    }
  }
  return out;
}

/** Likelihood of a batch at coefficients on its frame, with its two derivatives. O(n p^2). */
export function logisticLikelihood(design: LogisticDesign, beta: Float64Array): LogisticSummary {
  const { n, columns, outcome, weights } = design;
  const eta = linearPredictor(design, beta);
  const variance = new Float64Array(n);
  const residual = new Float64Array(n);
  let logLikelihood = 0;
  let size = 0;
  let events = 0;
  for (let i = 0; i < n; i++) {
    const weight = weights === undefined ? 1 : weights[i]!;
    const small = Math.exp(-Math.abs(eta[i]!));
    const p = eta[i]! >= 0 ? 1 / (1 + small) : small / (1 + small);
    const y = outcome[i]!;
    variance[i] = (weight * small) / (1 + small) ** 2;
    residual[i] = weight * (y - p);
    const against = eta[i]! < 0 === (y === 1) ? Math.abs(eta[i]!) : 0;
    logLikelihood -= weight * (Math.log1p(small) + against);
    size += weight;
    events += weight * y;
  }
  const score = Float64Array.from(columns, (column) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += column[i]! * residual[i]!;
    return sum;
  });
  return { n: size, events, logLikelihood, score, information: crossProduct(columns, variance) };
}

/** Summary of both batches at the same coefficients on the same frame. */
export function mergeLogistic(a: LogisticSummary, b: LogisticSummary): LogisticSummary {
  const sum = (x: Float64Array, y: Float64Array) => x.map((value, i) => value + y[i]!);
  return {
    n: a.n + b.n,
    events: a.events + b.events,
    logLikelihood: a.logLikelihood + b.logLikelihood,
    score: sum(a.score, b.score),
    information: sum(a.information, b.information),
  };
}
