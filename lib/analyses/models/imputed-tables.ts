import {
  type Findings,
  type ForestFigure,
  printCount,
  printEstimate,
  printRatio,
  type ResultTable,
} from '../../result/index.ts';
import { cell } from '../parts/cells.ts';
import { CITATION } from '../parts/citations.ts';
import { DONORS, type ImputedData, ROUNDS, SEED } from './imputed-data.ts';
import { type ModelWords, ratioCells, ratioColumns } from './model-tables.ts';
import type { PooledEstimate, PooledModel } from './pooled-fit.ts';
import type { Estimate } from './regression.ts';

/** How many are analysed, and how many of them have the outcome. */
export interface Counted {
  readonly n: number;
  readonly events: number;
}

/** An estimate of the complete cases beside the same one, pooled; `absent` says why there is none. */
export interface Beside {
  readonly covariate: string;
  readonly level: string;
  readonly complete: Counted & { readonly estimate: Estimate | undefined; readonly absent: string };
  readonly imputed: Counted & { readonly estimate: PooledEstimate | undefined; readonly absent: string };
}

const REFERENCE = 'reference';

/** Complete cases beside imputed, a row an estimate. */
export function besideTable(
  rows: readonly Beside[],
  words: ModelWords,
  of: { readonly id: string; readonly title: string; readonly notes: readonly string[] },
): ResultTable {
  const counted = (prefix: string, head: string): ResultTable['columns'] => [
    { key: `${prefix}n`, label: `Patients, ${head}`, format: 'count' },
    { key: `${prefix}events`, label: `${words.events}, ${head}`, format: 'count' },
  ];
  return {
    id: of.id,
    title: of.title,
    columns: [
      { key: 'covariate', label: 'Covariate', format: 'text' },
      { key: 'level', label: 'Level', format: 'text' },
      ...counted('complete_', 'complete cases'),
      ...ratioColumns('complete_', 'complete cases', words),
      ...counted('imputed_', 'imputed'),
      ...ratioColumns('imputed_', 'imputed', { ...words, p: 't p' }),
      { key: 'degrees_of_freedom', label: 'Degrees of freedom', format: 'number', why: 'degrees_of_freedom_why' },
      { key: 'missing_information', label: 'Missing information', format: 'share', why: 'degrees_of_freedom_why' },
    ],
    rows: rows.map(({ covariate, level, complete, imputed }) => {
      const { z: _, ...cells } = rename(ratioCells('imputed_', words, imputed.estimate, imputed.absent));
      const { degreesOfFreedom = Number.NaN, missingInformation = Number.NaN } = imputed.estimate ?? {};
      return {
        covariate,
        level,
        complete_n: complete.n,
        complete_events: complete.events,
        ...ratioCells('complete_', words, complete.estimate, complete.absent),
        imputed_n: imputed.n,
        imputed_events: imputed.events,
        ...cells,
        imputed_t: cell(imputed.estimate?.z ?? Number.NaN),
        degrees_of_freedom: cell(degreesOfFreedom),
        degrees_of_freedom_why: Number.isFinite(degreesOfFreedom)
          ? ''
          : imputed.estimate === undefined
            ? imputed.absent
            : imputed.estimate.why || 'nothing was imputed',
        missing_information: cell(missingInformation),
      };
    }),
    notes: [...of.notes],
  };
}

/** A pooled estimate's statistic is Student's, not a normal deviate. */
function rename(cells: ReturnType<typeof ratioCells>) {
  const { imputed_z: z, ...rest } = cells;
  return { z, ...rest };
}

const MANNER = {
  number: 'predictive mean matching',
  'two levels': 'logistic regression',
  levels: 'multinomial regression',
  never: 'never: rests on genes',
} as const;

/** What each covariate lacked, and how that was filled. */
export function imputedTable({ members, rows, left }: ImputedData): ResultTable {
  const leftOut = left.reduce((sum, { patients }) => sum + patients, 0);
  return {
    id: 'imputed-covariates',
    title: 'What was imputed',
    columns: [
      { key: 'covariate', label: 'Covariate', format: 'text' },
      { key: 'missing', label: 'Missing', format: 'count' },
      { key: 'share', label: 'Share', format: 'share' },
      { key: 'manner', label: 'Imputed by', format: 'text' },
    ],
    rows: members.map(({ title, missing, manner }) => ({
      covariate: title,
      missing,
      share: cell(missing / (rows.length + (manner === 'never' ? leftOut : 0))),
      manner: manner !== 'never' && missing === 0 ? 'nothing to impute' : MANNER[manner],
    })),
    notes: [
      `Of ${rows.length} patients${leftOut > 0 ? `, and of what rests on genes, of ${rows.length + leftOut}: ${leftOut} of whom a panel doesn't tell it are left out` : ''}.`,
    ],
  };
}

