import { describe, expect, it } from 'vitest';
import {
  bootstrapOptimism,
  calibrationSlope,
  compareQuantiles,
  compareRestrictedMeans,
  compareRoc,
  compareSurvival,
  concordance,
  cox,
  coxProfile,
  coxSubgroups,
  cumulativeIncidence,
  elasticNet,
  type FollowUp,
  fineGray,
  firthCox,
  firthLogistic,
  fisherExact,
  grayTest,
  hazardInTheLarge,
  hosmerLemeshow,
  incidenceAt,
  kaplanMeier,
  kendall,
  kruskalWallis,
  logistic,
  logisticProfile,
  logisticSubgroups,
  logRank,
  mantelHaenszel,
  maxCombo,
  maximallySelected,
  metaAnalysis,
  metaRegression,
  moments,
  oneWay,
  pairedTTest,
  pearson,
  proportionality,
  quantile,
  type RestrictedMean,
  rankSum,
  restrictedMean,
  riskInTheLarge,
  rocArea,
  type SurvivalInterval,
  signedRank,
  spearman,
  summarise,
  survivalAt,
  survivalCalibration,
  timedAccuracy,
  trendOfProportions,
  tTest,
  twoByTwo,
  validateElasticNet,
} from '../../../lib/stats/index.ts';
import { leaves } from './nasty.ts';

interface Columns {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  readonly group: Int32Array;
  readonly x: Float64Array;
  readonly z: Float64Array;
}

const TIMES = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3];
const X = [0.3, 1.2, -0.5, 0.1, 2.2, -1.4, 0.6, 0.9, -0.2, 1.1, -0.8, 0.4, -1.9, 0.7, -0.6, 1.5];

function cohort(n: number, change: Partial<Record<keyof Columns, (i: number) => number>> = {}): Columns {
  const of = (name: keyof Columns, usual: (i: number) => number) =>
    Array.from({ length: n }, (_, i) => (change[name] ?? usual)(i));
  return {
    time: Float64Array.from(of('time', (i) => TIMES[i % 16]!)),
    event: Uint8Array.from(of('event', (i) => [1, 1, 0, 1, 0, 1, 1, 0][i % 8]!)),
    group: Int32Array.from(of('group', (i) => i % 2)),
    x: Float64Array.from(of('x', (i) => X[i % 16]! + (i >= 16 ? 0.01 * i : 0))),
    z: Float64Array.from(of('z', (i) => (i * i) % 5)),
  };
}

/** Inputs of which something can't be estimated, and two of which all can. */
const INPUTS = {
  'no patients': cohort(0),
  'one patient': cohort(1),
  'two patients': cohort(2),
  'one group': cohort(16, { group: () => 0 }),
  'no events': cohort(16, { event: () => 0 }),
  'one event': cohort(16, { event: (i) => (i === 5 ? 1 : 0) }),
  'all events': cohort(16, { event: () => 1 }),
  'all events at one time': cohort(16, { event: () => 1, time: () => 5 }),
  'a constant column': cohort(16, { x: () => 4.2 }),
  'a column of 0': cohort(16, { x: () => 0 }),
  'a duplicate column': cohort(16, { z: (i) => X[i]! }),
  'a column of twice another': cohort(16, { z: (i) => 2 * X[i]! + 1 }),
  'a huge offset': cohort(16, { x: (i) => X[i]! + 1e8 }),
  'a huge scale': cohort(16, { x: (i) => X[i]! * 1e8 }),
  'a column that orders times and outcomes': cohort(16, {
    time: (i) => i + 1,
    event: (i) => (i < 8 ? 1 : 0),
    x: (i) => i,
  }),
  'all times 0': cohort(16, { time: () => 0 }),
} as const;

const names = ['x', 'z'];
const model = ({ time, event, x, z }: Columns) => ({ time, event, covariates: [x, z], names });
const binary = ({ event, x, z }: Columns) => ({ outcome: event, covariates: [x, z], names });
const causes = ({ time, event, group }: Columns) => ({
  time,
  cause: event.map((e, i) => (e === 0 ? 0 : 1 + group[i]!)),
});
const halves = ({ x, group }: Columns) =>
  [x.filter((_, i) => group[i] === 0), x.filter((_, i) => group[i] === 1)] as const;
