import { setImmediate as turn } from 'node:timers/promises';
import { random } from '../../stats/index.ts';
import type { ModelColumn } from '../models/model-terms.ts';
import type { Progress } from '../parts/analysis.ts';
import { decisions } from './prediction-figures.ts';
import { MEASURES, type Measures, measure } from './prediction-measures.ts';
import {
  eventsOf,
  linearOf,
  type Making,
  makeModel,
  risksFrom,
  rowsOfColumns,
  rowsOfTarget,
  sizeOf,
  type Target,
} from './prediction-model.ts';
import type { PredictionRequest } from './prediction-request.ts';

/** Work of a bootstrap, in rows times columns times models, above which it is left out. */
const MOST_WORK = 2e9;
/** A path of penalties costs about so many plain fits. */
const PATH_COST = 15;

/** How much of each measure the bootstrap takes back. */
export type Optimism = Readonly<Record<(typeof MEASURES)[number], number>> & {
  readonly samples: number;
  /** Samples without a model, left out of the means. */
  readonly failed: number;
  /** Of net benefit, by threshold; none where finding it would take too long. */
  readonly benefits: readonly number[];
  /** By column the share of the samples with a model in which it is in. */
  readonly kept: Float64Array;
};

/** What the bootstrap takes back of net benefit by threshold; undefined where it tells nothing of it. */
export function takenOf(optimism: Optimism | undefined): readonly number[] | undefined {
  return optimism === undefined || optimism.benefits.length === 0 ? undefined : optimism.benefits;
}

/** So many models are made before others get their turn. */
const BATCH = 5;

/** The optimism of a model, unless finding it would take too long. */
export async function optimismFor(
  target: Target,
  columns: readonly ModelColumn[],
  making: Making,
  { horizon, thresholds }: { readonly horizon: number; readonly thresholds: readonly number[] },
  request: PredictionRequest,
  progress: Progress,
): Promise<{ readonly optimism: Optimism | undefined; readonly tooMuch: boolean }> {
  const n = eventsOf(target).length;
  const models = request.bootstrap * (making.alpha === undefined ? 1 : making.folds * PATH_COST);
  const tooMuch = n * columns.length * models > MOST_WORK;
  if (request.bootstrap === 0 || tooMuch) return { optimism: undefined, tooMuch };
  const { bootstrap: samples, seed, level } = request;
  const told = n * thresholds.length * samples > MOST_WORK / 2 ? [] : thresholds;
  const of = { samples, seed, horizon, level, thresholds: told };
  return { optimism: await optimismBy(target, columns, making, of, progress), tooMuch };
}

/** How much more net benefit there is in a sample than in the patients, of its model and of treating all. */
interface Gain {
  readonly model: number;
  readonly all: number;
}

/**
 * The mean gain of the model, less what of it is the samples having more events or fewer: treating all has no optimism, so that its gains, whose
 * expectation is 0, are the control variate. Where the model treats all, nothing is left.
 */
function controlled(gains: readonly Gain[]): number {
  const mean = (of: (gain: Gain) => number) => gains.reduce((sum, gain) => sum + of(gain), 0) / gains.length;
  const [model, all] = [mean((gain) => gain.model), mean((gain) => gain.all)];
  const variance = mean((gain) => (gain.all - all) ** 2);
  const slope = variance > 0 ? mean((gain) => (gain.model - model) * (gain.all - all)) / variance : 0;
  return model - slope * all;
}

/** What decides a sample's model, and where it is judged. */
interface Sampled {
  readonly seed: number;
  readonly horizon: number;
  readonly level: number;
  readonly thresholds: readonly number[];
}

/**
 * Optimism of a model by the bootstrap: what each sample's model, made anew with all that making it takes, does better in its own sample than
 * in the patients. The seed decides samples and folds.
 * Source: Harrell, Lee & Mark, Stat Med 1996;15:361. Yardstick: rms::validate, for a model without a penalty.
 */
async function optimismBy(
  target: Target,
  columns: readonly ModelColumn[],
  making: Making,
  of: Sampled & { readonly samples: number },
  progress: Progress,
): Promise<Optimism | undefined> {
  const n = sizeOf(target);
  const draw = random(of.seed);
  const times = new Float64Array(columns.length);
  const gains: Record<(typeof MEASURES)[number], number[]> = { concordance: [], slope: [], area: [], brier: [] };
  const benefits = of.thresholds.map((): Gain[] => []);
  let failed = 0;
  for (let s = 0; s < of.samples; s++) {
    if (s % BATCH === 0) {
      progress.stage('bootstrap', 0.3 + (0.6 * s) / of.samples);
      await turn();
      progress.stopped();
    }
    const sample = Int32Array.from({ length: n }, () => draw.below(n));
    const pair = await inSampleAndPatients(target, columns, sample, making, { ...of, seed: of.seed + s }, progress);
    if (pair === undefined) {
      failed++;
      continue;
    }
    pair.coefficients.forEach((b, j) => {
      if (b !== 0) times[j]!++;
    });
    for (const name of MEASURES) {
      const gain = pair.inSample[name].estimate - pair.inPatients[name].estimate;
      if (!Number.isNaN(gain)) gains[name].push(gain);
    }
    pair.benefits.forEach((gain, t) => {
      if (!Number.isNaN(gain.model)) benefits[t]!.push(gain);
    });
  }
  if (gains.concordance.length === 0) return undefined;
  const mean = (values: readonly number[]) =>
    values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    concordance: mean(gains.concordance),
    slope: mean(gains.slope),
    area: mean(gains.area),
    brier: mean(gains.brier),
    benefits: benefits.map(controlled),
    samples: of.samples,
    failed,
    kept: times.map((count) => count / (of.samples - failed)),
  };
}

async function inSampleAndPatients(
  target: Target,
  columns: readonly ModelColumn[],
  sample: Int32Array,
  making: Making,
  { seed, horizon, level, thresholds }: Sampled,
  progress: Progress,
): Promise<
  | {
      readonly inSample: Measures;
      readonly inPatients: Measures;
      /** By threshold. */
      readonly benefits: readonly Gain[];
      readonly coefficients: Float64Array;
    }
  | undefined
> {
  const own = rowsOfTarget(target, sample);
  const ownColumns = rowsOfColumns(columns, sample);
  // one repeat of the folds, in which who was drawn more than once stands in one
  const made = await makeModel(own, ownColumns, { ...making, repeats: 1 }, { seed, who: sample }, progress);
  if (!made.ok) return undefined;
  const linear = linearOf(ownColumns, made.predictor);
  const risk = risksFrom(own, linear);
  const inPatients = linearOf(columns, made.predictor);
  const benefit = (of: Target, at: Float64Array) =>
    Number.isNaN(horizon) ? [] : decisions(of, risk(at, horizon), horizon, thresholds);
  const there = benefit(target, inPatients);
  return {
    coefficients: made.predictor.coefficients,
    inSample: measure(own, linear, risk, horizon, level),
    inPatients: measure(target, inPatients, risk, horizon, level),
    benefits: benefit(own, linear).map(({ model, all }, t) => ({
      model: model - there[t]!.model,
      all: all - there[t]!.all,
    })),
  };
}