/** From this share of patients on a covariate is told to be imputed for most. */
const MOST = 0.5;

/** What a reader must know before the pooled estimates. */
export function imputedWarnings({ members, rows, sets }: ImputedData, { firth }: PooledModel): Findings['warnings'] {
  const most = members.filter(({ missing, manner }) => manner !== 'never' && missing > MOST * rows.length);
  const told = most.map(({ title, missing }) => `${title} (${missing} of ${rows.length})`).join(', ');
  return [
    ...(sets.length === 0
      ? [
          {
            code: 'nothing-imputed',
            says: 'Of nobody is a covariate missing that may be imputed: the imputed estimates are those of the complete cases.',
          },
        ]
      : []),
    ...(most.length > 0
      ? [
          {
            code: 'mostly-imputed',
            says: `Missing for more than half of the patients, so that the imputed estimates rest on the equations more than on data: ${told}.`,
          },
        ]
      : []),
    ...(firth
      ? [
          {
            code: 'imputed-firth',
            says: "In some completed data set an estimate had no end: all were fitted by Firth's penalised likelihood.",
          },
        ]
      : []),
  ];
}

/** What was imputed from what and how it was pooled, a sentence each; `knows` says what stands in the equations beside the covariates. */
export function imputedMethod(
  { times, sets, left, rows }: ImputedData,
  of: { readonly knows: string; readonly percent: string; readonly never: string },
): string[] {
  const leftOut = left.reduce((sum, { patients }) => sum + patients, 0);
  const genes = `What rests on genes was not imputed either: a panel that doesn't cover them tells nothing of them${leftOut > 0 ? `, and ${leftOut} patients of whom it is missing stayed left out` : ''}.`;
  if (sets.length === 0)
    return [
      `${times} imputations were asked for; of the ${rows.length} patients no covariate that may be imputed is missing. ${genes}`,
    ];
  return [
    `Beside the complete cases, the model was fitted to ${times} data sets of ${rows.length} patients in which missing covariates were imputed by chained equations (${ROUNDS} rounds, seed ${SEED}): numbers by predictive mean matching (${DONORS} donors), others by logistic and multinomial models. Each equation holds all other covariates of the model, ${of.knows}. Covariates were imputed as they stand in the model: a score or another derived number as a number, not from its items; splines and interactions were made from the imputed covariates.`,
    `Never imputed: ${of.never}. ${genes}`,
    `The estimates were pooled by Rubin's rules, with ${of.percent} confidence intervals and p values by Student's t on Barnard and Rubin's degrees of freedom.`,
  ];
}

/** What imputation takes for granted. */
export function imputedAssumptions({ sets }: ImputedData): Findings['assumptions'] {
  return sets.length === 0
    ? []
    : [
        {
          id: 'missing-at-random',
          says: 'Whether a covariate is missing is taken to depend on nothing but what is known and stands in the equations; the data cannot show it.',
        },
      ];
}

/** The papers behind {@link imputedMethod}; `survival` says whether the outcome is a time. */
export function imputedCitations(survival: boolean): string[] {
  return [
    CITATION.chainedEquations,
    CITATION.imputationGuide,
    ...(survival ? [CITATION.imputationCox] : []),
    CITATION.rubin,
    CITATION.barnardRubin,
  ];
}

/** The pooled ratios as a picture; how many have a level differs from data set to data set, and isn't told. */
export function imputedForest(
  { lines }: PooledModel,
  { n, events }: Counted,
  { ratio, events: head }: ModelWords,
  title: string,
  stamp?: string,
): ForestFigure {
  const rows = lines.map(({ covariate, level, estimate, absent }) => {
    const value = (x: number | undefined) => cell(Math.exp(x ?? Number.NaN));
    const [low, high] = [value(estimate?.lower), value(estimate?.upper)];
    const isReference = absent === REFERENCE;
    return {
      label: `${covariate}: ${level}`,
      n: '',
      estimate: isReference ? 1 : value(estimate?.coefficient),
      low: low === 0 ? null : low,
      high,
      text: isReference
        ? REFERENCE
        : printEstimate(value(estimate?.coefficient), { low, high }, estimate?.why || absent || 'no limit', printRatio),
    };
  });
  const told = rows.filter(({ text }) => text !== REFERENCE).map(({ label, text }) => `${label} ${text}`);
  return {
    kind: 'forest',
    id: 'forest-imputed',
    title: `${title}, imputed (${printCount(n)} patients, ${printCount(events)} ${head})`,
    alt: `Forest plot of ${rows.length} lines, pooled over imputed data sets. ${title}. ${told.slice(0, 12).join('; ')}.`,
    xLabel: `${ratio} (logarithmic axis)`,
    rows,
    ...(stamp === undefined ? {} : { stamp }),
  };
}