const samples = (c: Columns) => {
  const [a, b] = halves(c);
  return [moments.accumulate(a), moments.accumulate(b)] as const;
};
const survival = ({ time, event }: Columns) => ({ kind: 'survival', followUp: { time, event } }) as const;
const squares = (values: Float64Array) => values.map((value) => 0.1 + (Math.abs(value) % 3));
const risk = ({ z }: Columns) => z.map((value) => (1 + (Math.abs(value) % 5)) / 7);
const folds = ({ time }: Columns) => Int32Array.from(time, (_, i) => i % 2);

const partOf = ({ time, event, group }: Columns, g: number) => ({
  time: time.filter((_, i) => group[i] === g),
  event: event.filter((_, i) => group[i] === g),
});
const curveOf = (f: FollowUp, interval: SurvivalInterval = 'log') =>
  kaplanMeier.solve(kaplanMeier.accumulate(f), { interval });
const wholeCurve = ({ time, event }: Columns, interval?: SurvivalInterval) => curveOf({ time, event }, interval);
const curvesOf = (c: Columns) => [curveOf(partOf(c, 0)), curveOf(partOf(c, 1))] as const;
const meansOf = (c: Columns) =>
  curvesOf(c).map((curve) => restrictedMean(curve, 5, { extend: true })) as [RestrictedMean, RestrictedMean];
const cellsOf = ({ event, group }: Columns) =>
  [0, 1, 2, 3].map((cell) => event.filter((e, i) => 2 * group[i]! + e === cell).length) as [
    number,
    number,
    number,
    number,
  ];
const trendIn = (c: Columns) => {
  const [a, b, d, e] = cellsOf(c);
  return [Float64Array.of(b, e), Float64Array.of(a + b, d + e)] as const;
};

