import {
  bootstrapOptimism,
  brierScore,
  type CoxRows,
  concordance,
  cox,
  decisionCurve,
  giniMeanDifference,
  integratedBrier,
  linearPredictor,
  logistic,
  nagelkerke,
  nomogram,
  predictSurvival,
  rocArea,
  splineBasis,
  splineKnots,
  survivalDecisionCurve,
  timedAccuracy,
} from '../../lib/stats/index.ts';
import type { Family, OracleCase } from './case.ts';
import { cphCoefficients } from './cph-steps.ts';
import type { Dataset } from './dataset.ts';

/** What a model's text names: `Surv(time, event) ~ a + b`, `cph time,event ~ a+b`, `glm y~a+b`, or covariates alone. */
interface Formula {
  readonly left: readonly string[];
  readonly covariates: readonly string[];
}

function formulaOf({ spec }: OracleCase): Formula {
  const text = String(spec['model']).replace(/\((?:efron|breslow|exact)\)\s*$/, '');
  const [before = '', after] = text.includes('~')
    ? text.split('~')
    : [
        '',
        text
          .trim()
          .split(/\s+(?![+\s])/)
          .at(-1)!,
      ];
  const [, within] = /Surv\(([^)]*)\)/.exec(before) ?? [];
  const said =
    within ??
    before
      .trim()
      .split(/\s+(?=[\w.]+(?:\s*,|$))/)
      .at(-1)!;
  const left = [said.split(','), spec['time'] ?? [], spec['event'] ?? [], spec['outcome'] ?? []].flat().map(String);
  const names = (list: readonly string[]) => list.map((name) => name.trim()).filter((name) => name !== '');
  return { left: [...new Set(names(left))], covariates: names(after!.split('+')) };
}

function columnsOf({ left, covariates }: Formula, data: Dataset) {
  const rows = data.complete([...left, ...covariates]);
  return { rows, columns: covariates.map((name) => rows.numbers(name)) };
}

function coxModel(given: OracleCase, data: Dataset) {
  const formula = formulaOf(given);
  const { rows, columns } = columnsOf(formula, data);
  const [time, event] = formula.left;
  const model: CoxRows = {
    time: rows.numbers(time!),
    event: Uint8Array.from(rows.numbers(event!)),
    covariates: columns,
    names: formula.covariates,
  };
  return { model, fit: cox.fit(model) };
}

function logisticModel(given: OracleCase, data: Dataset) {
  const formula = formulaOf(given);
  const { rows, columns } = columnsOf(formula, data);
  const outcome = Uint8Array.from(rows.numbers(formula.left[0]!));
  return { outcome, columns, fit: logistic.fit({ outcome, covariates: columns, names: formula.covariates }) };
}

const isSurvival = (given: OracleCase) => formulaOf(given).left.length > 1;

const timed: Family = (given, data) => {
  const { model, fit } = coxModel(given, data);
  if (!fit.ok) return {};
  const times = given.spec['times'] as number[];
  const survival = predictSurvival(model, fit, model, times);
  const f = { time: model.time, cause: model.event };
  const found = times.map((time, k) =>
    timedAccuracy(
      f,
      survival[k]!.map((s) => 1 - s),
      time,
    ),
  );
  const good = found.filter((one) => one.ok);
  const brier = good.map((one) => one.brier.estimate);
  const integrated = integratedBrier(
    good.map(({ horizon }) => horizon),
    brier,
  );
  return {
    auc: good.map(({ area }) => area.estimate),
    auc_se: good.map(({ area }) => area.standardError),
    brier,
    brier_se: good.map((one) => one.brier.standardError),
    brier_null: good.map(({ brierNull }) => brierNull),
    ibs: integrated,
  };
};

/** How many risks the case shows. */
function shown({ result }: OracleCase, risk: Float64Array) {
  return risk.subarray(0, (result as { risk_head: unknown[] }).risk_head.length);
}

