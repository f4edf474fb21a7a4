import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  answerConcordance,
  answerHazards,
  answerKaplanMeier,
  answerLogistic,
  answerLogRank,
  answerMantelHaenszel,
  answerTableOne,
  baseSteps,
  type Codebook,
  combinedByInformation,
  gridCurve,
  gridSurvivalAt,
  type ModelAnswer,
  type ModelState,
  newtonStep,
  type OwnFit,
  pooledCounts,
  pooledLogRank,
  pooledMoments,
  type SiteRows,
  type StudyAnalysis,
  stateAfter,
  summedAt,
} from '../../../lib/sharing/index.ts';
import { concordance, mantelHaenszel, metaAnalysis } from '../../../lib/stats/index.ts';

interface Fit {
  readonly beta: number[];
  readonly vcov: number[][];
  readonly loglik: number | number[];
}
interface Meta {
  readonly estimate: number;
  readonly se: number;
  readonly tau2: number | null;
  readonly Q: number;
  readonly pi_lower: number | null;
  readonly lower: number;
}
interface Reference {
  readonly data: Record<string, (number | null)[]> & { readonly site: string[] };
  readonly covariates: string[];
  readonly group: string;
  readonly binary: string;
  readonly cox: {
    readonly stratified_efron: Fit & { readonly loglik_null: number };
    readonly combined_inverse_information: Fit;
    readonly one_newton_step_from_combined: number[];
    readonly meta_first_covariate: Record<'fixed' | 'DL' | 'REML' | 'REML_HK', Meta> & { yi: number[]; vi: number[] };
  };
  readonly logistic: { readonly site_dummies: Fit & { readonly names: string[] } };
  readonly logrank: {
    readonly stratified: { observed: number[]; expected: number[]; variance: number[][]; chisq: number; p: number };
  };
  readonly mantel_haenszel: { or: number; log_or_se: number; chisq: number; breslow_day: number };
  readonly km: { readonly binned: { width: number; all: Curve; by_group: Record<string, Curve> } };
  readonly finegray: { readonly stratified: Fit } | null;
  readonly concordance: { readonly stratified: Record<string, number> };
  readonly describe: { readonly pooled: Record<string, { mean: number; sd: number }> };
}
interface Curve {
  readonly time: number[];
  readonly n_risk: number[];
  readonly n_event: number[];
  readonly n_censor: number[];
  readonly surv: number[];
  readonly std_err_surv: number[];
  readonly at: number[];
  readonly surv_at: number[];
  readonly lower_at: (number | null)[];
  readonly upper_at: (number | null)[];
}

const FILE = new URL('../../fixtures/sites/reference.json', import.meta.url);
const REFERENCE = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Reference>;

