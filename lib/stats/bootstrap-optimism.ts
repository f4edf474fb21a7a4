import { concordance } from './concordance.ts';
import type { CoxOptions } from './cox.ts';
import { cox } from './cox.ts';
import { linearPredictor } from './cox-curve.ts';
import type { CoxRows } from './cox-design.ts';
import type { CoxFit } from './cox-result.ts';
import { random } from './random.ts';

export interface OptimismOptions extends Pick<CoxOptions, 'ties'> {
  /** How many bootstrap samples are drawn; 200 unless said. */
  readonly samples?: number;
  readonly seed?: number;
  /** The samples themselves, as rows (0-based), instead of drawn ones. */
  readonly resamples?: readonly Int32Array[];
  readonly signal?: AbortSignal;
  readonly progress?: (done: number, of: number) => void;
}

/** A measure of a model's performance, and what it would be in new patients. */
export interface Corrected {
  readonly apparent: number;
  readonly optimism: number;
  readonly corrected: number;
}

export interface Optimism {
  readonly ok: true;
  readonly concordance: Corrected;
  /** Slope of the outcome on the linear predictor; 1 in the model's own data. */
  readonly calibrationSlope: Corrected;
  /** By sample: the model's concordance in the sample that it comes from, and in the patients themselves. */
  readonly inSample: Float64Array;
  readonly inPatients: Float64Array;
  /** Samples in which the model has no estimate (no events, monotone, ...): left out of the means. */
  readonly failed: number;
}

export type OptimismResult = Optimism | { readonly ok: false; readonly problem: 'no fit' | 'no sample fits' };

/**
 * Optimism of a Cox model by the bootstrap: how much better each sample's model does in its own sample than in the patients. The seed decides the
 * samples. Class: pooled rows. O(samples x fit).
 * Source: Harrell, Lee & Mark, Stat Med 1996;15:361. Yardstick: rms::validate.
 */
export function bootstrapOptimism(rows: CoxRows, options: OptimismOptions = {}): OptimismResult {
  const { samples = 200, seed = 1, ties = 'efron', signal, progress } = options;
  const n = rows.time.length;
  const whole = cox.fit(rows, { ties });
  if (!whole.ok) return { ok: false, problem: 'no fit' };
  const draw = random(seed);
  const resamples =
    options.resamples ?? Array.from({ length: samples }, () => Int32Array.from({ length: n }, () => draw.below(n)));
  const apparent = harrell(rows, whole);
  const inSample: number[] = [];
  const inPatients: number[] = [];
  const slopes: number[] = [];
  let failed = 0;
  resamples.forEach((sample, done) => {
    signal?.throwIfAborted();
    const own = rowsOf(rows, sample);
    const fit = cox.fit(own, { ties });
    const found = fit.ok ? performance(own, rows, fit) : undefined;
    if (found === undefined) failed++;
    else {
      inSample.push(found.inSample);
      inPatients.push(found.inPatients);
      slopes.push(found.slope);
    }
    progress?.(done + 1, resamples.length);
  });
  if (inSample.length === 0 || apparent === undefined) return { ok: false, problem: 'no sample fits' };
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const corrected = (value: number, optimism: number): Corrected => ({
    apparent: value,
    optimism,
    corrected: value - optimism,
  });
  return {
    ok: true,
    concordance: corrected(apparent, mean(inSample.map((value, i) => value - inPatients[i]!))),
    calibrationSlope: corrected(1, 1 - mean(slopes)),
    inSample: Float64Array.from(inSample),
    inPatients: Float64Array.from(inPatients),
    failed,
  };
}

function performance(own: CoxRows, rows: CoxRows, fit: CoxFit) {
  const [inSample, inPatients] = [harrell(own, fit), harrell(rows, fit)];
  const { ties } = fit;
  const slope = cox.fit({ ...rows, names: ['predictor'], covariates: [linearPredictor(rows, fit)] }, { ties });
  if (inSample === undefined || inPatients === undefined || !slope.ok) return undefined;
  return { inSample, inPatients, slope: slope.coefficients[0]! };
}

function harrell(f: CoxRows, fit: CoxFit): number | undefined {
  const { strata } = f;
  const found = concordance.solve(
    concordance.accumulate(f, linearPredictor(f, fit), strata === undefined ? {} : { strata }),
  );
  return found.ok ? found.estimate : undefined;
}

function rowsOf(rows: CoxRows, sample: Int32Array): CoxRows {
  const doubles = (column: Float64Array) => Float64Array.from(sample, (i) => column[i]!);
  const { entry, weights, offset, strata } = rows;
  return {
    names: rows.names,
    time: doubles(rows.time),
    event: Uint8Array.from(sample, (i) => rows.event[i]!),
    covariates: rows.covariates.map(doubles),
    ...(entry === undefined ? {} : { entry: doubles(entry) }),
    ...(weights === undefined ? {} : { weights: doubles(weights) }),
    ...(offset === undefined ? {} : { offset: doubles(offset) }),
    ...(strata === undefined ? {} : { strata: Int32Array.from(sample, (i) => strata[i]!) }),
  };
}
