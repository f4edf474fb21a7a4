import type { CoxDesign } from './cox-design.ts';

/** Rows handled at a time, so that what a pass needs of them stays in the fastest cache. */
export const CHUNK = 256;

/** exp of the linear predictor (of scaled covariates, and the centred offset), a row each. */
export function relativeRisk({ rows, x, offset }: CoxDesign, beta: Float64Array): Float64Array {
  const p = beta.length;
  const risk = new Float64Array(rows);
  if (offset !== undefined) risk.set(offset.values);
  else if (beta.every((b) => b === 0)) return risk.fill(1);
  for (let from = 0; from < rows; from += CHUNK) {
    const to = Math.min(rows, from + CHUNK);
    let j = 0;
    for (; j + 1 < p; j += 2) {
      const b = beta[j]!;
      const c = beta[j + 1]!;
      const o = j * rows;
      for (let i = from; i < to; i++) risk[i]! += b * x[o + i]! + c * x[o + rows + i]!;
    }
    if (j < p) {
      const b = beta[j]!;
      const o = j * rows;
      for (let i = from; i < to; i++) risk[i]! += b * x[o + i]!;
    }
    for (let i = from; i < to; i++) risk[i] = Math.exp(risk[i]!);
  }
  return risk;
}

/** Adds to `sums` the rows' sum of r, and of r x by covariate. */
export function addSums(
  { rows, x, scale }: CoxDesign,
  risk: Float64Array,
  from: number,
  to: number,
  sums: Float64Array,
): void {
  const p = scale.length;
  let total = 0;
  for (let i = from; i < to; i++) total += risk[i]!;
  sums[0]! += total;
  let j = 0;
  for (; j + 1 < p; j += 2) {
    const o = j * rows;
    let first = 0;
    let second = 0;
    for (let i = from; i < to; i++) {
      const r = risk[i]!;
      first += r * x[o + i]!;
      second += r * x[o + rows + i]!;
    }
    sums[1 + j]! += first;
    sums[2 + j]! += second;
  }
  if (j < p) {
    const o = j * rows;
    let sum = 0;
    for (let i = from; i < to; i++) sum += risk[i]! * x[o + i]!;
    sums[1 + j]! += sum;
  }
}

/**
 * Takes from the sums the rows that aren't at risk before time `t`, of which `taken` are gone already; answers how many are gone now. Where
 * nobody is left the sums are 0, and not what rounding leaves.
 */
export function removeSums(
  design: CoxDesign,
  risk: Float64Array,
  t: number,
  taken: number,
  sums: Float64Array,
): number {
  const { entry, rows, x, scale, start } = design;
  if (entry === undefined) return 0;
  const { from, latestFirst } = entry;
  let next = taken;
  for (; next < latestFirst.length && from[latestFirst[next]!]! >= t; next++) {
    const i = latestFirst[next]!;
    const r = risk[i]!;
    sums[0]! -= r;
    for (let j = 0; j < scale.length; j++) sums[1 + j]! -= r * x[j * rows + i]!;
  }
  if (next > taken && next === rows - start[t]!) sums.fill(0);
  return next;
}

/** Coefficients of the scaled covariates: of those as given, divided by what a unit was multiplied by. */
export function scaledCoefficients({ scale }: CoxDesign, beta: ArrayLike<number>): Float64Array {
  return scale.map((factor, j) => (factor === 0 ? 0 : beta[j]! / factor));
}

/** Weights in place of 1 by row, multiplied into the risks. */
export function weigh({ weights }: CoxDesign, risk: Float64Array): void {
  if (weights !== undefined) for (let i = 0; i < risk.length; i++) risk[i]! *= weights[i]!;
}

/** Mean weight of the events of a time. */
export function meanEventWeight({ weights, firstEvent, start }: CoxDesign, t: number): number {
  if (weights === undefined) return 1;
  let sum = 0;
  for (let i = firstEvent[t]!; i < start[t + 1]!; i++) sum += weights[i]!;
  return sum / (start[t + 1]! - firstEvent[t]!);
}
