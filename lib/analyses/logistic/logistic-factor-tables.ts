import type { ForestFigure, ResultTable } from '../../result/index.ts';
import { share } from '../genes/gene-test.ts';
import { counts, type ModelWords, modelForest, ratioCells, ratioColumns, reasonOf } from '../models/model-tables.ts';
import { type Fit, lineEstimate } from '../models/regression.ts';
import type { BinaryOutcome } from '../parts/binary-outcome.ts';
import { cell, pCells } from '../parts/cells.ts';
import { adjustedFactors, factorWords, type OutcomeFactor } from './logistic-factors.ts';

function headOf(outcome: BinaryOutcome, level: number): ModelWords {
  const event = new Uint8Array();
  return { key: 'odds_ratio', ratio: 'Odds ratio', p: 'p', level, event, events: outcome.labels[1] };
}

/** A row a line of a factor, by one of its fits. */
function linesOf(factor: OutcomeFactor, fit: Fit, outcome: BinaryOutcome, level: number): ResultTable['rows'] {
  const { covariate, term, test, outcome: codes } = factor;
  const words = factorWords(factor, outcome, level);
  return term.lines.map((line) => {
    const { n, events } = counts(line, codes);
    return {
      factor: covariate.title,
      level: line.label,
      n,
      events,
      with_outcome: share(events, n),
      ...ratioCells('', words, lineEstimate(fit, line, level), test.why || reasonOf(term, line)),
    };
  });
}

/** Each level of each factor, and each number, alone; where plain estimates won't do, Firth's in a table of their own. */
export function outcomeFactorTables(
  factors: readonly OutcomeFactor[],
  outcome: BinaryOutcome,
  level: number,
): ResultTable[] {
  const columns: ResultTable['columns'] = [
    { key: 'factor', label: 'Factor', format: 'text' },
    { key: 'level', label: 'Level', format: 'text' },
    { key: 'with_outcome', label: outcome.labels[1], format: 'text' },
    ...ratioColumns('', '', headOf(outcome, level)),
  ];
  const penalised = factors.flatMap((factor) => (factor.firth === undefined ? [] : [{ factor, firth: factor.firth }]));
  return [
    {
      id: 'factors',
      title: 'Factors, each alone',
      columns,
      rows: factors.flatMap((factor) => linesOf(factor, factor.model, outcome, level)),
      notes: ['Each factor is of the patients for whom it is known. A number enters as it is, uncut.'],
    },
    ...(penalised.length === 0
      ? []
      : [
          {
            id: 'factors-firth',
            title: "Factors alone by Firth's penalised likelihood",
            columns,
            rows: penalised.flatMap(({ factor, firth }) => linesOf(factor, firth, outcome, level)),
            notes: ['Of factors with few patients a parameter, or with a level that has one outcome only.'],
          },
        ]),
  ];
}

/** Each factor as a whole: its likelihood-ratio test, adjusted over the factors. */
export function outcomeFactorTests(factors: readonly OutcomeFactor[]): ResultTable {
  const adjusted = adjustedFactors(factors);
  const tested = factors.filter(({ test }) => test.why === '').length;
  return {
    id: 'factor-tests',
    title: 'Tests of the factors, each alone',
    columns: [
      { key: 'factor', label: 'Factor', format: 'text' },
      { key: 'n', label: 'Patients', format: 'count' },
      { key: 'missing', label: 'Not known', format: 'count' },
      { key: 'statistic', label: 'Chi-square', format: 'number', why: 'p_why' },
      { key: 'degrees_of_freedom', label: 'Degrees of freedom', format: 'count' },
      { key: 'p', label: 'Likelihood-ratio p', format: 'p', why: 'p_why' },
      { key: 'adjusted_p', label: 'Adjusted p', format: 'p', why: 'p_why' },
    ],
    rows: factors.map(({ covariate, n, missing, test }, i) => ({
      factor: covariate.title,
      n,
      missing,
      statistic: cell(test.statistic),
      degrees_of_freedom: test.degreesOfFreedom === 0 ? null : test.degreesOfFreedom,
      ...pCells('p', test.p, test.logP, test.why),
      adjusted_p: cell(adjusted[i]!),
    })),
    notes: [
      `Adjusted p values are Benjamini and Hochberg's over the ${tested} factors tested; ${factors.length - tested} had no test.`,
    ],
  };
}

/** All factors' odds ratios alone as one picture; Firth's where there is no plain one. */
export function outcomeFactorForest(
  factors: readonly OutcomeFactor[],
  outcome: BinaryOutcome,
  level: number,
  title: string,
): ForestFigure {
  const rows = factors.flatMap((factor) => {
    const { term, model, firth } = factor;
    const penalised = firth !== undefined && !model.result?.ok;
    const words = factorWords(factor, outcome, level);
    const own = modelForest([term], penalised ? firth : model, words, { title, stamp: undefined }).rows;
    return own.map((row) => (penalised && row.text !== 'reference' ? { ...row, text: `${row.text}, Firth` } : row));
  });
  const told = rows.filter(({ text }) => text !== 'reference').map(({ label, text }) => `${label} ${text}`);
  return {
    kind: 'forest',
    id: 'forest-alone',
    title,
    alt: `Forest plot of ${rows.length} lines. ${title}. ${told.slice(0, 12).join('; ')}${told.length > 12 ? '; and others' : ''}.`,
    xLabel: 'Odds ratio, each factor alone (logarithmic axis)',
    rows,
  };
}
