import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { CohortFrame } from '../../../lib/cohort/index.ts';
import type { Findings } from '../../../lib/result/index.ts';
import type { ImputationColumn, ImputationOptions } from '../../../lib/stats/index.ts';
import { ask, row } from './asking.ts';
import { simulatedFrame } from './simulated.ts';

/** As `truth/imputed.R` imputes: of the age alone, and of the data set from 1 on. */
const GIVEN: Readonly<Record<string, (age: number, k: number) => number>> = {
  nmet: (age, k) => 1 + ((7 * age + 13 * k) % 9),
  lncea: (age, k) => ((3 * age + 5 * k) % 11) / 2,
};

vi.mock('../../../lib/stats/index.ts', async (original) => ({
  ...(await original<typeof import('../../../lib/stats/index.ts')>()),
  impute(columns: readonly ImputationColumn[], { imputations = 5 }: ImputationOptions) {
    const age = columns.find(({ name }) => name === 'age')!.values;
    const completed = Array.from({ length: imputations }, (_, k) =>
      columns.map(({ name, values }) =>
        values.map((value, i) => (Number.isNaN(value) ? GIVEN[name]!(age[i]!, k + 1) : value)),
      ),
    );
    return { ok: true, completed, missing: [], chains: [] };
  },
}));

interface Pooled {
  readonly term: string;
  readonly coef: number;
  readonly se: number;
  readonly t: number;
  readonly df: number;
  readonly p: number;
  readonly low: number;
  readonly high: number;
  readonly fmi: number;
}

const TRUTH = JSON.parse(readFileSync(new URL('truth/imputed.json', import.meta.url), 'utf8')) as Readonly<
  Record<'logistic' | 'cox' | 'known' | 'timed' | 'landmarks', readonly Pooled[]>
>;
const TOLERANCE = 1e-7;
const COVARIATES = ['age', 'rightside', 'ehd', 'nmet', 'lncea'];

/** Patients of whom some lack the number of metastases or CEA, as R's do. */
const gaps = (): CohortFrame =>
  simulatedFrame('', (each, i) => ({
    ...each,
    ...(i % 10 === 0 && { nmet: '' }),
    ...(i % 7 === 3 && { lncea: '' }),
  }));

function expectPooled(found: ReturnType<typeof row>, ratio: string, given: Pooled): void {
  const limit = (x: number) => Math.log(Number(x));
  expect(
    [
      found['imputed_coefficient'],
      found['imputed_standard_error'],
      found['imputed_t'],
      found['degrees_of_freedom'],
      found['imputed_p'],
      limit(found[`imputed_${ratio}_low`] as number),
      limit(found[`imputed_${ratio}_high`] as number),
      found['missing_information'],
    ],
    given.term,
  ).toAgree([given.coef, given.se, given.t, given.df, given.p, given.low, given.high, given.fmi], TOLERANCE);
}

/** The row of a model's term as R names it. */
function rowOf(findings: Findings, term: string): ReturnType<typeof row> {
  const level = ['rightside', 'ehd', 'male'].includes(term) ? { level: 'yes' } : {};
  return row(findings, 'imputed', { covariate: term, ...level });
}

describe.each([
  ['logistic', 'odds_ratio', { analysis: 'logistic', outcome: 'converted', adjust: COVARIATES, bootstrap: 0 }],
  ['cox', 'hazard_ratio', { analysis: 'cox', endpoint: 'os', covariates: COVARIATES, bootstrap: 0 }],
  ['known', 'hazard_ratio', { analysis: 'survival', endpoint: 'os', by: 'male', adjust: COVARIATES }],
] as const)('Given imputations, the model %s', (name, ratio, request) => {
  it('has the estimates, degrees of freedom and missing information that mice::pool gives', async () => {
    const findings = await ask(gaps(), { ...request, impute: 5 });
    for (const given of TRUTH[name].filter(({ term }) => term !== '(Intercept)'))
      expectPooled(rowOf(findings, given.term), ratio, given);
  });
});

describe('Given imputations, survival by conversion', () => {
  let findings: Findings;
  beforeAll(async () => {
    const request = { analysis: 'survival', endpoint: 'os', by: 'exposure', adjust: COVARIATES, landmarks: [9, 6] };
    findings = await ask(gaps(), { ...request, impute: 5 });
  });

  it('has the pooled time-dependent hazard ratio as its one estimate', () => {
    const [exposure, ...rest] = TRUTH.timed;
    expectPooled(row(findings, 'imputed', { covariate: 'exposure', level: 'converted' }), 'hazard_ratio', exposure!);
    for (const given of rest) expectPooled(rowOf(findings, given.term), 'hazard_ratio', given);
    const { estimate, low, high, p, n } = findings.primary!;
    expect([estimate, low, high, p]).toAgree(
      [Math.exp(exposure!.coef), Math.exp(exposure!.low), Math.exp(exposure!.high), exposure!.p],
      TOLERANCE,
    );
    expect(n).toBe(286);
  });

  it('has each landmark pooled', () => {
    [9, 6].forEach((landmark, i) => {
      const found = row(findings, 'landmarks-imputed', { covariate: `from month ${landmark}` });
      expectPooled(found, 'hazard_ratio', TRUTH.landmarks[i]!);
    });
  });
});
