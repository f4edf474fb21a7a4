import type { Cell, ForestFigure, ResultColumn, ResultTable } from '../../result/index.ts';
import { printCount, printEstimate, printRatio } from '../../result/index.ts';
import { cell, pCells } from '../parts/cells.ts';
import type { Term, TermLine } from './model-terms.ts';
import { type Estimate, type Fit, lineEstimate, ONE_VALUE, type TermTest } from './regression.ts';

/** What a model's ratios are called, and who has the outcome. */
export interface ModelWords {
  /** `hazard_ratio`. */
  readonly key: string;
  /** `Hazard ratio`. */
  readonly ratio: string;
  /** `Wald p`. */
  readonly p: string;
  readonly level: number;
  /** By row 1 where the patient has the outcome. */
  readonly event: Uint8Array;
  /** Head of the column of those who have it. */
  readonly events: string;
}

/** Where the arithmetic came to no p: a profile that doesn't converge, a variance that is singular. */
const NOT_COMPUTED = 'could not be computed';

/** Fits of one table: the model, and beside it a model of each covariate alone, on the same patients. */
export interface ModelFits {
  readonly whole: Fit;
  /** By term; an interaction has none. Absent where there is only one covariate, which is the model itself. */
  readonly alone?: readonly (Fit | undefined)[] | undefined;
}

/** The columns of a ratio and its p; `prefix` sets their keys apart from others', `label` their heads. */
export function ratioColumns(prefix: string, label: string, { key, ratio, p }: ModelWords): ResultColumn[] {
  const own = `${prefix}${key}`;
  return [
    {
      key: own,
      label: label === '' ? ratio : `${ratio}, ${label}`,
      format: 'ratio',
      low: `${own}_low`,
      high: `${own}_high`,
      why: `${own}_why`,
    },
    { key: `${prefix}p`, label: label === '' ? p : `${p}, ${label}`, format: 'p', why: `${prefix}p_why` },
  ];
}

/** The cells under {@link ratioColumns}; without an estimate, `why`. */
export function ratioCells(
  prefix: string,
  { key }: ModelWords,
  estimate: Estimate | undefined,
  absent: string,
): Record<string, Cell> {
  const own = `${prefix}${key}`;
  if (estimate === undefined)
    return { [own]: null, [`${own}_low`]: null, [`${own}_high`]: null, [`${own}_why`]: absent };
  const { coefficient, standardError, lower, upper, z, p, logP } = estimate;
  const ratio = Math.exp(coefficient);
  const open = Number.isFinite(coefficient) && !(Number.isFinite(lower) && Number.isFinite(upper));
  const why = ratio === Number.POSITIVE_INFINITY ? 'too large a number: see its logarithm' : open ? 'no limit' : '';
  return {
    [own]: cell(ratio),
    [`${own}_low`]: lower === Number.NEGATIVE_INFINITY ? null : cell(Math.exp(lower)),
    [`${own}_high`]: cell(Math.exp(upper)),
    [`${own}_why`]: estimate.why || why,
    ...pCells(`${prefix}p`, p, logP, estimate.why || NOT_COMPUTED),
    [`${prefix}coefficient`]: cell(coefficient),
    [`${prefix}standard_error`]: cell(standardError),
    [`${prefix}z`]: cell(z),
  };
}

/** Why a line has no estimate of its own. */
export function reasonOf({ columns, lines }: Term, line: TermLine): string {
  if (columns.length === 0) return ONE_VALUE;
  return line === lines[0] && line.weights.length === 0 ? 'reference' : '';
}

/** How many belong to a line, and how many of them have the outcome. */
export function counts({ members }: TermLine, event: Uint8Array): { n: number; events: number } {
  let [n, events] = [0, 0];
  members.forEach((member, i) => {
    n += member;
    events += member & event[i]!;
  });
  return { n, events };
}

