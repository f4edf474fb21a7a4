import { printLevel, type ResultTable } from '../../result/index.ts';
import { compareQuantiles, compareSurvival } from '../../stats/index.ts';
import { cell, pCells } from '../parts/cells.ts';
import type { Curve } from './survival-curves.ts';

/** Differences of survival at the times asked for, of each group against the first. */
function differenceTable(curves: readonly Curve[], times: readonly number[], level: number, head: string): ResultTable {
  const [first, ...others] = curves;
  return {
    id: 'survival-differences',
    title: `Differences of survival against ${first!.label}`,
    columns: [
      { key: 'group', label: head, format: 'text' },
      { key: 'time', label: 'Time', format: times.every(Number.isInteger) ? 'count' : 'number', unit: 'months' },
      {
        key: 'difference',
        label: 'Difference of survival',
        format: 'share',
        low: 'difference_low',
        high: 'difference_high',
        why: 'difference_why',
      },
      {
        key: 'ratio',
        label: 'Ratio of survival',
        format: 'ratio',
        low: 'ratio_low',
        high: 'ratio_high',
        why: 'ratio_why',
      },
      { key: 'p', label: 'p, log-log scale', format: 'p', why: 'p_why' },
    ],
    rows: others.flatMap(({ label, curve }) =>
      times.map((time) => {
        const found = compareSurvival(first!.curve, curve, time, level);
        if (!found.ok) {
          const why = 'beyond the last follow-up';
          return {
            group: label,
            time,
            difference: null,
            difference_why: why,
            ratio: null,
            ratio_why: why,
            p: null,
            p_why: why,
          };
        }
        const { difference, ratio, logLogTest } = found;
        return {
          group: label,
          time,
          difference: cell(difference.estimate),
          difference_low: cell(difference.lower),
          difference_high: cell(difference.upper),
          difference_why: '',
          standard_error: cell(difference.standardError),
          ratio: ratio === undefined ? null : cell(ratio.estimate),
          ratio_low: ratio === undefined ? null : cell(ratio.lower),
          ratio_high: ratio === undefined ? null : cell(ratio.upper),
          ratio_why: ratio === undefined ? 'nobody survived in a group' : '',
          ...(logLogTest === undefined
            ? { p: null, p_why: 'all or nobody survived in a group' }
            : pCells('p', logLogTest.p, Math.log(logLogTest.p))),
        };
      }),
    ),
    notes: ['Each time is a question of its own: the p values are not adjusted for their number.'],
  };
}

/** Differences of median survival, of each group against the first. */
function medianDifferences(curves: readonly Curve[], level: number, head: string): ResultTable {
  const [first, ...others] = curves;
  return {
    id: 'median-differences',
    title: `Differences of median survival against ${first!.label}`,
    columns: [
      { key: 'group', label: head, format: 'text' },
      {
        key: 'difference',
        label: 'Difference of medians',
        format: 'number',
        unit: 'months',
        low: 'difference_low',
        high: 'difference_high',
        why: 'difference_why',
      },
    ],
    rows: others.map(({ label, curve }) => {
      const { estimate, lower, upper } = compareQuantiles(first!.curve, curve, { level });
      return {
        group: label,
        difference: cell(estimate),
        difference_low: cell(lower),
        difference_high: cell(upper),
        difference_why: estimate === 'not reached' ? estimate : [lower, upper].every(Number.isFinite) ? '' : 'no limit',
      };
    }),
    notes: [],
  };
}

/** How the groups' curves differ at times and in their medians; no table of fewer than two curves. */
export function contrastTables(
  curves: readonly Curve[],
  times: readonly number[],
  level: number,
  head: string,
): ResultTable[] {
  if (curves.length < 2) return [];
  return [differenceTable(curves, times, level, head), medianDifferences(curves, level, head)];
}

/** The contrasts in a sentence each. */
export function contrastSentences(level: number): string[] {
  return [
    `Differences of survival at given times have ${printLevel(level)} confidence intervals by Greenwood's variance, and are tested on the log-log scale; those of medians have intervals by the test of Su and Wei.`,
  ];
}
