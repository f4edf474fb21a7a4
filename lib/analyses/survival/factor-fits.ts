import type { Findings } from '../../result/index.ts';
import {
  adjust,
  type FollowUp,
  type Proportionality,
  predictSurvival,
  proportionality,
  sampleQuantile,
  sortedSample,
} from '../../stats/index.ts';
import { type CoxModel, fitCox } from '../cox/cox-regression.ts';
import { type Comparison, compare } from '../curves/survival-comparison.ts';
import { type Curve, type CurveRequest, groupCurves } from '../curves/survival-curves.ts';
import { columnNames, stepLabel, type Term, termsOf } from '../models/model-terms.ts';
import { ONE_VALUE, type TermTest } from '../models/regression.ts';
import type { Covariate } from '../parts/covariate.ts';
import { type Entry, followUpOf } from '../parts/follow-up.ts';
import { type Strata, stratumCodes } from '../parts/strata.ts';

export const PLAIN_COX = { ties: 'efron', robust: false, interval: 'wald', penalty: 'none' } as const;

/** One factor, of those for whom it is known. */
export interface Factor {
  readonly covariate: Covariate;
  readonly term: Term;
  /** Of whom it is known, as rows of the frame. */
  readonly rows: Int32Array;
  readonly missing: number;
  readonly followUp: FollowUp;
  readonly model: CoxModel;
  /** Of the factor as a whole: the log-rank test of levels, the score test of a number. */
  readonly test: TermTest;
  /** Of its coefficients, at all times the same. */
  readonly proportional: Proportionality | undefined;
  /** Of levels that have members. */
  readonly levels: { readonly comparison: Comparison; readonly curves: readonly Curve[] } | undefined;
  readonly expected: Expected | undefined;
}

/** Survival that a factor's model expects at quartiles of a number. */
export interface Expected {
  readonly times: readonly number[];
  readonly quartiles: readonly { readonly label: string; readonly survival: readonly number[] }[];
}

const NO_TEST = { statistic: Number.NaN, degreesOfFreedom: 0, p: Number.NaN, logP: Number.NaN };

/** A term of a number with a second line: the ratio for a round step (1, 2 or 5 times a power of ten) within its quartiles, chosen without the outcome. */
export function withStep(term: Term, { values }: Covariate, rows: Int32Array): Term {
  const [line] = term.lines;
  if (values.kind !== 'number' || values.knots !== undefined || values.per !== 1 || term.columns.length !== 1)
    return term;
  const sorted = sortedSample(Float64Array.from(rows, (row) => values.of[row]!));
  const spread = sampleQuantile(sorted, 0.75) - sampleQuantile(sorted, 0.25);
  if (!(spread > 0)) return term;
  const power = 10 ** Math.floor(Math.log10(spread));
  const step = Number((power * ([5, 2].find((each) => each * power <= spread) ?? 1)).toPrecision(1));
  if (step === 1) return term;
  const label = stepLabel(step, values.unit);
  return { ...term, lines: [line!, { ...line!, label, weights: [[term.columns[0]!.name, step]] }] };
}

/** Fits each factor alone. A factor that nobody has known, or all have alike, has no test and says why. */
export function factorsAlone(
  covariates: readonly Covariate[],
  of: {
    readonly endpoint: Parameters<typeof followUpOf>[0];
    readonly entry: Entry | undefined;
    readonly strata: Strata | undefined;
    readonly rows: Int32Array;
    readonly request: CurveRequest;
  },
  between: (done: number) => void,
): Factor[] {
  return covariates.map((covariate, i) => {
    between(i / covariates.length);
    return factorAlone(covariate, of);
  });
}

function factorAlone(
  covariate: Covariate,
  { endpoint, entry, strata, rows: all, request }: Parameters<typeof factorsAlone>[1],
): Factor {
  const { values } = covariate;
  const rows = all.filter((row) =>
    values.kind === 'number' ? Number.isFinite(values.of[row]!) : values.codes[row]! >= 0,
  );
  const followUp = followUpOf(endpoint, rows, entry);
  const term = withStep(termsOf([covariate], [], rows)[0]!, covariate, rows);
  const codes = strata && stratumCodes(strata, rows).codes;
  const model = fitCox({ followUp, strata: codes }, term.columns, { ...PLAIN_COX, level: request.level });
  const { result } = model;
  const levels =
    values.kind === 'levels' && term.lines.length > 1 ? levelsOf(term, followUp, codes, request) : undefined;
  return {
    covariate,
    term,
    rows,
    missing: all.length - rows.length,
    followUp,
    model,
    test: testOf(rows, term, model, levels?.comparison),
    proportional: result?.ok ? proportionality(model.rows, result, 'km', columnNames([term], result.names)) : undefined,
    levels,
    expected: values.kind === 'number' && strata === undefined ? expectedOf(covariate, rows, model) : undefined,
  };
}

