import { type Random, random } from '../numeric/random.ts';
import { countUntil } from '../survival/event-table.ts';
import { checkLength, type FollowUp } from '../survival/follow-up.ts';
import { nelsonAalen } from '../survival/nelson-aalen.ts';
import { drawBinary, drawByMatching, drawCategory, fromObserved } from './imputation-draws.ts';

/** A column to impute or to impute from; NaN is missing. Binary values are 0 and 1, categories whole numbers from 0 to `levels` - 1. */
export type ImputationColumn = { readonly name: string; readonly values: Float64Array } & (
  | { readonly kind: 'numeric' | 'binary' }
  | { readonly kind: 'categorical'; readonly levels: number }
);

/** How many data sets are made, from which seed, in how many rounds. */
export interface ImputationOptions {
  /** How many completed data sets; 5 unless said, as mice. */
  readonly imputations?: number;
  /** Rounds over the columns; 5 unless said, as mice. */
  readonly iterations?: number;
  /** Rows from which a numeric value is drawn; 5 unless said. */
  readonly donors?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly progress?: (done: number, of: number) => void;
}

/** The completed data sets; or the columns of which nothing is known. */
export type Imputation =
  | {
      readonly ok: true;
      /** By data set, the columns in their order, complete. */
      readonly completed: readonly (readonly Float64Array[])[];
      /** By column. */
      readonly missing: readonly number[];
      /** By data set and iteration, the mean of each column's imputed values (undefined where nothing is missing): they should mix, without a trend. */
      readonly chains: readonly (readonly (readonly (number | undefined)[])[])[];
    }
  | { readonly ok: false; readonly problem: 'nothing observed'; readonly columns: readonly string[] };

/**
 * Multiple imputation by chained equations: column by column each missing value is drawn given all other columns, numeric ones by predictive mean
 * matching, binary and categorical ones by logistic models. The seed decides the draws, and a data set's don't depend on how many there are. What isn't
 * missing at random given the columns isn't mended. For a survival model the columns hold the event and {@link hazardAtTime}.
 * Class: pooled rows. O(imputations x iterations x columns x n p²).
 * Source: van Buuren, Stat Methods Med Res 2007;16:219; White & Royston, Stat Med 2009;28:1982. Yardstick: mice::mice, default methods.
 */
export function impute(columns: readonly ImputationColumn[], options: ImputationOptions = {}): Imputation {
  const { imputations = 5, iterations = 5, donors = 5, seed = 1, signal, progress } = options;
  for (const { values } of columns) checkLength(values, columns[0]!.values.length);
  const gaps = columns.map(({ values }) => ({
    seen: Int32Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]!)),
    missing: Int32Array.from(values.keys()).filter((row) => Number.isNaN(values[row]!)),
  }));
  const empty = columns.filter((_, j) => gaps[j]!.seen.length === 0);
  if (empty.length > 0) return { ok: false, problem: 'nothing observed', columns: empty.map(({ name }) => name) };
  const completed: Float64Array[][] = [];
  const chains: (number | undefined)[][][] = [];
  for (let k = 0; k < imputations; k++) {
    const draw = random(Math.imul(seed, 65_537) + k);
    const current = columns.map(({ values }) => values.slice());
    for (const [j, gap] of gaps.entries()) {
      fill(current[j]!, gap.missing, fromObserved({ values: columns[j]!.values, ...gap }, draw));
    }
    const chain: (number | undefined)[][] = [];
    for (let round = 0; round < iterations; round++) {
      signal?.throwIfAborted();
      for (const [j, gap] of gaps.entries()) {
        if (gap.missing.length > 0) fill(current[j]!, gap.missing, drawColumn(j, columns, current, gap, donors, draw));
      }
      chain.push(
        gaps.map(({ missing }, j) =>
          missing.length === 0 ? undefined : missing.reduce((sum, row) => sum + current[j]![row]!, 0) / missing.length,
        ),
      );
    }
    completed.push(current);
    chains.push(chain);
    progress?.(k + 1, imputations);
  }
  return { ok: true, completed, missing: gaps.map(({ missing }) => missing.length), chains };
}

function fill(values: Float64Array, rows: Int32Array, drawn: readonly number[]): void {
  rows.forEach((row, i) => {
    values[row] = drawn[i]!;
  });
}

function drawColumn(
  j: number,
  columns: readonly ImputationColumn[],
  current: readonly Float64Array[],
  rows: { readonly seen: Int32Array; readonly missing: Int32Array },
  donors: number,
  draw: Random,
): number[] {
  const column = columns[j]!;
  const predictors = columns.flatMap((other, k) => (k === j ? [] : predictorsOf(other, current[k]!)));
  const gap = { values: column.values, ...rows, predictors };
  if (column.kind === 'categorical') return drawCategory(gap, column.levels, draw);
  return column.kind === 'binary' ? drawBinary(gap, draw) : drawByMatching(gap, donors, draw);
}

/** Standardised, so that units and offsets don't matter; a category is a column for each level but the first. */
function predictorsOf(column: ImputationColumn, values: Float64Array): Float64Array[] {
  if (column.kind === 'categorical') {
    return Array.from({ length: column.levels - 1 }, (_, level) =>
      values.map((value) => (value === level + 1 ? 1 : 0)),
    );
  }
  const first = values[0]!;
  const mean = first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return deviation > 1e-14 * Math.abs(mean) ? [values.map((value) => (value - mean) / deviation)] : [];
}

/**
 * Nelson-Aalen's cumulative hazard at each patient's own time: with the event, what imputation for a survival model needs to know of the outcome.
 * Source: White & Royston 2009. Yardstick: mice::nelsonaalen. O(n log n).
 */
export function hazardAtTime(f: FollowUp): Float64Array {
  return hazardAt(f, f.time);
}

/** Nelson-Aalen's cumulative hazard at any times, such as those at which patients joined a group; 0 before the first. Yardstick: survival::survfit's `cumhaz`. O(n log n). */
export function hazardAt(f: FollowUp, times: Float64Array): Float64Array {
  const { time, cumulativeHazard } = nelsonAalen.solve(nelsonAalen.accumulate(f));
  return times.map((t) => cumulativeHazard[countUntil(time, (at) => at <= t) - 1] ?? 0);
}
