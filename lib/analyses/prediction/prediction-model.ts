import { setImmediate as turn } from 'node:timers/promises';
import {
  cox,
  type FollowUp,
  kaplanMeier,
  type NetOutcome,
  type NetValidation,
  parallel,
  predictSurvival,
  random,
  survivalAt,
} from '../../stats/index.ts';
import { fitCox } from '../cox/cox-regression.ts';
import { fitLogistic, riskOf } from '../logistic/logistic-regression.ts';
import type { ModelColumn } from '../models/model-terms.ts';
import type { Progress } from '../parts/analysis.ts';
import { partOf } from '../parts/follow-up.ts';

/** What is predicted: an event in time, or an outcome of two. */
export type Target =
  | { readonly kind: 'survival'; readonly followUp: FollowUp }
  | { readonly kind: 'binary'; readonly outcome: Uint8Array };

/** How a model is made of its columns. */
export interface Making {
  /** 1 is the lasso, 0 ridge; undefined without a penalty. */
  readonly alpha: number | undefined;
  readonly folds: number;
  /** Of the cross-validation, in other folds each. */
  readonly repeats: number;
  /** The penalty of least cross-validated deviance, or the largest within a standard error of it. */
  readonly choose: 'least' | 'one-error';
}

/** A linear predictor: a coefficient a column, 0 where a column is out. */
export interface Predictor {
  readonly intercept: number;
  readonly coefficients: Float64Array;
}

/** How the penalty was chosen. */
export interface Penalised {
  readonly lambda: number;
  readonly leastLambda: number;
  readonly oneErrorLambda: number;
  /** Cross-validated deviance at the penalty, and its standard error. */
  readonly deviance: number;
  readonly devianceError: number;
  /** Penalties down to the one chosen. */
  readonly path: Float64Array;
}

export type Made =
  | {
      readonly ok: true;
      readonly predictor: Predictor;
      readonly penalised?: Penalised;
      readonly dropped: ReadonlyMap<string, string>;
    }
  | { readonly ok: false; readonly problem: string };

/** How many rows a target has. */
export function sizeOf(target: Target): number {
  return target.kind === 'survival' ? target.followUp.time.length : target.outcome.length;
}

/** By row whether the event was seen. */
export function eventsOf(target: Target): Uint8Array {
  return target.kind === 'survival' ? target.followUp.event : target.outcome;
}

/** Some rows of a target, in their order; a row may come again. */
export function rowsOfTarget(target: Target, rows: Int32Array): Target {
  if (target.kind === 'survival') return { kind: 'survival', followUp: partOf(target.followUp, [...rows]) };
  return { kind: 'binary', outcome: Uint8Array.from(rows, (i) => target.outcome[i]!) };
}

/** The same rows of columns. */
export function rowsOfColumns(columns: readonly ModelColumn[], rows: Int32Array): ModelColumn[] {
  return columns.map(({ name, values }) => ({ name, values: Float64Array.from(rows, (i) => values[i]!) }));
}

/**
 * Makes a model, and learns between two folds whether anybody still waits. The seed decides who is in which fold; rows of one patient (`who`,
 * by row, where a patient may come again) are in one.
 */
export async function makeModel(
  target: Target,
  columns: readonly ModelColumn[],
  making: Making,
  of: { readonly seed: number; readonly who?: Int32Array },
  progress: Progress,
): Promise<Made> {
  return making.alpha === undefined
    ? plain(target, columns)
    : penalised(target, columns, making, making.alpha, of, progress);
}

const PLAIN = { level: 0.95, interval: 'wald', penalty: 'none' } as const;

function plain(target: Target, columns: readonly ModelColumn[]): Made {
  if (target.kind === 'survival') {
    const { result, estimates, dropped } = fitCox({ followUp: target.followUp }, columns, {
      ...PLAIN,
      ties: 'efron',
      robust: false,
    });
    if (result === undefined) return { ok: false, problem: 'no covariate is left' };
    if (!result.ok) return { ok: false, problem: problemOf(result.problem) };
    return { ok: true, predictor: { intercept: 0, coefficients: byColumn(columns, estimates) }, dropped };
  }
  const { result, estimates, dropped } = fitLogistic(target.outcome, columns, PLAIN);
  if (result === undefined) return { ok: false, problem: 'no covariate is left' };
  if (!result.ok) return { ok: false, problem: problemOf(result.problem) };
  return {
    ok: true,
    predictor: { intercept: result.coefficients[0]!, coefficients: byColumn(columns, estimates) },
    dropped,
  };
}

function problemOf(problem: string): string {
  return problem === 'monotone' ? 'monotone likelihood' : problem;
}

function byColumn(
  columns: readonly ModelColumn[],
  estimates: ReadonlyMap<string, { readonly coefficient: number }>,
): Float64Array {
  return Float64Array.from(columns, ({ name }) => {
    const { coefficient } = estimates.get(name)!;
    return Number.isFinite(coefficient) ? coefficient : 0;
  });
}

