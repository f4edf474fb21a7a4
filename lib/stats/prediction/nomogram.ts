import { pretty } from '../numeric/pretty.ts';
import { checkLength } from '../survival/follow-up.ts';

/** A covariate's scale: ticks, what each adds to the linear predictor, and its points. */
export interface NomogramAxis {
  readonly name: string;
  readonly values: readonly number[];
  readonly predictor: readonly number[];
  readonly points: readonly number[];
}

/** A model as a drawing that adds points up. */
export interface Nomogram {
  readonly axes: readonly NomogramAxis[];
  /** Linear predictor = `intercept` + total points x `perPoint`; the predictor is that of covariates as they are, not centred. */
  readonly intercept: number;
  readonly perPoint: number;
}

/** How many points the axes have, and where their marks stand. */
export interface NomogramOptions {
  /** Points of the covariate whose effect spans most; 100 unless said. */
  readonly most?: number;
  /** About how many ticks; 10 unless said. A covariate with no more distinct values than 10 shows those. */
  readonly ticks?: number;
}

/** A covariate with at most so many values shows them all. As rms's datadist. */
const FEW_VALUES = 10;

/**
 * Points of a nomogram, from coefficients of a Cox or logistic model and the covariates of the patients it was fitted to; the covariate whose
 * effect spans most over its scale has 0 to 100 points, the others in proportion. Class: one round (distinct values, or the range).
 * Source: Lubsen, Pool & van der Does, Methods Inf Med 1978;17:127. Yardstick: rms::nomogram. O(n p).
 */
export function nomogram(
  { names, coefficients }: { readonly names: readonly string[]; readonly coefficients: readonly number[] },
  covariates: readonly Float64Array[],
  { most = 100, ticks = 10 }: NomogramOptions = {},
): Nomogram {
  checkLength(covariates, names.length);
  const scales = covariates.map((values, j) => {
    const shown = scaleOf(values, ticks);
    const predictor = shown.map((value) => coefficients[j]! * value);
    return { name: names[j]!, values: shown, predictor, least: Math.min(...predictor), span: spanOf(predictor) };
  });
  const perPoint = Math.max(...scales.map(({ span }) => span)) / most;
  return {
    axes: scales.map(({ name, values, predictor, least }) => ({
      name,
      values,
      predictor,
      points: predictor.map((value) => (value - least) / perPoint),
    })),
    intercept: scales.reduce((sum, { least }) => sum + least, 0),
    perPoint,
  };
}

function scaleOf(values: Float64Array, ticks: number): number[] {
  const distinct = new Set(values);
  if (distinct.size <= FEW_VALUES) return [...distinct].sort((a, b) => a - b);
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return pretty(least, greatest, ticks);
}

const spanOf = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
