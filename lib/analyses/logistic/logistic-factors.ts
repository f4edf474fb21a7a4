import type { Findings } from '../../result/index.ts';
import { adjust } from '../../stats/index.ts';
import type { ModelWords } from '../models/model-tables.ts';
import { type Term, termsOf } from '../models/model-terms.ts';
import { parametersOf } from '../models/model-words.ts';
import { ONE_VALUE, type TermTest, termsTested } from '../models/regression.ts';
import type { BinaryOutcome } from '../parts/binary-outcome.ts';
import type { Covariate } from '../parts/covariate.ts';
import type { Selection } from '../parts/selection.ts';
import { oddsWords } from './logistic-model.ts';
import { fitLogistic, type LogisticChoices, type LogisticModel } from './logistic-regression.ts';
import { wantsFirth } from './logistic-words.ts';

/** One factor against the outcome, of those for whom it is known. */
export interface OutcomeFactor {
  readonly covariate: Covariate;
  readonly term: Term;
  readonly n: number;
  readonly missing: number;
  /** By patient of whom it is known, 1 where she has the outcome. */
  readonly outcome: Uint8Array;
  readonly model: LogisticModel;
  /** Firth's fit, where the plain one has few events or none of an estimate. */
  readonly firth: LogisticModel | undefined;
  /** Of the factor as a whole. */
  readonly test: TermTest;
}

const NO_TEST = { statistic: Number.NaN, degreesOfFreedom: 0, p: Number.NaN, logP: Number.NaN };

/** Fits each factor alone. One that nobody has known, or all have alike, has no test and says why. */
export function factorsAgainst(
  outcome: BinaryOutcome,
  covariates: readonly Covariate[],
  known: Selection,
  choices: LogisticChoices,
  between: (done: number) => void,
): OutcomeFactor[] {
  return covariates.map((covariate, i) => {
    between(i / covariates.length);
    return factorAgainst(outcome, covariate, known, choices);
  });
}

function rowsWith({ values }: Covariate, { rows }: Selection): Int32Array {
  return rows.filter((row) => (values.kind === 'number' ? Number.isFinite(values.of[row]!) : values.codes[row]! >= 0));
}

function factorAgainst(
  outcome: BinaryOutcome,
  covariate: Covariate,
  known: Selection,
  choices: LogisticChoices,
): OutcomeFactor {
  const rows = rowsWith(covariate, known);
  const codes = Uint8Array.from(rows, (row) => outcome.codes[row]!);
  const events = codes.reduce((sum, code) => sum + code, 0);
  const rarer = Math.min(events, rows.length - events);
  const [term] = termsOf([covariate], [], rows) as [Term];
  const fitted = (penalty: 'none' | 'firth') => fitLogistic(codes, term.columns, { ...choices, penalty });
  const model = fitted(choices.penalty);
  const firth = wantsFirth(rarer, [term], model) ? fitted('firth') : undefined;
  const plain: Parameters<typeof termsTested>[0] = (columns) =>
    fitLogistic(codes, columns, { ...choices, penalty: 'none', interval: 'wald' });
  return {
    covariate,
    term,
    n: rows.length,
    missing: known.rows.length - rows.length,
    outcome: codes,
    model,
    firth: firth?.firth === undefined ? undefined : firth,
    test:
      rows.length === 0
        ? { ...NO_TEST, why: 'not known of anybody analysed' }
        : rarer === 0
          ? { ...NO_TEST, why: 'all for whom it is known have one outcome' }
          : term.columns.length === 0
            ? { ...NO_TEST, why: ONE_VALUE }
            : termsTested(plain, [term], model)[0]![1],
  };
}

/** By factor the adjusted p of its test, Benjamini and Hochberg's over the factors tested; NaN without a test. */
export function adjustedFactors(factors: readonly OutcomeFactor[]): Float64Array {
  return adjust(
    Float64Array.from(factors, ({ test }) => test.p),
    'benjamini-hochberg',
  );
}

/** The words of a factor's odds ratios. */
export function factorWords(factor: OutcomeFactor, outcome: BinaryOutcome, level: number): ModelWords {
  return oddsWords(
    factor.outcome,
    outcome,
    level,
    factor.model.firth === undefined ? 'Wald p' : 'Penalised likelihood-ratio p',
  );
}

/** What keeps factors from being tested, or makes an estimate of them unreliable: told once for all. */
export function outcomeFactorWarnings(factors: readonly OutcomeFactor[]): Findings['warnings'] {
  const named = (some: readonly OutcomeFactor[]) => some.map(({ covariate }) => covariate.title).join(', ');
  const untested = factors.filter(({ test }) => test.why !== '');
  const separated = factors.filter(({ model: { result } }) => result?.ok === false && result.problem === 'separated');
  const few = factors.filter(({ term, model, outcome }) => {
    const events = outcome.reduce((sum, code) => sum + code, 0);
    const rarer = Math.min(events, outcome.length - events);
    return rarer > 0 && rarer < 10 * parametersOf([term], model) && !separated.some(({ term: t }) => t === term);
  });
  return [
    ...(untested.length > 0
      ? [
          {
            code: 'factors-without-test',
            says: `Without a test: ${untested.map(({ covariate, test }) => `${covariate.title} (${test.why})`).join('; ')}.`,
          },
        ]
      : []),
    ...(separated.length > 0
      ? [
          {
            code: 'factors-separated',
            says: `A level has one outcome only, so that its odds ratio has no plain estimate; Firth's stands beside it: ${named(separated)}.`,
          },
        ]
      : []),
    ...(few.length > 0
      ? [
          {
            code: 'few-events',
            says: `Fewer than 10 patients with the rarer outcome a parameter, so that estimates are unreliable: ${named(few)}.`,
          },
        ]
      : []),
  ];
}
