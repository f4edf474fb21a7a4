import { type CoxOptions, cox } from '../cox/cox.ts';
import { type CoxRows, coxDesigns, type Ties } from '../cox/cox-design.ts';
import { fitResample } from '../cox/cox-resample.ts';
import { resampleColumns, resampleDesign, resampleSpace } from '../cox/cox-resample-design.ts';
import { random } from '../numeric/random.ts';
import { concordance } from './concordance.ts';
import { concordanceEstimator } from './concordance-estimate.ts';

/** How many samples are drawn, from which seed, with which ties; and how the work is told of and stopped. */
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

/** What a Cox model is worth in the patients it was made of, and what it would be in others. */
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

/** The corrected measures; or that all rows have no fit, or no sample has one. */
export type OptimismResult = Optimism | { readonly ok: false; readonly problem: 'no fit' | 'no sample fits' };

/**
 * Optimism of a Cox model by the bootstrap: how much better each sample's model does in its own sample than in the patients. The seed decides the
 * samples. A sample's fit begins at the patients' own. Class: pooled rows. O(samples x fit).
 * Source: Harrell, Lee & Mark, Stat Med 1996;15:361. Yardstick: rms::validate.
 */
export function bootstrapOptimism(rows: CoxRows, options: OptimismOptions = {}): OptimismResult {
  const { ties = 'efron', signal, progress } = options;
  const plan = optimismPlan(rows, options);
  if ('problem' in plan) return plan;
  const measure = sampleMeasures(rows, plan.coefficients, ties);
  const measures = plan.resamples.map((sample, done) => {
    signal?.throwIfAborted();
    const found = measure(sample);
    progress?.(done + 1, plan.resamples.length);
    return found;
  });
  return optimismFrom(plan, measures);
}

/** What the samples' models are measured against. */
export interface OptimismPlan {
  /** Of the patients' own model. */
  readonly coefficients: readonly number[];
  readonly apparent: number | undefined;
  readonly resamples: readonly Int32Array[];
}

/** The patients' own fit, and the samples. */
export function optimismPlan(
  rows: CoxRows,
  { samples = 200, seed = 1, ties = 'efron', resamples }: OptimismOptions,
): OptimismPlan | { readonly ok: false; readonly problem: 'no fit' } {
  const n = rows.time.length;
  const whole = cox.fit(rows, { ties });
  if (!whole.ok) return { ok: false, problem: 'no fit' };
  const draw = random(seed);
  const every = Int32Array.from({ length: n }, (_, i) => i);
  const [apparent] = harrellOf(rows)(predictorOf(rows, whole.coefficients), [every]);
  return {
    coefficients: whole.coefficients,
    apparent,
    resamples: resamples ?? Array.from({ length: samples }, () => Int32Array.from({ length: n }, () => draw.below(n))),
  };
}

/** Concordance of a sample's model in the sample and in the patients, and the slope of the patients' outcome on it; undefined without a model. */
export type SampleMeasure = readonly [inSample: number, inPatients: number, slope: number] | undefined;

/** Measures one sample's model after the other, each begun at the patients' own coefficients. */
export function sampleMeasures(
  rows: CoxRows,
  coefficients: readonly number[],
  ties: Ties,
): (sample: Int32Array) => SampleMeasure {
  const harrell = harrellOf(rows);
  const every = Int32Array.from({ length: rows.time.length }, (_, i) => i);
  const fits = fitter(rows, coefficients, ties);
  return (sample) => {
    const found = fits.coefficients(sample);
    if (found === undefined) return undefined;
    const predictor = predictorOf(rows, found);
    const [own, others] = harrell(predictor, [sample, every]);
    const slope = fits.slope(predictor);
    return own === undefined || others === undefined || slope === undefined ? undefined : [own, others, slope];
  };
}

/** The samples' measures put together, in their order. */
export function optimismFrom({ apparent }: OptimismPlan, measures: readonly SampleMeasure[]): OptimismResult {
  const found = measures.filter((measure) => measure !== undefined);
  if (found.length === 0 || apparent === undefined) return { ok: false, problem: 'no sample fits' };
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const corrected = (value: number, optimism: number): Corrected => ({
    apparent: value,
    optimism,
    corrected: value - optimism,
  });
  return {
    ok: true,
    concordance: corrected(apparent, mean(found.map(([own, others]) => own - others))),
    calibrationSlope: corrected(1, 1 - mean(found.map(([, , slope]) => slope))),
    inSample: Float64Array.from(found, ([own]) => own),
    inPatients: Float64Array.from(found, ([, others]) => others),
    failed: measures.length - found.length,
  };
}

interface Fitter {
  /** Of a sample. */
  coefficients(sample: Int32Array): ArrayLike<number> | undefined;
  /** Of the patients' outcome on a predictor. */
  slope(predictor: Float64Array): number | undefined;
}

