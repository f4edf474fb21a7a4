import type { ForestFigure, KaplanMeierFigure, LinesFigure, ResultTable } from '../../result/index.ts';
import { printShare } from '../../result/index.ts';
import type { Quantile } from '../../stats/index.ts';
import { survivalFigure } from '../curves/survival-figure.ts';
import { counts, modelForest, ratioCells, ratioColumns, reasonOf } from '../models/model-tables.ts';
import type { Term } from '../models/model-terms.ts';
import { lineEstimate } from '../models/regression.ts';
import { cell, pCells } from '../parts/cells.ts';
import { eventsIn } from '../parts/follow-up.ts';
import type { Factor } from './factor-fits.ts';

/** The words of tables of hazard ratios. */
export const HAZARD = { key: 'hazard_ratio', ratio: 'Hazard ratio', p: 'Wald p', events: 'Events' } as const;

/** Each level of each factor, and each number, alone. */
export function factorTable(factors: readonly Factor[], level: number): ResultTable {
  const words = { ...HAZARD, level, event: new Uint8Array(0) };
  return {
    id: 'factors',
    title: 'Factors, each alone',
    columns: [
      { key: 'factor', label: 'Factor', format: 'text' },
      { key: 'level', label: 'Level', format: 'text' },
      { key: 'n', label: 'Patients', format: 'count' },
      { key: 'events', label: 'Events', format: 'count' },
      {
        key: 'median',
        label: 'Median survival',
        format: 'number',
        unit: 'months',
        low: 'median_low',
        high: 'median_high',
        why: 'median_why',
      },
      ...ratioColumns('', 'alone', words),
    ],
    rows: factors.flatMap(({ covariate, term, model, followUp, levels, test }) =>
      term.lines.map((line, i) => ({
        factor: covariate.title,
        level: line.label,
        ...counts(line, followUp.event),
        ...medianCells(levels?.curves[i]?.median),
        ...ratioCells('', words, lineEstimate(model, line, level), test.why || reasonOf(term, line)),
      })),
    ),
    notes: [
      'Each factor is of the patients for whom it is known. A number enters as it is: it was not cut, and so has no groups and no median; its ratio is told for a unit, and for a round step that its quartiles span.',
    ],
  };
}

function medianCells(median: Quantile | undefined) {
  if (median === undefined)
    return { median: null, median_low: null, median_high: null, median_why: 'not divided into groups' };
  const { estimate, lower, upper } = median;
  return {
    median: cell(estimate),
    median_low: cell(lower),
    median_high: cell(upper),
    median_why: [estimate, lower, upper].includes('not reached') ? 'not reached' : '',
  };
}

/** Each factor as a whole: its test, adjusted over the factors, and whether its hazards are proportional. */
export function factorTestTable(factors: readonly Factor[], adjusted: Float64Array): ResultTable {
  const tested = factors.filter(({ test }) => test.why === '').length;
  return {
    id: 'factor-tests',
    title: 'Tests of the factors, each alone',
    columns: [
      { key: 'factor', label: 'Factor', format: 'text' },
      { key: 'n', label: 'Patients', format: 'count' },
      { key: 'events', label: 'Events', format: 'count' },
      { key: 'missing', label: 'Not known', format: 'count' },
      { key: 'test', label: 'Test', format: 'text' },
      { key: 'statistic', label: 'Chi-square', format: 'number', why: 'statistic_why' },
      { key: 'degrees_of_freedom', label: 'Degrees of freedom', format: 'count' },
      { key: 'p', label: 'p', format: 'p', why: 'p_why' },
      { key: 'adjusted_p', label: 'Adjusted p', format: 'p', why: 'p_why' },
      { key: 'proportional_p', label: 'p of proportional hazards', format: 'p', why: 'proportional_p_why' },
    ],
    rows: factors.map(({ covariate, rows, missing, followUp, test, proportional }, i) => ({
      factor: covariate.title,
      n: rows.length,
      events: eventsIn(followUp),
      missing,
      test: covariate.values.kind === 'levels' ? 'Log-rank' : 'Score (Cox)',
      statistic: cell(test.statistic),
      statistic_why: test.why,
      degrees_of_freedom: test.degreesOfFreedom === 0 ? null : test.degreesOfFreedom,
      ...pCells('p', test.p, test.logP, test.why),
      adjusted_p: cell(adjusted[i]!),
      ...(proportional?.ok
        ? pCells('proportional_p', proportional.global.p, proportional.global.logP)
        : { proportional_p: null, proportional_p_why: proportional?.problem ?? (test.why || 'no estimate') }),
    })),
    notes: [
      `Adjusted p values are Benjamini and Hochberg's over the ${tested} factors tested, the family that was asked for; ${factors.length - tested} had no test.`,
    ],
  };
}