function levelsOf({ lines }: Term, f: FollowUp, strata: Int32Array | undefined, request: CurveRequest) {
  const codes = Int32Array.from(f.time, (_, i) => lines.findIndex(({ members }) => members[i] === 1));
  const groups = { labels: lines.map(({ label }) => label), codes };
  const comparison = compare(f, groups, request.level, strata);
  return { comparison, curves: groupCurves(f, groups, comparison.tables, request) };
}

function testOf(
  rows: Int32Array,
  { columns }: Term,
  { result }: CoxModel,
  comparison: Comparison | undefined,
): TermTest {
  if (rows.length === 0) return { ...NO_TEST, why: 'not known of anybody analysed' };
  if (columns.length === 0) return { ...NO_TEST, why: ONE_VALUE };
  if (comparison !== undefined) {
    const { logRank } = comparison;
    if (!logRank.ok) return { ...NO_TEST, why: logRank.problem };
    const { chiSquare: statistic, degreesOfFreedom, p, logP } = logRank;
    return { statistic, degreesOfFreedom, p, logP, why: '' };
  }
  if (result === undefined || !('score' in result)) return { ...NO_TEST, why: result?.problem ?? 'no events' };
  return { ...result.score, why: '' };
}

/** A curve of a number has so many steps. */
const STEPS = 60;

function expectedOf({ values }: Covariate, rows: Int32Array, { result, rows: data }: CoxModel): Expected | undefined {
  if (values.kind !== 'number' || values.knots !== undefined || !result?.ok) return undefined;
  const sorted = sortedSample(Float64Array.from(rows, (row) => values.of[row]!));
  const last = data.time.reduce((most, time) => Math.max(most, time), 0);
  const times = Array.from({ length: STEPS + 1 }, (_, i) => (last * i) / STEPS);
  const quartiles = [0.25, 0.5, 0.75].map((share) => ({ share, value: sampleQuantile(sorted, share) }));
  const found = predictSurvival(
    data,
    result,
    { covariates: [Float64Array.from(quartiles, ({ value }) => value / values.per)] },
    times,
  );
  const name = { 0.25: 'lower quartile', 0.5: 'median', 0.75: 'upper quartile' } as Readonly<Record<number, string>>;
  return {
    times,
    quartiles: quartiles.map(({ share, value }, q) => ({
      label: `${Number(value.toPrecision(4))}${values.unit === undefined ? '' : ` ${values.unit}`} (${name[share]})`,
      survival: found.map((at) => at[q]!),
    })),
  };
}

/** By factor the adjusted p of its test; NaN without a test. Benjamini and Hochberg's, over the factors tested. */
export function adjustedOver(factors: readonly Factor[]): Float64Array {
  const tested = factors.filter(({ test }) => test.why === '');
  const adjusted = adjust(
    Float64Array.from(tested, ({ test }) => test.p),
    'benjamini-hochberg',
  );
  return Float64Array.from(factors, (factor) => adjusted[tested.indexOf(factor)] ?? Number.NaN);
}

/** What keeps factors from being tested, or makes an estimate of them unreliable: told once for all. */
export function factorWarnings(factors: readonly Factor[]): Findings['warnings'] {
  const untested = factors.filter(({ test }) => test.why !== '');
  const few = factors.filter(({ model, followUp }) => {
    const events = followUp.event.reduce((sum, e) => sum + e, 0);
    return model.rows.names.length > 0 && events > 0 && events < 10 * model.rows.names.length;
  });
  const bent = factors.filter(({ proportional }) => proportional?.ok === true && proportional.global.p < 0.05);
  const named = (some: readonly Factor[]) => some.map(({ covariate }) => covariate.title).join(', ');
  return [
    ...(untested.length > 0
      ? [
          {
            code: 'factors-without-test',
            says: `Without a test: ${untested.map(({ covariate, test }) => `${covariate.title} (${test.why})`).join('; ')}.`,
          },
        ]
      : []),
    ...(few.length > 0
      ? [
          {
            code: 'few-events',
            says: `Fewer than 10 events a parameter, so that estimates are unreliable: ${named(few)}.`,
          },
        ]
      : []),
    ...(bent.length > 0
      ? [
          {
            code: 'not-proportional',
            says: `The hazards may not be proportional (p < 0.05, alone): ${named(bent)}. A hazard ratio is then an average over the follow-up.`,
          },
        ]
      : []),
  ];
}
