import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  concordance,
  cox,
  cumulativeIncidence,
  fineGray,
  grayTest,
  kaplanMeier,
  logistic,
  logRank,
  nelsonAalen,
} from '../../../lib/stats/index.ts';
import { columnsOf, differences, type Hard, hardCohorts, leaves } from './nasty.ts';

type Columns = ReturnType<typeof columnsOf>;

const names = ['x', 'z'];
const without = ({ time, event, x, z }: Columns) => ({ time, event, covariates: [x, z], names });

/** Methods of the cohort; those whose result doesn't hold a number a patient, and none that depends on the unit of time unless it says so. */
const METHODS = {
  'Kaplan-Meier': ({ time, event, entry }: Columns) =>
    kaplanMeier.solve(kaplanMeier.accumulate({ time, event, entry })),
  'Nelson-Aalen': ({ time, event, entry }: Columns) =>
    nelsonAalen.solve(nelsonAalen.accumulate({ time, event, entry })),
  'cumulative incidence': ({ time, cause }: Columns) =>
    cumulativeIncidence.solve(cumulativeIncidence.accumulate({ time, cause }, 2), 1),
  'log-rank': ({ time, event, entry, group }: Columns) =>
    logRank.solve(logRank.accumulate({ time, event, entry }, group, 3)),
  "Gray's test": ({ time, cause, group }: Columns) =>
    grayTest.solve(grayTest.accumulate({ time, cause }, 2, group, 3), 1),
  Cox: (columns: Columns) => cox.fit({ ...without(columns), entry: columns.entry, strata: columns.group }),
  'Fine-Gray': ({ time, cause, x, z }: Columns) => fineGray({ time, cause, covariates: [x, z], names }),
  concordance: ({ time, event, x }: Columns) => concordance.solve(concordance.accumulate({ time, event }, x)),
  logistic: ({ event, x, z }: Columns) => {
    const fit = logistic.fit({ outcome: event, covariates: [x, z], names });
    return fit.ok ? { ...fit, fitted: fit.fitted.toSorted() } : fit;
  },
} as const;

type Name = keyof typeof METHODS;

const ALL = Object.keys(METHODS) as Name[];
/** Those that use only the order of times. */
const BY_ORDER: readonly Name[] = ['log-rank', "Gray's test", 'Cox', 'Fine-Gray', 'concordance'];

/** Steps, what a maximum leaves of the score, and the times of entries are no estimates. */
function estimates(result: unknown): unknown {
  if (typeof result !== 'object' || result === null) return result;
  const { iterations: _, gradient: __, observation: ___, ...rest } = result as Record<string, unknown>;
  return rest;
}

const run = (name: Name, rows: readonly Hard[]) => estimates(METHODS[name](columnsOf(rows)));
const same = (name: Name, a: readonly Hard[], b: readonly Hard[]) =>
  expect(differences(run(name, a), run(name, b), 1e-8)).toEqual([]);

