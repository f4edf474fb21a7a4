import { describe, expect, it } from 'vitest';
import { GENES } from '../../../demo/crlm-synthetic/genes.ts';
import { buildFrame, openCohort } from '../../../lib/cohort/index.ts';
import { cohortOfSize } from '../../../tools/bench/report/cohort.ts';
import { readUploads } from '../../../tools/bench/report/reading.ts';
import type { Stage } from '../../../tools/bench/report/stages.ts';
import { printReport } from '../../../tools/bench/report.ts';

describe('The cohort whose report is measured', () => {
  it('is the study with genes added to every panel, and as many eligible', async () => {
    const { definition, sources } = await readUploads(await cohortOfSize({ patients: 286, genes: 300 }));
    const named = { digest: 'd', revision: 'r', name: 'n' };
    const frame = openCohort({ definition, ...buildFrame(definition, sources), ...named });
    const { eligible } = frame.eligibility();
    expect([frame.genes().symbols.length, eligible.length]).toEqual([300, 286]);
    const ofStudy = new Set(GENES.map(({ symbol }) => symbol));
    const added = frame.genes().symbols.filter((symbol) => !ofStudy.has(symbol));
    expect(added).toHaveLength(300 - GENES.length);
    const shares = added.map((symbol) => {
      const column = frame.evaluate(`altered("${symbol}")`, '/where');
      if (column.type !== 'boolean') throw new TypeError(symbol);
      expect(eligible.every((row) => column.values[row]! < 2)).toBe(true); // covered by all panels
      return eligible.filter((row) => column.values[row] === 1).length / eligible.length;
    });
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    expect(mean).toBeCloseTo(0.013 * Math.exp(0.64 ** 2 / 2), 2);
  });
});

describe('What is told of a measured report', () => {
  it('sets R beside the stages that both do, and no other', () => {
    const stage = (name: string, cpu: number): Stage => ({ name, cpu, wall: 2 * cpu });
    const staged = { stages: [stage('reading', 1), stage('T6', 2), stage('T7', 5)], refused: [] };
    const [table] = printReport({
      size: { patients: 286, genes: 500 },
      staged,
      r: new Map([
        ['T6', { seconds: 3, failed: 0 }],
        ['T7', { seconds: 11, failed: 2 }],
      ]),
      stack: undefined,
    });
    expect(table!.rows.slice(1)).toEqual([
      ['reading', '1.00 s', '12.5 %', '2.00 s', '-', '-'],
      ['T6', '2.00 s', '25.0 %', '4.00 s', '3.00 s', '1.5'],
      ['T7', '5.00 s', '62.5 %', '10.00 s', '11.00 s', '2.2'],
      ['what both do', '7.00 s', '87.5 %', '14.00 s', '14.00 s', '2.0'],
      ['all', '8.00 s', '100.0 %', '16.00 s', '-', '-'],
      ['without an answer in R: 2 of T7'],
    ]);
  });
});
