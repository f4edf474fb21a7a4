import type { CohortFrame } from '../../cohort/index.ts';
import type { Findings, ResultTable } from '../../result/index.ts';
import { type Term, termsOf } from '../models/model-terms.ts';
import { covariateSentences, fewEvents } from '../models/model-words.ts';
import { covariatesOf, withCovariates } from '../parts/covariate.ts';
import { guardTime, immortalTime } from '../parts/immortal-time.ts';
import { leftOutCharacteristics } from '../parts/left-out.ts';
import { leaveOut, type Selection, select } from '../parts/selection.ts';
import { type Strata, strataOf, strataSentence, withStrata } from '../parts/strata.ts';
import { type CovariateSet, covariateSetOf } from '../parts/variable-sets.ts';
import type { GeneTest } from './gene-test.ts';
import type { Scanned } from './scan-genes.ts';
import type { Noun } from './scan-units.ts';

/** The part of a request that every target needs. */
export interface TargetRequest {
  readonly where?: string | undefined;
  readonly entry?: string | undefined;
  readonly strata?: readonly string[] | undefined;
  readonly adjust?: CovariateSet | undefined;
  readonly level: number;
  readonly naive: boolean;
  /** What is tested is called so. */
  readonly noun: Noun;
}

/** What genes are tested against, and what is said of it. */
export interface Target {
  readonly selection: Selection;
  readonly test: GeneTest;
  readonly title: string;
  /** Of pictures, where they show less than the tables. */
  readonly figureTitle?: string;
  readonly events: number | null;
  readonly pName: string;
  readonly method: readonly string[];
  readonly citations: readonly string[];
  readonly assumptions: Findings['assumptions'];
  readonly warnings: Findings['warnings'];
  /** Further tables, of who is left out. */
  readonly tables: readonly ResultTable[];
  notes(scanned: Scanned): string[];
  /** Of a model beside the test: what it adjusts for, and notes of its own. */
  readonly beside?: { readonly says: string; notes(scanned: Scanned): string[] } | undefined;
}

/** A sentence's first word. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** Those of the subgroup with at least one gene that their sequencing covers: of the others nothing is known, and they aren't wild type. */
export function sequenced(frame: CohortFrame, where: string | undefined, pointer = '/scan'): Selection {
  const genes = frame.genes();
  const any = new Uint32Array(genes.words);
  for (const bits of new Set(genes.symbols.map((_, gene) => genes.covered(gene)))) {
    for (let w = 0; w < any.length; w++) any[w]! |= bits[w] ?? 0;
  }
  return leaveOut(
    select(frame, where),
    { reason: 'without sequencing that covers a gene', columns: [], pointer },
    (row) => ((any[row >>> 5]! >>> (row & 31)) & 1) === 0,
  );
}

/** What genes are adjusted for, and within what they are compared. */
interface Adjusting {
  readonly selection: Selection;
  readonly strata: Strata | undefined;
  /** Of covariates that vary among those analysed. */
  readonly terms: readonly Term[];
  readonly sentences: readonly string[];
  /** What those have for whom a covariate is missing, beside the others. */
  readonly leftOut: ResultTable[];
  warnings(events: number): Findings['warnings'];
}

function adjustedFor(frame: CohortFrame, { adjust }: TargetRequest) {
  return adjust === undefined ? [] : covariateSetOf(frame, adjust, '/adjust').map(({ asked }) => asked);
}

/** Those for whom strata and covariates are known, and the terms of the covariates. Throws what strata and covariates throw. */
export function adjusting(frame: CohortFrame, from: Selection, request: TargetRequest): Adjusting {
  const strata = strataOf(frame, request.strata);
  const { covariates, interactions } = covariatesOf(frame, adjustedFor(frame, request), '/adjust');
  for (const covariate of covariates) guardTime(covariate, request.naive);
  const selection = withCovariates(withStrata(from, strata), covariates);
  const all = termsOf(covariates, interactions, selection.rows);
  const terms = all.filter(({ columns }) => columns.length > 0);
  const constant = all.filter(({ columns }) => columns.length === 0).map(({ title }) => title);
  const parameters = terms.reduce((sum, { columns }) => sum + columns.length, 1);
  return {
    selection,
    strata,
    terms,
    sentences: [...strataSentence(strata, selection.rows), ...covariateSentences(covariates, all)],
    leftOut: leftOutCharacteristics(covariates, selection.rows, withStrata(from, strata).rows),
    warnings: (events) => [
      ...covariates.flatMap(immortalTime),
      ...(constant.length > 0
        ? [
            {
              code: 'constant-covariate',
              says: `Not adjusted for, since all patients analysed have one value of it: ${constant.join(', ')}.`,
            },
          ]
        : []),
      ...(terms.length > 0 ? fewEvents(events, parameters, 'events') : []),
    ],
  };
}
