import { describe, expect, it } from 'vitest';
import { type StudyAnalysis, studyResult } from '../../../../lib/sharing/index.ts';
import { settle } from '../../../../tools/sites/world.ts';
import { cohortOf, lifted, type Patient, patientsOf, study, threeSites } from './studies.ts';

const OPEN: Extract<StudyAnalysis, { method: 'kaplan-meier/1' }> = {
  ...{ id: 'km', method: 'kaplan-meier/1', mode: 'open', endpoint: 'os', group: 'female', at: [365, 1400] },
  grid: { unit: 'days', width: 30.4375, last: 1461 },
};

/** South of these patients, the others as ever. */
async function findingsWith(change: (patient: Patient, i: number) => Patient, width = 30.4375) {
  const sites = threeSites();
  const south = cohortOf(patientsOf('south').map(change));
  const asked = { ...OPEN, grid: { ...OPEN.grid, width } };
  const id = await study(sites, [asked], south, { waivers: lifted('levels', 'atoms') });
  await settle(sites.world, id);
  return (await studyResult(id, sites.world.ports['north']!))!.findings;
}

describe('A curve over sites', () => {
  it('that has no step which all sites share is neither drawn nor read: nobody takes it for one without a death', async () => {
    const { figures, tables, warnings } = await findingsWith((patient, i) => ({
      ...patient,
      time: i < 2 ? 20 : 2000 + i,
      female: i % 2 ? 1 : 0,
    }));
    expect(figures).toEqual([]);
    const { rows } = tables.find(({ id }) => id === 'km')!;
    expect(rows).toHaveLength(4);
    for (const row of rows)
      expect(row).toMatchObject({ survival: null, start: null, median: null, median_why: 'no curve' });
    expect(warnings.filter(({ code }) => code === 'no-curve').map(({ says }) => says)).toEqual([
      "km: no step of female: no's curve has enough patients at every site.",
      "km: no step of female: yes's curve has enough patients at every site.",
    ]);
  });

  it('names who told nothing of a group, and ends with its grid', async () => {
    const { figures, tables, warnings } = await findingsWith(
      (patient, i) => ({ ...patient, female: i < 3 ? 1 : 0 }),
      365,
    );
    expect(warnings).toContainEqual({
      code: 'withheld',
      says: "km: female: yes's curve is without south: too few patients.",
    });
    const { rows } = tables.find(({ id }) => id === 'km')!;
    const ends = new Map(tables.find(({ id }) => id === 'km-grid')!.rows.map(({ group, until }) => [group, until]));
    expect(figures).toHaveLength(1);
    expect(rows.some(({ start }) => start !== null)).toBe(true);
    for (const { group, time, start } of rows)
      expect([group, time, start !== null]).toEqual([group, time, Number(time) <= Number(ends.get(group) ?? 0)]);
  });
});