const decision: Family = (given, data) => {
  const { thresholds, t } = given.spec;
  if (isSurvival(given)) {
    const { model, fit } = coxModel(given, data);
    if (!fit.ok) return {};
    const risk = predictSurvival(model, fit, model, [Number(t)])[0]!.map((s) => 1 - s);
    const points = survivalDecisionCurve(model, risk, Number(t), thresholds as number[]);
    return { nb: points.map((point) => point.model), risk_head: shown(given, risk) };
  }
  const { outcome, fit } = logisticModel(given, data);
  if (!fit.ok) return {};
  const points = decisionCurve(outcome, fit.fitted, thresholds as number[]);
  return {
    nb_model: points.map((point) => point.model),
    nb_all: points.map(({ all }) => all),
    risk_head: shown(given, fit.fitted),
  };
};

/** As rms names them. */
const indexes: Family = (given, data) => {
  if (isSurvival(given)) {
    const { model, fit } = coxModel(given, data);
    if (!fit.ok) return {};
    const predictor = linearPredictor(model, fit);
    const pairs = concordance.solve(concordance.accumulate(model, predictor));
    return {
      'Model L.R.': fit.likelihoodRatio.statistic,
      R2: nagelkerke(fit.n, fit.logLikelihoodAtZero, fit.logLikelihood),
      Dxy: pairs.ok ? 2 * pairs.estimate - 1 : Number.NaN,
      g: giniMeanDifference(predictor),
    };
  }
  const { outcome, fit } = logisticModel(given, data);
  if (!fit.ok) return {};
  const area = rocArea(outcome, fit.fitted);
  return {
    'Model L.R.': fit.likelihoodRatio.statistic,
    C: area.ok ? area.area : Number.NaN,
    Dxy: area.ok ? 2 * area.area - 1 : Number.NaN,
    R2: nagelkerke(fit.n, fit.logLikelihood - fit.likelihoodRatio.statistic / 2, fit.logLikelihood),
    Brier: brierScore(outcome, fit.fitted),
    g: giniMeanDifference(fit.fitted.map((risk) => Math.log(risk) - Math.log1p(-risk))),
  };
};

const axes: Family = (given, data) => {
  const { model } = coxModel(given, data);
  const { names } = model;
  return Object.fromEntries(
    nomogram({ names, coefficients: cphCoefficients(model) }, model.covariates).axes.map(
      ({ name, values, predictor, points }) => [name, { x: values, xbeta: predictor, points }],
    ),
  );
};

/** The resamples are given, 1-based. */
const optimism: Family = (given, data) => {
  const { model } = coxModel(given, data);
  const { rows } = given.result as { rows: number[][] };
  const found = bootstrapOptimism(model, {
    resamples: rows.map((sample) => Int32Array.from(sample, (row) => row - 1)),
  });
  if (!found.ok) return {};
  const { apparent, optimism: excess, corrected } = found.concordance;
  return {
    rows,
    apparent,
    boot_apparent: found.inSample,
    boot_test: found.inPatients,
    optimism: excess,
    corrected,
  };
};

/** The basis at given knots, or default knots: as many as the result's field says, `nk3`. */
const spline: Family = (given, data) => {
  const { x, knots } = given.spec;
  if (Array.isArray(x)) {
    const columns = splineBasis(Float64Array.from(x, Number), (knots as number[]).map(Number));
    return { basis: Array.from(x, (_, row) => columns.map((column) => column[row]!)) };
  }
  const values = data.numbers(String(x));
  const fields = Object.keys(given.result as object);
  return Object.fromEntries(fields.map((field) => [field, splineKnots(values, Number(field.replace(/^\D+/, '')))]));
};

/** How well models predict, and what is drawn of them. */
export const PERFORMANCE_FAMILIES: Readonly<Record<string, Family>> = {
  time_dependent_auc_brier: timed,
  decision_curve: decision,
  model_indexes: indexes,
  nomogram: axes,
  bootstrap_optimism: optimism,
  spline_basis: spline,
};