/** By counts on the patients ordered once, where the model allows it and the fit ends; else by the whole fit of the sample's rows. */
function fitter(rows: CoxRows, start: readonly number[], ties: Ties): Fitter {
  const { offset: _, ...patients } = rows; // the predictor holds it
  const general: Fitter = {
    coefficients: (sample) => coefficientsFrom(rowsOf(rows, sample), ties, start),
    slope: (predictor) =>
      coefficientsFrom({ ...patients, names: ['predictor'], covariates: [predictor] }, ties, [1])?.[0],
  };
  const { entry, weights, offset, strata } = rows;
  if (ties === 'exact' || [entry, weights, offset, strata].some((column) => column !== undefined)) return general;
  const design = resampleDesign(rows, ties);
  const { x, scale } = resampleColumns(design, rows.covariates);
  const place = new Int32Array(design.rows);
  design.order.forEach((row, i) => {
    place[row] = i;
  });
  const counts = new Float64Array(design.rows);
  const once = new Float64Array(design.rows).fill(1);
  const space = resampleSpace(design, rows.covariates.length);
  const narrow = resampleSpace(design, 1);
  const scaled = Float64Array.from(start, (b, j) => b * scale[j]!);
  return {
    coefficients(sample) {
      counts.fill(0);
      for (const row of sample) counts[place[row]!]!++;
      return (
        fitResample(design, x, counts, scaled, space)?.map((b, j) => b / scale[j]!) ?? general.coefficients(sample)
      );
    },
    slope(predictor) {
      const column = resampleColumns(design, [predictor]);
      const [unit] = column.scale;
      const found = fitResample(design, column.x, once, Float64Array.of(unit!), narrow);
      return found === undefined ? general.slope(predictor) : found[0]! / unit!;
    },
  };
}

/** The coefficients of a fit whose rounds begin at `start`; undefined where there is none. */
function coefficientsFrom(rows: CoxRows, ties: Ties, start: readonly number[]): readonly number[] | undefined {
  const designs = coxDesigns(rows, ties);
  const summaryAt = (beta: Float64Array) => designs.map((design) => cox.accumulate(design, beta)).reduce(cox.merge);
  const begin = { ...cox.begin(rows.names, { ties }), beta: Float64Array.from(start) };
  let round = cox.solve(begin, summaryAt(begin.beta));
  while (round.next !== 'nothing') {
    if (round.next === 'summary') round = cox.solve(round.state, summaryAt(round.state.beta));
    else {
      const { state, direction } = round;
      const falls = designs.map((design) => cox.worstFall(design, direction));
      round = cox.solveDirection(state, falls.reduce(cox.mergeFalls));
    }
  }
  return round.result.ok ? round.result.coefficients : undefined;
}

function predictorOf({ covariates, offset, time }: CoxRows, coefficients: ArrayLike<number>): Float64Array {
  const predictor = offset?.slice() ?? new Float64Array(time.length);
  covariates.forEach((values, j) => {
    for (let i = 0; i < values.length; i++) predictor[i]! += coefficients[j]! * values[i]!;
  });
  return predictor;
}

/** Harrell's concordance of a marker of all patients, in some samples of them. */
function harrellOf(rows: CoxRows): (marker: Float64Array, samples: readonly Int32Array[]) => (number | undefined)[] {
  const { time, event, entry, strata } = rows;
  if (entry === undefined && strata === undefined) {
    const estimates = concordanceEstimator(time, event);
    return (marker, samples) =>
      estimates(
        marker,
        samples.map((sample) => countsOf(sample, time.length)),
      );
  }
  return (marker, samples) =>
    samples.map((sample) => {
      const own = rowsOf({ ...rows, names: ['marker'], covariates: [marker] }, sample);
      const found = concordance.solve(
        concordance.accumulate(own, own.covariates[0]!, own.strata === undefined ? {} : { strata: own.strata }),
      );
      return found.ok ? found.estimate : undefined;
    });
}

function countsOf(sample: Int32Array, rows: number): Int32Array {
  const counts = new Int32Array(rows);
  for (let i = 0; i < sample.length; i++) counts[sample[i]!]!++;
  return counts;
}

function rowsOf(rows: CoxRows, sample: Int32Array): CoxRows {
  // a loop: Float64Array.from with a function takes longer than the fit
  const gather = <T extends Float64Array | Uint8Array | Int32Array>(column: T, into: T): T => {
    for (let i = 0; i < sample.length; i++) into[i] = column[sample[i]!]!;
    return into;
  };
  const doubles = (column: Float64Array) => gather(column, new Float64Array(sample.length));
  const { entry, weights, offset, strata } = rows;
  return {
    names: rows.names,
    time: doubles(rows.time),
    event: gather(rows.event, new Uint8Array(sample.length)),
    covariates: rows.covariates.map(doubles),
    ...(entry === undefined ? {} : { entry: doubles(entry) }),
    ...(weights === undefined ? {} : { weights: doubles(weights) }),
    ...(offset === undefined ? {} : { offset: doubles(offset) }),
    ...(strata === undefined ? {} : { strata: gather(strata, new Int32Array(sample.length)) }),
  };
}
