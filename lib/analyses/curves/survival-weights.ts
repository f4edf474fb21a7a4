import * as z from 'zod';
import type { ResultTable } from '../../result/index.ts';
import { type LogRankTables, logRank, maxCombo } from '../../stats/index.ts';
import { cell, pCells } from '../parts/cells.ts';
import { CITATION } from '../parts/citations.ts';

/** Weighted tests, as a request names them beforehand. */
export const WeightedTests = z
  .array(
    z.union([
      z.literal('max-combo').meta({ description: 'The largest of the tests with rho and gamma 0 or 1; of two groups' }),
      z.strictObject({
        rho: z.number().min(0).max(10).default(0).meta({ description: 'Above 0: early differences count more' }),
        gamma: z.number().min(0).max(10).default(0).meta({ description: 'Above 0: late differences count more' }),
      }),
    ]),
  )
  .min(1)
  .max(6);
export type WeightedTests = z.infer<typeof WeightedTests>;

type Row = ResultTable['rows'][number];

/** The tests, a row each of the table of tests. */
export function weightedRows(tables: LogRankTables, asked: WeightedTests): Row[] {
  return asked.map((test): Row => {
    if (test === 'max-combo') {
      const found = maxCombo(tables);
      const name = { test: 'Max-combo (|z|)', degrees_of_freedom: null };
      if (!found.ok) return { ...name, statistic: null, statistic_why: found.problem, p: null, p_why: found.problem };
      return { ...name, statistic: cell(found.statistic), ...pCells('p', found.p, Math.log(found.p)) };
    }
    const found = logRank.solve(tables, { weight: test });
    const name = `Log-rank, rho ${test.rho}, gamma ${test.gamma}`;
    if (!found.ok)
      return {
        test: name,
        statistic: null,
        statistic_why: found.problem,
        degrees_of_freedom: null,
        p: null,
        p_why: found.problem,
      };
    return {
      test: name,
      statistic: cell(found.chiSquare),
      degrees_of_freedom: found.degreesOfFreedom,
      ...pCells('p', found.p, found.logP),
    };
  });
}

/** What the tests are, in a sentence each. */
export function weightedSentences(asked: WeightedTests): string[] {
  const families = asked.filter((test) => test !== 'max-combo');
  return [
    ...(families.length > 0
      ? [
          'Weighted log-rank tests are of Fleming and Harrington, weights S(t)^rho (1 - S(t))^gamma by the pooled survival just before each event; they were named in the request.',
        ]
      : []),
    ...(asked.includes('max-combo')
      ? [
          'The max-combo test is the largest of the tests with rho and gamma 0 or 1, its p from their joint normal distribution.',
        ]
      : []),
  ];
}

/** The papers behind {@link weightedSentences}. */
export function weightedCitations(asked: WeightedTests): string[] {
  return [CITATION.harringtonFleming, ...(asked.includes('max-combo') ? [CITATION.maxCombo] : [])];
}
