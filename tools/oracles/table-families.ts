import {
  beta,
  binomial,
  chiSquare,
  chiSquareTable,
  fisherF,
  fisherTable,
  hypergeometric,
  kendall,
  kruskalWallis,
  type Moments,
  mantelHaenszel,
  mcNemar,
  moments,
  normal,
  oneWay,
  pairedTTest,
  pearson,
  proportion,
  rankSum,
  type Stratum,
  sampleQuantile,
  signedRank,
  sortedSample,
  spearman,
  standardisedMeanDifference,
  studentT,
  trendOfProportions,
  tTest,
  twoByTwo,
} from '../../lib/stats/index.ts';
import { type Family, numberOrNaN } from './case.ts';

/** By R's name of it, the library's function of the arguments in R's order. */
const DISTRIBUTIONS: Readonly<Record<string, (...args: number[]) => number>> = {
  pnorm: (x, mean, sd) => normal.lower((x! - mean!) / sd!),
  pchisq_upper: (x, df) => chiSquare.upper(x!, df!),
  pt_upper: (t, df) => studentT.upper(t!, df!),
  pf_upper: (f, numerator, denominator) => fisherF.upper(f!, numerator!, denominator!),
  pbeta: (x, a, b) => beta.lower(x!, a!, b!),
  phyper_upper: (q, marked, plain, drawn) => hypergeometric.upper(q!, marked!, plain!, drawn!),
  pbinom_upper: (q, n, p) => binomial.upper(q!, n!, p!),
  qnorm: (p) => normal.quantile(p!),
  qchisq: (p, df) => chiSquare.quantile(p!, df!),
  qt: (p, df) => studentT.quantile(p!, df!),
  qbeta: (p, a, b) => beta.quantile(p!, a!, b!),
};

const distributions: Family = ({ spec }) => {
  const asked = Object.entries(spec['args'] as Record<string, (number | number[])[] | number[]>);
  const rows = asked.map(([name, calls]) => {
    // R writes a single call of several arguments as a list of one list, or unwraps it
    return [name, calls.map((args) => DISTRIBUTIONS[name]!(...[args].flat()))];
  });
  return Object.fromEntries(rows);
};

type Pair = readonly [number, number];

const chiSquareOfTwo: Family = ({ spec }) => {
  const [[a, b], [c, d]] = spec['table'] as [Pair, Pair];
  const found = twoByTwo(a, b, c, d);
  const pair = (test?: { statistic: number; p: number }) => [test?.statistic ?? Number.NaN, test?.p ?? Number.NaN];
  const interval = ({ estimate, lower, upper }: typeof found.oddsRatio) => [estimate, lower, upper].map(numberOrNaN);
  return {
    expected: found.expected,
    yates: pair(found.ok ? found.yates : undefined),
    uncorrected: pair(found.ok ? found.pearson : undefined),
    or_woolf: interval(found.oddsRatio),
    or_haldane: interval(found.oddsRatioHaldane),
    rr: interval(found.riskRatio),
  };
};

const fisherOfMany: Family = ({ spec }) => {
  const table = spec['table'] as number[][];
  const exact = fisherTable(table);
  const chi = chiSquareTable(table);
  if (!exact.ok || !chi.ok) return {};
  return {
    p: exact.p,
    chisq: [chi.pearson.statistic, chi.pearson.degreesOfFreedom, chi.pearson.p],
    cramers_v: chi.cramersV,
  };
};

const proportionIntervals: Family = ({ spec }) => {
  const { estimate, intervals, p } = proportion(Number(spec['x']), Number(spec['n']));
  return {
    estimate,
    clopper_pearson: intervals['clopper-pearson'],
    wilson: intervals.wilson,
    wilson_cc: intervals['wilson-corrected'],
    jeffreys: intervals.jeffreys,
    binom_p_half: p,
  };
};

const mantelHaenszelTest: Family = ({ spec }) => {
  const strata = (spec['tables'] as [Pair, Pair][]).map((table) => table.flat() as unknown as Stratum);
  const found = mantelHaenszel(strata);
  if (!found.ok) return {};
  return {
    corrected: [found.corrected.statistic, found.corrected.p],
    uncorrected: [found.uncorrected.statistic, found.uncorrected.p],
    or: [found.oddsRatio.estimate, found.oddsRatio.lower, found.oddsRatio.upper].map(numberOrNaN),
    exact_p: found.exactP,
  };
};

const mcNemarTest: Family = ({ spec }) => {
  const [[, b], [c]] = spec['table'] as [Pair, Pair];
  const found = mcNemar(b, c);
  if (!found.ok) return {};
  return {
    corrected: [found.corrected.statistic, found.corrected.p],
    uncorrected: [found.uncorrected.statistic, found.uncorrected.p],
    exact_p: found.exactP,
  };
};