/** A line a level or a number: who they are, the ratio alone and in the model. */
export function ratioTable(
  terms: readonly Term[],
  { whole, alone }: ModelFits,
  words: ModelWords,
  notes: readonly string[],
): ResultTable {
  const { level, event } = words;
  return {
    id: `${words.key.replaceAll('_', '-')}s`,
    title: `${words.ratio}s`,
    columns: [
      { key: 'covariate', label: 'Covariate', format: 'text' },
      { key: 'level', label: 'Level', format: 'text' },
      { key: 'n', label: 'Patients', format: 'count' },
      { key: 'events', label: words.events, format: 'count' },
      ...(alone === undefined ? [] : ratioColumns('univariable_', 'univariable', words)),
      ...ratioColumns('', alone === undefined ? '' : 'multivariable', words),
    ],
    rows: terms.flatMap((term, t) =>
      term.lines.map((line) => {
        const own = alone?.[t];
        const why =
          own === undefined && line.weights.length > 0 ? 'only beside both of its covariates' : reasonOf(term, line);
        return {
          covariate: term.title,
          level: line.label,
          ...counts(line, event),
          ...(alone === undefined ? {} : ratioCells('univariable_', words, own && lineEstimate(own, line, level), why)),
          ...ratioCells('', words, lineEstimate(whole, line, level), reasonOf(term, line)),
        };
      }),
    ),
    notes: [...notes],
  };
}

/** Each term as a whole, a row a term. */
export function termTable(
  named: readonly (readonly [title: string, test: TermTest])[],
  test: string,
  notes: readonly string[],
): ResultTable {
  return {
    id: 'terms',
    title: 'Covariates, each as a whole and given all others',
    columns: [
      { key: 'covariate', label: 'Covariate', format: 'text' },
      { key: 'statistic', label: 'Chi-square', format: 'number', why: 'statistic_why' },
      { key: 'degrees_of_freedom', label: 'Degrees of freedom', format: 'count' },
      { key: 'p', label: `${test} p`, format: 'p', why: 'p_why' },
    ],
    rows: named.map(([covariate, { statistic, degreesOfFreedom, p, logP, why }]) => ({
      covariate,
      statistic: cell(statistic),
      statistic_why: why,
      degrees_of_freedom: degreesOfFreedom === 0 ? null : degreesOfFreedom,
      ...pCells('p', p, logP, why),
    })),
    notes: [...notes],
  };
}

/** Tests of all covariates at once, or of what the model takes for granted: a row a test. */
export function testsTable(
  id: string,
  title: string,
  tests: readonly (readonly [name: string, test: Pick<TermTest, 'statistic' | 'degreesOfFreedom' | 'p' | 'logP'>])[],
  notes: readonly string[] = [],
): ResultTable {
  return {
    id,
    title,
    columns: [
      { key: 'test', label: 'Test', format: 'text' },
      { key: 'statistic', label: 'Chi-square', format: 'number' },
      { key: 'degrees_of_freedom', label: 'Degrees of freedom', format: 'count' },
      { key: 'p', label: 'p', format: 'p', why: 'p_why' },
    ],
    rows: tests.map(([test, { statistic, degreesOfFreedom, p, logP }]) => ({
      test,
      statistic: cell(statistic),
      degrees_of_freedom: degreesOfFreedom,
      ...pCells('p', p, logP, NOT_COMPUTED),
    })),
    notes: [...notes],
  };
}

/** The model's ratios as a picture. */
export function modelForest(
  terms: readonly Term[],
  fit: Fit,
  { ratio, level, event }: ModelWords,
  { title, stamp }: { readonly title: string; readonly stamp: string | undefined },
): ForestFigure {
  const rows = terms.flatMap((term) =>
    term.lines.map((line) => {
      const estimate = lineEstimate(fit, line, level);
      const { n, events } = counts(line, event);
      const low = estimate ? cell(Math.exp(estimate.lower)) : null;
      const high = estimate ? cell(Math.exp(estimate.upper)) : null;
      const value = estimate ? cell(Math.exp(estimate.coefficient)) : null;
      const why = estimate ? estimate.why || 'no limit' : reasonOf(term, line);
      const isReference = why === 'reference';
      return {
        label: `${term.title}: ${line.label}`,
        n: `${printCount(events)}/${printCount(n)}`,
        estimate: isReference ? 1 : value,
        low: low === 0 ? null : low,
        high,
        text: isReference ? 'reference' : printEstimate(value, { low: low === 0 ? null : low, high }, why, printRatio),
      };
    }),
  );
  const told = rows.filter(({ text }) => text !== 'reference').map(({ label, text }) => `${label} ${text}`);
  return {
    kind: 'forest',
    id: 'forest',
    title,
    alt: `Forest plot of ${rows.length} lines. ${title}. ${told.slice(0, 12).join('; ')}${told.length > 12 ? '; and others' : ''}.`,
    xLabel: `${ratio} (logarithmic axis)`,
    rows,
    ...(stamp === undefined ? {} : { stamp }),
  };
}
