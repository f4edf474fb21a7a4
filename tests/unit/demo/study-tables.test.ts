import { beforeAll, describe, expect, it } from 'vitest';
import { syntheticCohort } from '../../../demo/crlm-synthetic/cohort.ts';
import type { Expected } from '../../../demo/crlm-synthetic/expected.ts';
import { conversionStudy, frameOfTables } from '../../../demo/crlm-synthetic/frame.ts';
import { type CohortFrame, parseDefinition } from '../../../lib/cohort/index.ts';
import type { Findings, OncoprintFigure } from '../../../lib/result/index.ts';
import { ask, row, rowsOf } from '../analyses/asking.ts';
import { expectHonest } from '../analyses/honest.ts';

const { plan } = parseDefinition(conversionStudy(), 'cohort.yaml');

/** An item of the study's plan, exactly as it is written there. */
function item(id: string, sensitivity?: string): Record<string, unknown> {
  const { id: _, ...request } = plan!.items.find((each) => each.id === id)!;
  return { ...request, ...(sensitivity !== undefined && { sensitivity }) };
}

let frame: CohortFrame;
let expected: Expected;
const answers = new Map<string, Findings>();

beforeAll(async () => {
  const cohort = syntheticCohort({ seed: 1, patients: 286, clean: false });
  frame = frameOfTables(cohort.tables);
  expected = cohort.expected;
  for (const id of ['T1', 'T2', 'Fig2', 'T3', 'T4-genes', 'T4-pathways', 'T4-ras-vegf', 'T5-genes'])
    answers.set(id, await ask(frame, item(id)));
}, 60_000);

const answer = (id: string): Findings => answers.get(id)!;

/** What a variable is called in tables. */
const labelOf = (name: string): string => frame.variables().find((each) => each.name === name)?.label ?? name;

describe('The tables of the study’s plan, of the synthetic cohort', () => {
  it.each(['T1', 'T2', 'Fig2', 'T3', 'T4-genes', 'T4-pathways', 'T4-ras-vegf', 'T5-genes'])(
    'has an honest %s, asked exactly as the plan writes it',
    (id) => {
      expectHonest(answer(id));
      expect(answer(id).tables[0]!.rows.length).toBeGreaterThan(0);
    },
  );

  it('is of those whose group is determined; who is not stays in the oncoprint, whose track says so', () => {
    const { SCTG, FCTG, undetermined } = expected.truth.groups;
    for (const id of ['T1', 'T4-genes', 'T4-pathways']) expect(answer(id).counts.used).toBe(SCTG + FCTG);
    const [track] = (answer('Fig2').figures[0] as OncoprintFigure).tracks;
    expect(track!.codes).toHaveLength(286);
    const tally = (code: number) => track!.codes.filter((each) => each === code).length;
    expect([tally(0), tally(1), tally(-1)]).toEqual([FCTG, SCTG, undetermined]);
  });

  it('shows in Table 1 the sizes, grades and CEA that are missing, above and below the limits of measurement', async () => {
    const all = await ask(frame, { analysis: 'table-one', variables: 'factors' });
    const level = (variable: string, name: string) =>
      rowsOf(all, 'table-one').find(
        (each) => String(each['variable']).startsWith(labelOf(variable)) && each['level'] === name,
      )!['all'];
    expect(level('mets_max_cm', 'missing')).toMatch(/^11 /);
    expect(level('differentiation', 'missing')).toMatch(/^23 /);
    expect(level('ca199', 'missing')).toMatch(/^43 /);
    expect(level('ecog', 'missing')).toMatch(/^9 /);
    expect(level('cea', 'missing')).toMatch(/^14 /);
    expect(level('cea', 'above 1000, no number')).toBe('3');
    expect(level('cea', 'below 0.5, taken as half')).toBe('2');
  });

  it('counts in T3 the mutated of each group as they were drawn', () => {
    const truth = expected.truth.patients.filter(({ group }) => group !== 'undetermined');
    const mutated = truth.filter(({ ras }) => ras);
    const own = row(answer('T3'), 'factors', { factor: labelOf('ras'), level: 'yes' });
    expect([own['n'], own['events']]).toEqual([mutated.length, mutated.filter(({ group }) => group === 'SCTG').length]);
  });

  it('tests 25 genes, RAS and BRAF apart, each of those whom its panel covers', () => {
    const genes = rowsOf(answer('T4-genes'), 'genes');
    expect(genes.length).toBeGreaterThan(15);
    for (const each of genes) expect(Number(each['altered'])).toBeGreaterThanOrEqual(10);
    const covered = genes.find(({ gene }) => gene === 'LRP1B')!['covered'];
    const onPanel = expected.truth.patients.filter(({ group, panel }) => group !== 'undetermined' && panel === 'v2');
    expect(covered).toBe(onPanel.length);
    expect(
      rowsOf(answer('T4-genes'), 'apart')
        .map(({ variable }) => variable)
        .sort(),
    ).toEqual([labelOf('braf'), labelOf('ras')].sort());
    expect(rowsOf(answer('T5-genes'), 'genes')[0]).toHaveProperty('hazard_ratio');
  });

  it('judges pathways by the genes that both panels list', () => {
    const used = String(row(answer('T4-pathways'), 'pathway-genes', { pathway: 'Wnt' })['genes']).split(' ');
    expect(used).toEqual(expect.arrayContaining(['AMER1', 'APC', 'CTNNB1', 'RNF43']));
    expect(used).not.toContain('TCF7L2');
  });

  it('is of so many more under S1, who were resected but not cleared', async () => {
    const s1 = await ask(frame, item('T4-genes', 'S1'));
    expect(s1.counts.used).toBe(answer('T4-genes').counts.used + 5);
    expect(s1.title).toContain('S1');
  });
});