/** A term as a picture shows it: a number by its step, whose ratio can be read, where it has one beside the unit. */
export function stepOnly(term: Term): Term {
  return isNumber(term) ? { ...term, lines: term.lines.slice(-1) } : term;
}

function isNumber({ columns, lines }: Term): boolean {
  return columns.length === 1 && lines.length === 2 && lines.every(({ weights }) => weights.length === 1);
}

/** All factors' hazard ratios alone as one picture. */
export function factorForest(
  factors: readonly Factor[],
  of: { readonly title: string; readonly level: number; readonly stamp: string | undefined },
): ForestFigure {
  const own = factors.map(({ term, model, followUp }) =>
    modelForest([stepOnly(term)], model, { ...HAZARD, level: of.level, event: followUp.event }, of),
  );
  const rows = own.flatMap((forest) => forest.rows);
  const told = rows.filter(({ text }) => text !== 'reference').map(({ label, text }) => `${label} ${text}`);
  return {
    kind: 'forest',
    id: 'forest-alone',
    title: of.title,
    alt: `Forest plot of ${rows.length} lines. ${of.title}. ${told.slice(0, 12).join('; ')}${told.length > 12 ? '; and others' : ''}.`,
    xLabel: 'Hazard ratio, each factor alone (logarithmic axis)',
    rows,
    ...(of.stamp === undefined ? {} : { stamp: of.stamp }),
  };
}

/** Curves of each factor: of levels Kaplan-Meier's, of a number what its model expects at the quartiles. */
export function factorCurves(
  factors: readonly Factor[],
  of: {
    readonly name: string;
    readonly origin: string;
    readonly where: string;
    readonly level: number;
    readonly stamp: string | undefined;
  },
): (KaplanMeierFigure | LinesFigure)[] {
  return factors.flatMap(({ covariate, levels, expected }): (KaplanMeierFigure | LinesFigure)[] => {
    const id = `curve-${covariate.asked.replace(/[^\p{L}\p{N}_-]+/gu, '-')}`;
    if (levels !== undefined) {
      const figure = survivalFigure({
        title: `${of.name} by ${covariate.title}${of.where}`,
        yLabel: of.name,
        origin: of.origin,
        curves: levels.curves,
        comparison: levels.comparison,
        level: of.level,
        stamp: of.stamp,
      });
      return [{ ...figure, id }];
    }
    if (expected === undefined) return [];
    const title = `${of.name} that the Cox model expects at quartiles of ${covariate.title}${of.where}`;
    const told = expected.quartiles.map(
      ({ label, survival }) => `${label}: ${printShare(survival.at(-1)!)} at the end`,
    );
    return [
      {
        kind: 'lines',
        id,
        title,
        alt: `Lines. ${title}. ${told.join('; ')}.`,
        xLabel: `Months since ${of.origin}`,
        yLabel: of.name,
        xFormat: 'number',
        yFormat: 'share',
        lines: expected.quartiles.map(({ label, survival }) => ({
          label,
          x: [...expected.times],
          y: survival.map((value) => cell(value)),
        })),
        from: 0,
        to: 1,
        reference: null,
        ...(of.stamp === undefined ? {} : { stamp: of.stamp }),
      },
    ];
  });
}