const ESTIMATORS: Readonly<Record<string, (columns: Columns) => unknown>> = {
  quantile: (c) => quantile(wholeCurve(c), 0.5),
  survivalAt: (c) => survivalAt(wholeCurve(c), [0, 1, 5, 20]),
  'survivalAt, log-log': (c) => survivalAt(wholeCurve(c, 'log-log'), [0, 1, 5, 20]),
  restrictedMean: (c) => restrictedMean(wholeCurve(c), 5, { extend: true }),
  compareRestrictedMeans: (c) => compareRestrictedMeans(...meansOf(c)),
  compareSurvival: (c) => compareSurvival(...curvesOf(c), 5),
  compareQuantiles: (c) => compareQuantiles(...curvesOf(c)),
  incidenceAt: (c) =>
    incidenceAt(cumulativeIncidence.solve(cumulativeIncidence.accumulate(causes(c), 2), 1), [0, 1, 5, 20]),
  survivalCalibration: (c) => survivalCalibration(c, risk(c), 5, { groups: 3 }),
  hazardInTheLarge: (c) => hazardInTheLarge(c.event, risk(c)),
  riskInTheLarge: (c) =>
    riskInTheLarge(
      c.event,
      c.x.map((x) => Math.sin(x)),
    ),
  twoByTwo: (c) => twoByTwo(...cellsOf(c)),
  fisherExact: (c) => fisherExact(...cellsOf(c)),
  mantelHaenszel: (c) => mantelHaenszel([cellsOf(c)]),
  trendOfProportions: (c) => trendOfProportions(...trendIn(c)),
  summarise: (c) => summarise(c.x) ?? { ok: false, problem: 'no values' },
  'logRank, trend': (c) => logRank.solve(logRank.accumulate(c, c.group, 2), { scores: [1, 1] }),
  'logRank, pairwise': (c) => logRank.pairwise(logRank.accumulate(c, c.group, 2), 'holm'),
  proportionality(c) {
    const fit = cox.fit(model(c));
    return fit.ok ? proportionality(model(c), fit) : fit;
  },
  coxProfile(c) {
    const fit = cox.fit(model(c));
    return fit.ok ? coxProfile(model(c), fit) : fit;
  },
  logisticSubgroups: (c) => logisticSubgroups(binary(c), [{ name: 'group', codes: c.group, levels: ['a', 'b'] }]),
  logRank: (c) => logRank.solve(logRank.accumulate(c, c.group, 2)),
  maxCombo: (c) => maxCombo(logRank.accumulate(c, c.group, 2), { points: 2000 }),
  grayTest: (c) => grayTest.solve(grayTest.accumulate(causes(c), 2, c.group, 2), 1),
  cox: (c) => cox.fit(model(c)),
  'cox, exact ties': (c) => cox.fit(model(c), { ties: 'exact' }),
  'cox, robust': (c) => cox.fit(model(c), { robust: true }),
  firthCox: (c) => firthCox(model(c)),
  fineGray: (c) => fineGray({ ...model(c), ...causes(c) }),
  concordance: (c) => concordance.solve(concordance.accumulate(c, c.x)),
  logistic: (c) => logistic.fit(binary(c)),
  logisticProfile: (c) => logisticProfile(binary(c)),
  firthLogistic: (c) => firthLogistic(binary(c)),
  rocArea: (c) => rocArea(c.event, c.x),
  compareRoc: (c) => compareRoc(c.event, c.x, c.z),
  hosmerLemeshow: (c) => hosmerLemeshow(c.event, risk(c)),
  calibrationSlope: (c) => calibrationSlope(c.event, risk(c)),
  elasticNet: (c) => elasticNet(survival(c), [c.x, c.z]),
  'elasticNet of an outcome': (c) => elasticNet({ kind: 'binary', outcome: c.event }, [c.x, c.z]),
  validateElasticNet: (c) => validateElasticNet(survival(c), [c.x, c.z], folds(c)),
  bootstrapOptimism: (c) => bootstrapOptimism(model(c), { samples: 5 }),
  timedAccuracy: (c) => timedAccuracy(causes(c), risk(c), 4),
  maximallySelected: (c) => maximallySelected(c, c.x),
  coxSubgroups: (c) => coxSubgroups(model(c), [{ name: 'group', codes: c.group, levels: ['a', 'b'] }]),
  tTest: (c) => tTest(...samples(c)),
  'tTest, equal variances': (c) => tTest(...samples(c), { variances: 'equal' }),
  pairedTTest: (c) => pairedTTest(moments.accumulate(c.x.map((x, i) => x - c.z[i]!))),
  oneWay: (c) => oneWay(samples(c)),
  kruskalWallis: (c) => kruskalWallis(c.x, c.group),
  rankSum: (c) => rankSum(...halves(c)),
  signedRank: (c) => signedRank(c.x.map((x, i) => x - c.z[i]!)),
  pearson: (c) => pearson(c.x, c.z),
  spearman: (c) => spearman(c.x, c.z),
  kendall: (c) => kendall(c.x, c.z),
  metaAnalysis: (c) => metaAnalysis(c.x, squares(c.z)),
  metaRegression: (c) => metaRegression(c.x, squares(c.z), [c.z], ['z']),
};

/**
 * What isn't a number, or so large that only a likelihood without a maximum makes it. Limits are infinite where no data bound them; the normal has
 * infinite degrees of freedom; the odds where far covariates are 0 may leave the doubles; a perfect correlation has the statistic that R gives it.
 */
function senseless(result: unknown, scale: number): string[] {
  const allowed = /lower|upper|degreesOfFreedom$|oddsRatios\/0$|oddsRatio(\/estimate)?$|conditional\/estimate$/;
  const perfect = Math.abs((result as { readonly estimate?: number }).estimate ?? 0) > 1 - 1e-12;
  return leaves(result)
    .filter(
      ([path, value]) =>
        typeof value === 'number' &&
        (Number.isNaN(value) || (Math.abs(value) > 1e11 * scale && !allowed.test(path) && !perfect)),
    )
    .map(([path, value]) => `${path}: ${value}`);
}

describe.each(Object.entries(ESTIMATORS))('%s', (_, estimate) => {
  it.each(Object.entries(INPUTS))('of %s has an estimate, or says why it has none', (input, columns) => {
    const result = estimate(columns) as { readonly ok?: boolean; readonly problem?: string };
    if (result.ok === false) expect(result.problem).toMatch(/^[a-z][a-z -]+$/);
    else expect(senseless(result, input.startsWith('a huge') ? 1e16 : 1)).toEqual([]);
  });
});