describe('a result', () => {
  it.each(ALL)('(%s) does not depend on the order of the patients', (name) => {
    fc.assert(
      fc.property(
        hardCohorts.chain((rows) =>
          fc.record({ rows: fc.constant(rows), mixed: fc.shuffledSubarray(rows, { minLength: rows.length }) }),
        ),
        ({ rows, mixed }) => {
          same(name, rows, mixed);
        },
      ),
    );
  });

  it.each(BY_ORDER)('(%s) does not change when all times are multiplied', (name) => {
    fc.assert(
      fc.property(hardCohorts, fc.constantFrom(7, 365.25), (rows, factor) => {
        const scaled = rows.map((row) => ({ ...row, time: row.time * factor, entry: row.entry * factor }));
        same(name, rows, scaled);
      }),
    );
  });

  it.each(BY_ORDER)('(%s) does not change when all times are shifted', (name) => {
    fc.assert(
      fc.property(hardCohorts, (rows) => {
        // by whole units, so that no tie is lost or won
        const shifted = rows.map((row) => ({
          ...row,
          time: row.time + 64,
          entry: row.entry === 0 ? 0 : row.entry + 64,
        }));
        same(name, rows, shifted);
      }),
    );
  });

  it.each(['log-rank', "Gray's test"] as const)('(%s) does not change when groups are called otherwise', (name) => {
    fc.assert(
      fc.property(hardCohorts, (rows) => {
        const renamed = rows.map((row) => ({ ...row, group: 2 - row.group }));
        const test = (given: readonly Hard[]) => {
          const found = run(name, given) as Record<string, unknown>;
          return [found['ok'], found['problem'] ?? '', found['chiSquare'] ?? 0, found['p'] ?? 1];
        };
        expect(differences(test(rows), test(renamed), 1e-8)).toEqual([]);
      }),
    );
  });

  it.each(['Cox', 'Fine-Gray', 'logistic'] as const)(
    '(%s) follows the unit of a covariate, and not its origin',
    (name) => {
      fc.assert(
        fc.property(hardCohorts, fc.constantFrom(0, 1e8), (rows, origin) => {
          const moved = rows.map((row) => ({ ...row, x: row.x * 4 + origin }));
          const [one, other] = [run(name, rows), run(name, moved)] as [Record<string, never>, Record<string, never>];
          expect(other['ok']).toBe(one['ok']);
          expect(other['problem']).toBe(one['problem']);
          if (!one['ok']) return;
          const x = (fit: Record<string, Record<string, number>>) => {
            const place = (fit['names'] as unknown as string[]).indexOf('x');
            return { b: fit['coefficients']![place]!, se: fit['standardErrors']![place]!, p: fit['p']![place]! };
          };
          const [a, b] = [x(one), x(other)];
          expect(b.b * 4).toAgree(a.b, 1e-7);
          expect(b.se * 4).toAgree(a.se, 1e-7);
          expect(b.p).toAgree(a.p, 1e-7);
        }),
      );
    },
  );

  it.each(['Kaplan-Meier', 'Nelson-Aalen', 'log-rank', 'Cox'] as const)(
    '(%s) is with entry at 0 what it is without entry',
    (name) => {
      const bare = {
        'Kaplan-Meier': ({ time, event }: Columns) => kaplanMeier.solve(kaplanMeier.accumulate({ time, event })),
        'Nelson-Aalen': ({ time, event }: Columns) => nelsonAalen.solve(nelsonAalen.accumulate({ time, event })),
        'log-rank': ({ time, event, group }: Columns) => logRank.solve(logRank.accumulate({ time, event }, group, 3)),
        Cox: (columns: Columns) => cox.fit({ ...without(columns), strata: columns.group }),
      };
      fc.assert(
        fc.property(hardCohorts, (rows) => {
          const early = rows.map((row) => ({ ...row, entry: 0 }));
          expect(differences(run(name, early), estimates(bare[name](columnsOf(early))), 1e-12)).toEqual([]);
        }),
      );
    },
  );

  it('is with strata that are one what it is without (log-rank, Cox, concordance)', () => {
    fc.assert(
      fc.property(hardCohorts, (rows) => {
        const columns = columnsOf(rows);
        const { time, event, group, x } = columns;
        const one = new Int32Array(rows.length).fill(5);
        for (const [plain, stratified] of [
          [logRank.accumulate({ time, event }, group, 3), logRank.accumulate({ time, event }, group, 3, one)].map(
            (tables) => logRank.solve(tables),
          ),
          [cox.fit(without(columns)), cox.fit({ ...without(columns), strata: one })],
          [{}, { strata: one }].map((options) =>
            concordance.solve(concordance.accumulate({ time, event }, x, options)),
          ),
        ]) {
          expect(differences(plain, stratified, 1e-12)).toEqual([]);
        }
      }),
    );
  });

  it('is with weights of 2 that of two copies (Kaplan-Meier, Breslow ties, logistic)', () => {
    fc.assert(
      fc.property(hardCohorts, (rows) => {
        const [once, twice] = [columnsOf(rows), columnsOf([...rows, ...rows])];
        const weights = new Float64Array(rows.length).fill(2);
        const curve = (c: Columns, w?: Float64Array) => {
          const { n: _, ...rest } = kaplanMeier.solve(kaplanMeier.accumulate({ time: c.time, event: c.event }, w));
          return rest;
        };
        expect(differences(curve(once, weights), curve(twice), 1e-12)).toEqual([]);
        for (const [weighted, copied] of [
          [cox.fit({ ...without(once), weights }, { ties: 'breslow' }), cox.fit(without(twice), { ties: 'breslow' })],
          [
            logistic.fit({ outcome: once.event, covariates: [once.x, once.z], names, weights }),
            logistic.fit({ outcome: twice.event, covariates: [twice.x, twice.z], names }),
          ],
        ] as const) {
          expect(weighted.ok).toBe(copied.ok);
          if (!weighted.ok || !copied.ok) continue;
          expect([...weighted.coefficients]).toAgree([...copied.coefficients], 1e-7);
          expect([...weighted.standardErrors]).toAgree([...copied.standardErrors], 1e-7);
        }
      }),
    );
  });

  it.each(ALL)('(%s) has every p within 0 and 1, and intervals that hold their estimates', (name) => {
    let seen = 0;
    fc.assert(
      fc.property(hardCohorts, (rows) => {
        const result = run(name, rows);
        for (const [path, value] of leaves(result)) {
          if (!/\/p(\/\d+)?$/.test(path) || typeof value !== 'number') continue;
          seen++;
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        const columns = result as Readonly<Record<string, ArrayLike<number> | number>>;
        const estimate = [
          'cumulativeHazard',
          'survival',
          'hazardRatios',
          'subdistributionHazardRatios',
          'oddsRatios',
          'estimate',
        ]
          .map((key) => columns[key])
          .find((found) => found !== undefined);
        if (estimate === undefined || columns['lower'] === undefined) return;
        const list = (value: ArrayLike<number> | number) => (typeof value === 'number' ? [value] : Array.from(value));
        const [lower, upper] = [list(columns['lower']), list(columns['upper']!)];
        list(estimate).forEach((value, i) => {
          seen++;
          expect(lower[i]! > value * (1 + 1e-12) || upper[i]! < value * (1 - 1e-12)).toBe(false);
        });
      }),
    );
    if (!['Nelson-Aalen', 'cumulative incidence'].includes(name)) expect(seen).toBeGreaterThan(0);
  });
});
