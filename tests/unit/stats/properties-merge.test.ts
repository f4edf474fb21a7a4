import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cox,
  cumulativeIncidence,
  grayTest,
  kaplanMeier,
  logistic,
  logRank,
  moments,
  nelsonAalen,
} from '../../../lib/stats/index.ts';
import { columnsOf, differences, type Hard, hardCohorts } from './nasty.ts';

/** A method as accumulate and merge; `by` says in what the rows may be split: any rows, or whole strata (here: groups). */
interface Method {
  readonly name: string;
  readonly by: 'row' | 'group';
  accumulate(rows: readonly Hard[]): unknown;
  merge(a: never, b: never): unknown;
}

const OFFSET = 1e8;
const BETA = Float64Array.of(0.3, -0.2);
const FRAME = { centre: Float64Array.of(0.1, 0.5), scale: Float64Array.of(1.5, 2) };

const logisticOf = (rows: readonly Hard[], offset: number) => {
  const { event, x, z } = columnsOf(rows);
  const frame = { centre: FRAME.centre.map((c) => c + offset), scale: FRAME.scale };
  const covariates = [x, z].map((values) => values.map((value) => value + offset));
  return logistic.accumulate(
    logistic.design({ outcome: event, covariates, names: ['x', 'z'] }, frame),
    Float64Array.of(0.2, ...BETA),
  );
};

const coxOf = (rows: readonly Hard[], offset: number) => {
  const { time, event, entry, group, x, z } = columnsOf(rows);
  const covariates = [x, z].map((values) => values.map((value) => value + offset));
  const given = { time, event, entry, covariates, names: ['x', 'z'] };
  const strata = [...new Set(group)].sort((a, b) => a - b);
  return strata
    .map((stratum) => {
      const own = rows.filter((row) => row.group === stratum);
      const part = columnsOf(own);
      const columns = [part.x, part.z].map((values) => values.map((value) => value + offset));
      return cox.accumulate(cox.design({ ...given, ...part, covariates: columns }), BETA);
    })
    .reduce(cox.merge);
};

const EXACT: readonly Method[] = [
  {
    name: 'Kaplan-Meier',
    by: 'row',
    accumulate: (rows) => kaplanMeier.accumulate(columnsOf(rows)),
    merge: kaplanMeier.merge,
  },
  {
    name: 'Kaplan-Meier without entry',
    by: 'row',
    accumulate: (rows) => {
      const { time, event } = columnsOf(rows);
      return kaplanMeier.accumulate({ time, event });
    },
    merge: kaplanMeier.merge,
  },
  {
    name: 'Nelson-Aalen',
    by: 'row',
    accumulate: (rows) => nelsonAalen.accumulate(columnsOf(rows)),
    merge: nelsonAalen.merge,
  },
  {
    name: 'log-rank',
    by: 'row',
    accumulate: (rows) => logRank.accumulate(columnsOf(rows), columnsOf(rows).group, 3).strata,
    merge: ((a: ReadonlyMap<number, never>, b: ReadonlyMap<number, never>) =>
      logRank.merge({ groups: 3, strata: a }, { groups: 3, strata: b }).strata) as Method['merge'],
  },
  {
    name: 'cumulative incidence',
    by: 'row',
    accumulate: (rows) => cumulativeIncidence.accumulate(columnsOf(rows), 2),
    merge: cumulativeIncidence.merge,
  },
  {
    name: "Gray's test",
    by: 'row',
    accumulate: (rows) => {
      const { time, cause, group } = columnsOf(rows);
      return grayTest.accumulate({ time, cause }, 2, group, 3);
    },
    merge: grayTest.merge,
  },
];

const SUMMED: readonly (Method & { readonly tolerance: number })[] = [
  {
    name: 'moments',
    by: 'row',
    tolerance: 1e-12,
    accumulate: (rows) => moments.accumulate(columnsOf(rows).x),
    merge: moments.merge,
  },
  {
    name: 'moments, offset 1e8',
    by: 'row',
    tolerance: 1e-9,
    accumulate: (rows) => {
      const { n, mean, squares } = moments.accumulate(columnsOf(rows).x.map((value) => value + OFFSET));
      return { n, missing: 0, mean, squares };
    },
    merge: moments.merge,
  },
  { name: 'logistic', by: 'row', tolerance: 1e-12, accumulate: (rows) => logisticOf(rows, 0), merge: logistic.merge },
  {
    name: 'logistic, offset 1e8',
    by: 'row',
    tolerance: 1e-9,
    accumulate: (rows) => logisticOf(rows, OFFSET),
    merge: logistic.merge,
  },
  { name: 'Cox', by: 'group', tolerance: 1e-12, accumulate: (rows) => coxOf(rows, 0), merge: cox.merge },
  {
    name: 'Cox, offset 1e8',
    by: 'group',
    tolerance: 1e-9,
    accumulate: (rows) => coxOf(rows, OFFSET),
    merge: cox.merge,
  },
];

/** The rows in up to three parts, none of them empty. */
function split(rows: readonly Hard[], by: Method['by'], labels: readonly number[]): Hard[][] {
  const label = (row: Hard, i: number) => (by === 'group' ? row.group : labels[i % labels.length]!);
  return [0, 1, 2].map((part) => rows.filter((row, i) => label(row, i) === part)).filter((part) => part.length > 0);
}

const labels = fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 9 });

/** One batch's summary, the parts' merged in two groupings and in reverse, all to be equal. */
function summaries({ accumulate, merge, by }: Method, rows: readonly Hard[], given: readonly number[]) {
  const parts = split(rows, by, given).map(accumulate) as never[];
  const join = merge as (a: unknown, b: unknown) => unknown;
  const fromLeft = parts.slice(1).reduce<unknown>((sum, part) => join(sum, part), parts[0]);
  const fromRight = parts.slice(0, -1).reduceRight<unknown>((sum, part) => join(part, sum), parts.at(-1));
  const reversed = parts.slice(0, -1).reduceRight<unknown>((sum, part) => join(sum, part), parts.at(-1));
  return { whole: accumulate(rows), fromLeft, fromRight, reversed };
}

describe('merging', () => {
  it.each(EXACT)('of $name is associative, commutative, and any split is one batch, to the last bit', (method) => {
    fc.assert(
      fc.property(hardCohorts, labels, (rows, given) => {
        const { whole, fromLeft, fromRight, reversed } = summaries(method, rows, given);
        for (const merged of [fromLeft, fromRight, reversed]) expect(merged).toEqual(whole);
      }),
    );
  });

  it.each(SUMMED)('of $name is so to $tolerance of the largest term', (method) => {
    fc.assert(
      fc.property(hardCohorts, labels, (rows, given) => {
        const { whole, fromLeft, fromRight, reversed } = summaries(method, rows, given);
        for (const merged of [fromLeft, fromRight, reversed]) {
          expect(differences(whole, merged, method.tolerance)).toEqual([]);
        }
      }),
    );
  });
});
