import { describe, expect, it } from 'vitest';
import { syntheticCohort } from '../../../../demo/crlm-synthetic/cohort.ts';
import { frameOfTables } from '../../../../demo/crlm-synthetic/frame.ts';
import {
  type Codebook,
  documentDigest,
  type SiteCohort,
  type StudyAnalysis,
  studyResult,
} from '../../../../lib/sharing/index.ts';
import { logRank } from '../../../../lib/stats/index.ts';
import { conduct, worldOf } from '../../../../tools/sites/world.ts';
import { protocolOf, SITES } from './studies.ts';

const PATIENTS = { centre: 96, north: 120, south: 70 } as const;

const CODEBOOK: Codebook = {
  type: 'codebook/1',
  variables: {
    ras: { type: 'boolean' },
    right: { type: 'boolean' },
    age: { type: 'number', range: [18, 100], centre: 60 },
    ecog: { type: 'category', levels: ['0', '1', '2', '3', '4'] },
  },
  endpoints: { os: { origin: 'start of treatment', unit: 'months', event: 'death' } },
};

const ANALYSES: StudyAnalysis[] = [
  {
    id: 'cox',
    method: 'cox/1',
    mode: 'open',
    endpoint: 'os',
    covariates: ['ras', 'right', 'age'],
    ties: 'efron',
    rounds: 2,
    concordance: true,
  },
  {
    id: 'km',
    method: 'kaplan-meier/1',
    mode: 'masked',
    endpoint: 'os',
    group: 'ras',
    grid: { unit: 'months', width: 1, last: 60 },
    at: [12, 36],
  },
  {
    id: 'table1',
    method: 'table-one/1',
    mode: 'open',
    by: 'ras',
    variables: ['age', 'right', 'ecog'],
    histogram: { age: { from: 20, width: 5, to: 100 } },
  },
  { id: 'genes', method: 'gene-scores/1', mode: 'masked', endpoint: 'os', genes: ['TP53', 'APC', 'SMAD4'] },
];

describe('A study of synthetic conversion cohorts', () => {
  const cohorts = Object.fromEntries(
    SITES.map((site, i): [string, SiteCohort] => {
      const { tables } = syntheticCohort({ seed: 11 + i, patients: PATIENTS[site], clean: true });
      const frame = frameOfTables(tables);
      return [site, { name: 'crlm', frame, keys: Array.from({ length: frame.rows }, (_, row) => `${site} ${row}`) }];
    }),
  );

  it('tells genes over those whose panels cover them, as all rows with a stratum a site do', async () => {
    const world = worldOf(SITES);
    const protocol = { ...protocolOf(world, ANALYSES), codebook: documentDigest(CODEBOOK) };
    const study = await conduct(world, protocol, CODEBOOK, cohorts);
    const { numbers, findings } = (await studyResult(study, world.ports['north']!))!;
    expect(numbers['cox.step']).toBeLessThan(0.5);
    expect(findings.tables.map(({ id }) => id)).toContain('cox-concordance');
    const rows = await Promise.all(SITES.map((site) => world.ports[site]!.records.sent('crlm')));
    const inStudy = new Set(rows.flatMap(([first]) => first!.patients));
    for (const [g, gene] of ['TP53', 'APC', 'SMAD4'].entries()) {
      const people = SITES.flatMap((site, stratum) => {
        const { frame, keys } = cohorts[site]!;
        const { time, event } = frame.endpoint('os', '');
        const status = frame.evaluate(`altered("${gene}")`, '');
        if (status.type !== 'boolean') throw new RangeError('altered is a truth value');
        return keys.flatMap((key, row) =>
          inStudy.has(key) && status.values[row]! < 2
            ? [{ time: time[row]!, event: event[row]!, carrier: status.values[row]!, stratum }]
            : [],
        );
      });
      const column = (of: 'time' | 'event' | 'carrier' | 'stratum') => people.map((each) => each[of]);
      const whole = logRank.solve(
        logRank.accumulate(
          { time: Float64Array.from(column('time')), event: Uint8Array.from(column('event')) },
          Int32Array.from(column('carrier')),
          2,
          Int32Array.from(column('stratum')),
        ),
      );
      expect((numbers['genes.covered'] as number[])[g]).toBe(people.length);
      expect((numbers['genes.u'] as number[])[g]).toBeCloseTo(whole.observed[1]! - whole.expected[1]!, 8);
      expect((numbers['genes.v'] as number[])[g]).toBeCloseTo(whole.variance[1]![1]!, 8);
    }
  });
});