const trend: Family = ({ spec }) => {
  const numbers = (key: string) => Float64Array.from(spec[key] as number[]);
  const found = trendOfProportions(numbers('events'), numbers('n'), numbers('scores'));
  return found.ok ? { chisq: found.test.statistic, p: found.test.p } : {};
};

/** Size up to which the reference holds the exact conditional distribution. */
const SMALL = 80;

function tRow(test: ReturnType<typeof tTest>): number[] {
  return test.ok ? [test.statistic, test.degreesOfFreedom, test.p, test.lower, test.upper] : [];
}

const wilcoxon: Family = ({ spec }) => {
  const [x, y] = ['x', 'y'].map((key) => Float64Array.from(spec[key] as number[])) as [Float64Array, Float64Array];
  const test = rankSum(x, y);
  const exact = x.length < SMALL && y.length < SMALL ? rankSum(x, y, { exact: true }) : undefined;
  const both = Float64Array.of(...x, ...y);
  const ranked = kruskalWallis(
    both,
    Int32Array.from(both, (_, i) => (i < x.length ? 0 : 1)),
  );
  const sums = [x, y].map(moments.accumulate) as [Moments, Moments];
  const difference = standardisedMeanDifference(x, y);
  if (!test.ok || !ranked.ok || !difference.ok) return {};
  const sorted = [x, y].map(sortedSample);
  const { shift } = test;
  return {
    W: test.statistic,
    exact_p: test.method === 'exact' ? test.p : null,
    exact_hl: shift === undefined ? null : [shift.estimate, shift.lower, shift.upper],
    exact_p_with_ties_conditional: exact?.ok ? exact.p : null,
    normal_cc_p: test.pCorrected,
    normal_p: test.pUncorrected,
    welch: tRow(tTest(...sums)),
    student: tRow(tTest(...sums, { variances: 'equal' })),
    kruskal: [ranked.test.statistic, ranked.test.p],
    smd: difference.difference,
    median: sorted.map((values) => sampleQuantile(values, 1 / 2)),
    iqr_type7: sorted.flatMap((values) => [sampleQuantile(values, 1 / 4), sampleQuantile(values, 3 / 4)]),
    mean: sums.map(({ mean }) => mean),
    sd: sums.map((sum) => moments.solve(sum).standardDeviation),
  };
};

const kruskal: Family = ({ spec }, data) => {
  const rows = data.complete([String(spec['value']), String(spec['group'])]);
  const values = rows.numbers(String(spec['value']));
  const { codes, levels } = rows.levels(String(spec['group']));
  const ranked = kruskalWallis(values, codes);
  const groups = levels.map((_, code) => moments.accumulate(values.filter((__, i) => codes[i] === code)));
  const [anova, welch] = [oneWay(groups), oneWay(groups, { variances: 'separate' })];
  if (!ranked.ok || !anova.ok || !welch.ok) return {};
  return {
    kruskal: [ranked.test.statistic, ranked.test.degreesOfFreedom, ranked.test.p],
    anova: [anova.statistic, anova.numerator, anova.denominator, anova.p],
    welch: [welch.statistic, welch.numerator, welch.denominator, welch.p],
  };
};

const paired: Family = ({ spec }, data) => {
  const values = data.numbers(String(spec['value']));
  const { codes } = data.levels(String(spec['group']));
  const ids = data.levels(String(spec['id']));
  const differences = new Float64Array(ids.levels.length);
  values.forEach((value, row) => {
    differences[ids.codes[row]!]! += codes[row] === 0 ? value : -value;
  });
  const t = pairedTTest(moments.accumulate(differences));
  const ranked = signedRank(differences);
  return { t: tRow(t), ...(ranked.ok ? { V: ranked.statistic, p_cc: ranked.pCorrected } : {}) };
};

const correlation: Family = ({ spec }, data) => {
  const columns = [String(spec['x']), String(spec['y'])];
  const rows = data.complete(columns);
  const [x, y] = columns.map((name) => rows.numbers(name)) as [Float64Array, Float64Array];
  const [linear, ranked, tau] = [pearson(x, y), spearman(x, y), kendall(x, y)];
  if (!linear.ok || !ranked.ok || !tau.ok) return {};
  return {
    pearson: [linear.estimate, linear.statistic, linear.p, linear.lower, linear.upper],
    spearman: [ranked.estimate, ranked.p],
    kendall: [tau.estimate, tau.p],
  };
};

/** Families of distributions, tables, ranks and means. */
export const TABLE_FAMILIES: Readonly<Record<string, Family>> = {
  distributions,
  chisq_2x2: chiSquareOfTwo,
  fisher_rxc: fisherOfMany,
  proportion_ci: proportionIntervals,
  mantel_haenszel: mantelHaenszelTest,
  mcnemar: mcNemarTest,
  trend_proportions: trend,
  wilcoxon,
  kruskal,
  paired,
  correlation,
};