const near = (x: number, r: number, tolerance = 1e-8): void =>
  expect(Math.abs(x - r), `${x} of ${r}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(r)));
const allNear = (xs: ArrayLike<number>, rs: readonly number[], tolerance = 1e-8): void => {
  expect(xs.length).toBe(rs.length);
  for (const [i, r] of rs.entries()) near(xs[i]!, r, tolerance);
};

/** A number of the data is a number, whatever few values it has. */
function codebookOf({ data, covariates, group, binary }: Reference): Codebook {
  const numbers = covariates.map((name) => {
    const values = (data[name] as number[]).filter((value) => value !== null);
    const range: [number, number] = [Math.min(...values), Math.max(...values)];
    return [name, { type: 'number', range, centre: (range[0] + range[1]) / 2 }] as const;
  });
  return {
    type: 'codebook/1',
    variables: {
      ...Object.fromEntries(numbers),
      [group]: { type: 'boolean' },
      [binary]: { type: 'boolean' },
    },
    endpoints: { os: { origin: 'entry', unit: 'days', event: 'event' } },
  };
}

/** Each site's rows, sites in their order; what is null is no value. */
function sitesOf({ data, covariates, group, binary }: Reference): SiteRows[] {
  return [...new Set(data.site)].sort().map((site) => {
    const own = [...data.site.keys()].filter((i) => data.site[i] === site);
    const column = (name: string) => Float64Array.from(own, (i) => data[name]![i] ?? Number.NaN);
    const event = column('event');
    const cause = data['cause'] ? column('cause') : event;
    return {
      n: own.length,
      variables: Object.fromEntries([...covariates, group, binary].map((name) => [name, column(name)])),
      endpoints: {
        os: { time: column('time'), cause: Uint8Array.from(event) },
        first: { time: column('time'), cause: Uint8Array.from(cause) },
      },
    };
  });
}

/** Rounds until no site's answer moves the coefficients. */
function iterate(
  size: number,
  mode: 'open' | 'masked',
  answer: (site: number, round: number, beta: Float64Array) => ModelAnswer,
  sites: number,
  rounds = 6,
) {
  const answers: ModelAnswer[][] = [];
  let state: ModelState = { beta: new Float64Array(size) };
  for (let round = 1; round <= rounds; round++) {
    answers.push(Array.from({ length: sites }, (_, site) => answer(site, round, state.beta)));
    state = stateAfter(answers, size, mode)!;
  }
  return { state, answers };
}

describe.each(Object.entries(REFERENCE))('Three sites of %s', (_, reference) => {
  const codebook = codebookOf(reference);
  const sites = sitesOf(reference);
  const p = reference.covariates.length;
  const model = { id: 'model', covariates: reference.covariates, rounds: 6, mode: 'open' } as const;
  const cox: Extract<StudyAnalysis, { method: 'cox/1' }> = { ...model, method: 'cox/1', endpoint: 'os', ties: 'efron' };
  const hazards =
    (asked: typeof cox | Extract<StudyAnalysis, { method: 'fine-gray/1' }>) =>
    (site: number, round: number, beta: Float64Array) =>
      answerHazards(asked, sites[site]!, codebook, round, beta);

  it.each(['open', 'masked'] as const)('fit one Cox model stratified by site, %s', (mode) => {
    const { state } = iterate(p, mode, hazards({ ...cox, mode }), sites.length, mode === 'open' ? 6 : 9);
    const { beta, vcov, loglik, loglik_null } = reference.cox.stratified_efron;
    allNear(state.beta, beta);
    allNear(state.variance!, vcov.flat());
    near(state.atZero!.loglik, loglik_null);
    near(state.last!.loglik, loglik as number);
    expect(state.step).toBeLessThan(1e-6);
  });

  it('meet by information after one round, and within a Newton step after two', () => {
    const { answers, state } = iterate(p, 'open', hazards(cox), sites.length, 2);
    const own = answers[0]!.map((answer) => answer.own as OwnFit);
    const combined = combinedByInformation(own, p)!;
    allNear(combined.beta, reference.cox.combined_inverse_information.beta);
    allNear(combined.variance, reference.cox.combined_inverse_information.vcov.flat());
    allNear(state.beta, reference.cox.one_newton_step_from_combined);
    const next = newtonStep(combined.beta, summedAt(answers[1]!.map(({ at }) => at!)))!;
    allNear(next.beta, reference.cox.one_newton_step_from_combined);
  });

  it('give a meta-analysis of the first covariate', () => {
    const [round] = iterate(p, 'open', hazards(cox), sites.length, 1).answers;
    const fits = round!.map(({ own }) => combinedByInformation([own as OwnFit], p)!);
    const effects = Float64Array.from(fits, ({ beta }) => beta[0]!);
    const variances = Float64Array.from(fits, ({ variance }) => variance[0]!);
    const expected = reference.cox.meta_first_covariate;
    allNear(effects, expected.yi);
    allNear(variances, expected.vi);
    for (const [name, method, interval] of [
      ['fixed', 'fixed', 'normal'],
      ['DL', 'dersimonian-laird', 'normal'],
      ['REML', 'reml', 'normal'],
      ['REML_HK', 'reml', 'hartung-knapp'],
    ] as const) {
      const meta = metaAnalysis(effects, variances, { method, interval });
      if (!meta.ok) throw new RangeError(meta.problem);
      near(meta.pooled.estimate, expected[name].estimate);
      near(meta.pooled.standardError, expected[name].se);
      near(meta.pooled.lower, expected[name].lower);
    }
  });

  if (reference.finegray !== null)
    it("fit one Fine-Gray model with each site's own weights", () => {
      const { state } = iterate(
        p,
        'open',
        hazards({ ...model, method: 'fine-gray/1', endpoint: 'first' }),
        sites.length,
      );
      const { beta, vcov } = reference.finegray!.stratified;
      allNear(state.beta, beta);
      allNear(state.variance!, vcov.flat(), 1e-7);
    });

  it("fit one logistic model with an intercept a site, as R's dummies are", () => {
    const asked: Extract<StudyAnalysis, { method: 'logistic/1' }> = {
      ...model,
      method: 'logistic/1',
      outcome: reference.binary,
    };
    const { state, answers } = iterate(
      p,
      'open',
      (site, round, beta) => answerLogistic(asked, sites[site]!, codebook, round, beta),
      sites.length,
      8,
    );
    const { beta, names } = reference.logistic.site_dummies;
    const at = reference.covariates.map((name) => names.indexOf(name));
    allNear(
      state.beta,
      at.map((i) => beta[i]!),
    );
    const intercepts = answers.at(-1)!.map((answer) => {
      const { joint } = answer as ReturnType<typeof answerLogistic>;
      // the codebook's centres are put back
      return (
        joint!.intercept -
        reference.covariates.reduce((sum, name, j) => {
          const variable = codebook.variables[name]!;
          return sum + ('centre' in variable ? variable.centre : 0) * state.beta[j]!;
        }, 0)
      );
    });
    near(intercepts[0]!, beta[names.indexOf('(Intercept)')]!, 1e-7);
    intercepts.slice(1).forEach((intercept, i) => {
      near(
        intercept - intercepts[0]!,
        beta[names.indexOf(`factor(site)${[...new Set(reference.data.site)].sort()[i + 1]}`)]!,
        1e-7,
      );
    });
  });

  it('give the log-rank test stratified by site', () => {
    const asked = { id: 'x', method: 'log-rank/1', mode: 'open', endpoint: 'os', group: reference.group } as const;
    const {
      observed,
      expected,
      variance,
      chiSquare,
      p: value,
    } = pooledLogRank(sites.map((rows) => answerLogRank(asked, rows, codebook)));
    const given = reference.logrank.stratified;
    allNear(observed, given.observed);
    allNear(expected, given.expected);
    allNear(variance.flat(), given.variance.flat());
    near(chiSquare, given.chisq);
    near(value, given.p);
  });

  it('give the Mantel-Haenszel odds ratio and Breslow-Day', () => {
    const asked = {
      id: 'x',
      method: 'mantel-haenszel/1',
      mode: 'open',
      outcome: reference.binary,
      exposure: reference.group,
    } as const;
    const result = mantelHaenszel(sites.map((rows) => answerMantelHaenszel(asked, rows)));
    if (!result.ok) throw new RangeError(result.problem);
    near(result.oddsRatio.estimate, reference.mantel_haenszel.or);
    near(Number(result.standardError), reference.mantel_haenszel.log_or_se);
    near(result.uncorrected.statistic, reference.mantel_haenszel.chisq);
    near(result.homogeneity!.breslowDay.statistic, reference.mantel_haenszel.breslow_day);
  });

  it.each(['all', 'by group'] as const)(
    "give survfit's curve of times moved to the ends of their steps, %s",
    (which) => {
      const { width, all, by_group } = reference.km.binned;
      const last = Math.max(...(reference.data['time'] as number[]));
      const asked: Extract<StudyAnalysis, { method: 'kaplan-meier/1' }> = {
        id: 'x',
        method: 'kaplan-meier/1',
        mode: 'masked',
        endpoint: 'os',
        grid: { unit: 'days', width, last },
        at: [],
      };
      const groups = which === 'all' ? [all] : Object.values(by_group);
      const answers = sites.map((rows) =>
        answerKaplanMeier(which === 'all' ? asked : { ...asked, group: reference.group }, rows, codebook),
      );
      groups.forEach((given, g) => {
        const curve = gridCurve(
          pooledCounts(answers.map((answer) => answer[g]!)),
          baseSteps(asked.grid).map((step) => step * width),
          'start',
        );
        const used = curve.filter(({ deaths, censored }) => deaths + censored > 0);
        allNear(
          used.map(({ time }) => time),
          given.time,
        );
        allNear(
          used.map(({ atRisk }) => atRisk),
          given.n_risk,
        );
        allNear(
          used.map(({ deaths }) => deaths),
          given.n_event,
        );
        allNear(
          used.map(({ survival }) => survival),
          given.surv,
        );
        given.std_err_surv.forEach((r, i) => {
          if (used[i]!.survival > 0) near(used[i]!.standardError, r);
        });
        given.at.forEach((at, i) => {
          const { survival, lower, upper } = gridSurvivalAt(curve, at);
          near(survival, given.surv_at[i]!);
          if (typeof given.lower_at[i] === 'number') near(lower!, given.lower_at[i]!);
          if (typeof given.upper_at[i] === 'number') near(upper!, given.upper_at[i]!);
        });
      });
    },
  );

  it('give the concordance of pairs within sites', () => {
    const { beta } = reference.cox.stratified_efron;
    const sums = sites.map((rows) => answerConcordance(cox, rows, codebook, beta)).reduce(concordance.merge);
    const solved = concordance.solve(sums);
    if (!solved.ok) throw new RangeError(solved.problem);
    const given = reference.concordance.stratified;
    near(solved.estimate, given['concordance']!);
    near(solved.standardError!, given['se']!);
    expect([sums.concordant, sums.discordant]).toEqual([given['concordant'], given['discordant']]);
  });

  it('describe numbers by mean and standard deviation', () => {
    const asked = {
      id: 'x',
      method: 'table-one/1',
      mode: 'open',
      variables: reference.covariates,
      histogram: {},
    } as const;
    const answers = sites.map((rows) => answerTableOne(asked, rows, codebook)[0]!);
    for (const [name, { mean, sd }] of Object.entries(reference.describe.pooled)) {
      const variable = codebook.variables[name]!;
      if (variable.type !== 'number') continue;
      const moments = pooledMoments(
        answers.map((answer) => answer[name] as never),
        variable.centre,
      );
      near(moments.mean, mean);
      near(moments.sd, sd);
    }
  });
});
