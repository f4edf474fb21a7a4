import { DAYS_PER_MONTH } from '../../base/index.ts';
import type { Grid, Protocol } from '../documents.ts';
import type { LedgerRecord } from '../ports.ts';
import type { Bare } from './verdict.ts';

/** What is counted in steps, and in which. */
export type Stepped = Required<Pick<LedgerRecord, 'of' | 'mode' | 'steps'>>;

type Step = Pick<Grid, 'unit' | 'width'>;

function stepDays({ unit, width }: Step): number {
  const days = unit === 'months' ? width * DAYS_PER_MONTH : width;
  return Number(days.toPrecision(12));
}

/** Months of a curve's step, whatever unit it is given in. */
export function stepMonths(grid: Step): number {
  return stepDays(grid) / DAYS_PER_MONTH;
}

/** Where a step of that many months ends, in decimals of a month: a step is no exact multiple in binary. */
export function monthsAt(step: number, width: number): number {
  return Number((step * width).toPrecision(12));
}

/** The steps that a curve is counted in, whatever unit they are given in. */
function curveSteps(grid: Step): string {
  return `curve by ${stepDays(grid)} days`;
}

/** Months of a step, of how a curve's steps are written; undefined for those of a histogram. */
export function monthsOfCurveSteps(steps: string): number | undefined {
  const days = /^curve by ([\d.e+-]+) days$/.exec(steps)?.[1];
  return days === undefined ? undefined : Number(days) / DAYS_PER_MONTH;
}

/** Steps of a protocol's curves, by endpoint, and of its histograms, by variable. */
export function stepsOf({ analyses }: Protocol): Stepped[] {
  return analyses.flatMap((analysis): Stepped[] => {
    const { mode } = analysis;
    if (analysis.method === 'kaplan-meier/1')
      return [{ of: analysis.endpoint, mode, steps: curveSteps(analysis.grid) }];
    if (analysis.method !== 'table-one/1') return [];
    return Object.entries(analysis.histogram).map(([of, { from, width }]) => ({
      of,
      mode,
      steps: `histogram by ${width} from ${from}`,
    }));
  });
}

/**
 * Whether curves of an endpoint, and histograms of a variable, are counted in one and the same steps for ever: each count is of k or more, but two
 * whose edges lie a day or a year apart differ by who left or was born between them, and there is no end to such edges.
 */
export function stepsVerdicts(protocol: Protocol, ledger: readonly LedgerRecord[], study: string): Bare[] {
  const asked = stepsOf(protocol);
  const before = [...ledger.filter((each) => each.study !== study), ...asked];
  return [...new Set(asked.map(({ of }) => of))].map((of) => {
    const kinds = new Map<string, Set<string>>();
    for (const { steps } of before.filter((each) => each.of === of)) {
      if (steps === undefined) continue;
      const kind = steps.split(' ')[0]!;
      kinds.set(kind, (kinds.get(kind) ?? new Set()).add(steps));
    }
    const differing = [...kinds.values()].filter(({ size }) => size > 1).flatMap((all) => [...all]);
    return {
      rule: 'grid',
      holds: differing.length === 0,
      says:
        differing.length === 0
          ? `${of} is counted in the same steps as ever`
          : `${of} was or would be counted in different steps: ${differing.join(', ')}`,
    };
  });
}