/** What a penalised model is fitted to. */
export function netOutcomeOf(target: Target): NetOutcome {
  return target.kind === 'survival' ? target : { kind: 'binary', outcome: target.outcome };
}

/** Folds of repeat after repeat come from seeds so far apart. */
const REPEAT = 7919;

async function penalised(
  target: Target,
  columns: readonly ModelColumn[],
  { folds, repeats, choose }: Making,
  alpha: number,
  { seed, who }: { readonly seed: number; readonly who?: Int32Array },
  progress: Progress,
): Promise<Made> {
  const values = columns.map((column) => column.values);
  const event = eventsOf(target);
  const found: NetValidation[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    if (repeats > 1) {
      progress.stage(`cross-validation ${repeat + 1} of ${repeats}`, 0.1 + (0.15 * repeat) / repeats);
      await turn(); // lets the word get out, and the answer in
      progress.stopped();
    }
    const validation = await parallel.validateElasticNet(
      netOutcomeOf(target),
      values,
      foldsOf(event, folds, (seed + REPEAT * repeat) % 2 ** 32, who),
      { alpha, progress: () => progress.stopped() },
    );
    if (!validation.ok) return { ok: false, problem: validation.problem };
    found.push(validation);
  }
  const { path } = found[0]!;
  const average = (of: (validation: NetValidation) => Float64Array) =>
    path.lambda.map((_, l) => found.reduce((sum, validation) => sum + of(validation)[l]!, 0) / found.length);
  const [mean, error] = [average((validation) => validation.mean), average((validation) => validation.standardError)];
  const least = mean.reduce((best, value, l) => (value < mean[best]! ? l : best), 0);
  const oneError = mean.findIndex((value) => value <= mean[least]! + error[least]!);
  const at = choose === 'least' ? least : oneError;
  return {
    ok: true,
    predictor: { intercept: path.intercepts[at]!, coefficients: path.coefficients[at]! },
    penalised: {
      lambda: path.lambda[at]!,
      leastLambda: path.lambda[least]!,
      oneErrorLambda: path.lambda[oneError]!,
      deviance: mean[at]!,
      devianceError: error[at]!,
      path: path.lambda.slice(0, at + 1),
    },
    dropped: new Map(),
  };
}

/** Each row's fold, as many patients with the event in each as can be. */
function foldsOf(event: Uint8Array, folds: number, seed: number, who?: Int32Array): Int32Array {
  const draw = random(seed);
  const first = new Map<number, number>();
  who?.forEach((patient, i) => {
    if (!first.has(patient)) first.set(patient, i);
  });
  const patients = who === undefined ? [...event.keys()] : [...first.values()];
  const order = [1, 0].flatMap((kind) => {
    const rows = patients.filter((i) => event[i] === kind);
    for (let i = rows.length - 1; i > 0; i--) {
      const j = draw.below(i + 1);
      [rows[i], rows[j]] = [rows[j]!, rows[i]!];
    }
    return rows;
  });
  const of = new Int32Array(event.length);
  const most = Math.min(folds, patients.length);
  order.forEach((row, k) => {
    of[row] = k % most;
  });
  return who === undefined ? of : who.map((patient) => of[first.get(patient)!]!);
}

/** The linear predictor of each row. */
export function linearOf(columns: readonly ModelColumn[], { intercept, coefficients }: Predictor): Float64Array {
  const out = new Float64Array(columns[0]?.values.length ?? 0).fill(intercept);
  columns.forEach(({ values }, j) => {
    const b = coefficients[j]!;
    if (b !== 0) for (let i = 0; i < out.length; i++) out[i]! += b * values[i]!;
  });
  return out;
}

/** Turns linear predictors into risks: of a survival target by a time. */
export type RiskAt = (linear: Float64Array, time: number) => Float64Array;

/**
 * Risks as the patients give them from whom the model was made: of survival by their baseline hazard, at a coefficient of 1 of their linear
 * predictor; by Kaplan-Meier where the predictor tells nobody apart.
 */
export function risksFrom(target: Target, linear: Float64Array): RiskAt {
  if (target.kind === 'binary') return (eta) => riskOf(eta);
  const { followUp } = target;
  const rows = { ...followUp, names: ['predictor'], covariates: [linear] };
  const fit = linear.every((value) => value === linear[0]) ? undefined : cox.fit(rows);
  if (fit?.ok) {
    const own = { ...fit, coefficients: [1] };
    return (eta, time) => predictSurvival(rows, own, { covariates: [eta] }, [time])[0]!.map((survival) => 1 - survival);
  }
  const curve = kaplanMeier.solve(kaplanMeier.accumulate(followUp));
  return (eta, time) => eta.map(() => 1 - survivalAt(curve, [time])[0]!.survival);
}
