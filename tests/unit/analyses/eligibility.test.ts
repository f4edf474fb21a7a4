import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowFigure } from '../../../lib/result/index.ts';
import { byHand } from '../cohort/by-hand.ts';
import { frameOf } from '../cohort/read.ts';
import { ask, codes, demoFrame, rowsOf, tableFrame } from './asking.ts';

const frame = byHand();
const flowOf = ({ figures }: Awaited<ReturnType<typeof ask>>): FlowFigure => figures[0] as FlowFigure;

describe('The flow of patients', () => {
  it('tells who left at each step, as not met or not recorded, and who remained', async () => {
    const findings = await ask(frame, { analysis: 'eligibility', by: 'group' });
    expect(
      rowsOf(findings, 'flow').map(({ step, no, notRecorded, remaining }) => [step, no, notRecorded, remaining]),
    ).toEqual([
      ['', null, null, 46],
      ['0', 2, 0, 44],
      ['1', 1, 0, 43],
      ['2', 3, 0, 40],
      ['3', 1, 1, 38],
      ['4', 1, 1, 36],
      ['5', 1, 0, 35],
      ['6', 2, 0, 33],
      ['7', 2, 0, 31],
      ['8', 2, 0, 29],
      ['9', 2, 0, 27],
      ['10', 3, 0, 24],
      ['11', 6, 1, 17],
    ]);
    expect(rowsOf(findings, 'set-apart')).toEqual([
      { label: 'conflicting-values', patients: 1 },
      { label: 'death-before-diagnosis', patients: 1 },
    ]);
    expect(rowsOf(findings, 'groups')).toEqual([
      { label: 'FCTG', patients: 3 },
      { label: 'SCTG', patients: 13 },
      { label: 'group not known', patients: 1 },
    ]);
    expect(findings.counts).toMatchObject({ patients: 44, used: 17, events: null });
    expect(findings.counts.excluded[2]).toEqual({
      reason: 'at step 3: CRS 3 or more',
      columns: ['cea', 'cn_stage', 'diagnosis_date', 'liver_mets_date', 'mets_max_cm', 'mets_number'],
      patients: 2,
    });
    expect(findings.counts.excluded.reduce((sum, { patients }) => sum + patients, 0)).toBe(44 - 17);
  });

  it('is drawn: every box and its number', async () => {
    const { start, steps, end, groups, alt } = flowOf(await ask(frame, { analysis: 'eligibility', by: 'group' }));
    expect([start.n, end.n]).toEqual([46, 17]);
    expect(steps[3]).toEqual({
      label: '3. CRS 3 or more',
      left: [
        { label: 'not met', n: 1 },
        { label: 'not recorded', n: 1 },
      ],
      remaining: 38,
    });
    expect(groups.map(({ n }) => n)).toEqual([3, 13, 1]);
    expect(alt).toMatch(/of 46 patients 17 are analysed \(3 FCTG, 13 SCTG, 1 group not known\)/);
  });

  it('says under which sensitivity it is, in the title, on the picture and in the method', async () => {
    const findings = await ask(frame, { analysis: 'eligibility', sensitivity: 'S6' });
    expect(findings.title).toBe('Eligibility (S6: synchronous within 180 days)');
    expect(flowOf(findings).title).toMatch(/\(S6: synchronous within 180 days\)$/);
    expect(findings.method[0]).toMatch(/sensitivity analysis S6 of the plan.*criterion 2 is days\(diagnosis_date/);
    expect(findings.counts.used).toBe(18);
    const { method } = await ask(frame, { analysis: 'eligibility', sensitivity: 'S3' });
    expect(method[0]).toMatch(/free is margin == "R0", who is eligible staying as planned\.$/);
    const { method: ends } = await ask(frame, { analysis: 'eligibility', sensitivity: 'S9' });
    expect(ends[0]).toMatch(/origin of os is diagnosis_date; entry of os is t0\.$/);
    const { method: drops } = await ask(frame, { analysis: 'eligibility', sensitivity: 'S1' });
    expect(drops[0]).toMatch(/criterion 11 is dropped\.$/);
  });

  it('refuses a sensitivity that the plan does not have, at its place', async () => {
    await expect(ask(frame, { analysis: 'eligibility', sensitivity: 'S0' })).rejects.toMatchObject({
      code: 'unknown-sensitivity',
      place: { pointer: '/sensitivity', value: 'S0' },
    });
    const planless = tableFrame('x: number', '', 'row_id,x\n1,3\n');
    await expect(ask(planless, { analysis: 'eligibility', sensitivity: 'S1' })).rejects.toMatchObject({
      code: 'unknown-sensitivity',
    });
  });

  it('lets everybody in without criteria, and tells where nobody is left', async () => {
    const open = await ask(demoFrame('crlm-tcia'), { analysis: 'eligibility' });
    expect([open.counts.used, open.counts.excluded]).toEqual([197, []]);
    expect(open.method[0]).toMatch(/no criteria/);
    const rest = 'criteria: [{ id: a, says: old, cel: x > 5 }, { id: b, says: known, cel: x > 0 }]\n';
    const empty = await ask(tableFrame('x: number', rest, 'row_id,x\n1,3\n'), { analysis: 'eligibility' });
    expect(codes(empty)).toEqual(['nobody-eligible']);
    expect(flowOf(empty).end.n).toBe(0);
  });

  it('sums, whatever the criteria and the data', async () => {
    const rows = fc.array(fc.tuple(fc.constantFrom('', '1', '5', '9'), fc.constantFrom('', 'yes', 'no')), {
      minLength: 1,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(rows, fc.shuffledSubarray(['x > 2', 'y', 'x < 8', '!y || x == 5']), async (data, criteria) => {
        const csv = `id,x,y\n${data.map(([x, y], i) => `p${i},${x},${y}`).join('\n')}\np0,7,no\n`;
        const yaml = `title: T\ntables: [{ match: a.csv, rows: patient, patient: id, columns: { x: number, y: boolean } }]\ncriteria: [${criteria.map((cel, i) => `{ id: c${i}, says: s, cel: '${cel}' }`).join(', ')}]\n`;
        const { counts, figures } = await ask(frameOf(yaml, { 'a.csv': csv }).frame, { analysis: 'eligibility' });
        const { start, steps, end } = figures[0] as FlowFigure;
        expect(start.n).toBe(data.length);
        let remaining = start.n;
        for (const step of steps) {
          remaining -= step.left.reduce((sum, { n }) => sum + n, 0);
          expect(step.remaining).toBe(remaining);
        }
        expect(end.n).toBe(remaining);
        expect(counts.used + counts.excluded.reduce((sum, { patients }) => sum + patients, 0)).toBe(counts.patients);
      }),
      { numRuns: 60 },
    );
  });
});

describe('Every analysis', () => {
  it('is of the eligible, and tells how many are not', async () => {
    const { counts } = await ask(frame, { analysis: 'survival', endpoint: 'os' });
    expect(counts).toMatchObject({ patients: 44, used: 15 }); // z01 and z02 have no overall survival
    expect(counts.excluded[0]).toEqual({
      reason: 'not eligible (the analysis eligibility tells why)',
      columns: [],
      patients: 27,
    });
    const { counts: some } = await ask(frame, { analysis: 'survival', endpoint: 'os', where: 'mets_max_cm > 5' });
    expect(some.excluded.map(({ patients }) => patients)).toEqual([27, 1, 1, 2]);
  });

  it('is of others under a sensitivity', async () => {
    const { counts, title, figures } = await ask(frame, { analysis: 'survival', endpoint: 'os', sensitivity: 'S1' });
    expect(counts.used).toBe(22);
    expect(title).toMatch(/\(S1: resected but not cleared is FCTG\)$/);
    expect(figures[0]!.title).toMatch(/S1/);
  });

  it('leaves out who belongs to neither group, and keeps her where conversion in time is asked', async () => {
    const item = (id: string) => {
      const { id: _, ...request } = frame.definition.plan!.items.find((each) => each.id === id)!;
      return request;
    };
    const { counts: table } = await ask(frame, item('T1'));
    expect(table.used).toBe(16); // p01: alive, never resected, followed for 100 days
    const { adjust: _, ...t6 } = item('T6');
    const { counts: inTime } = await ask(frame, t6);
    expect(inTime.used).toBe(15);
    const { counts: os } = await ask(frame, item('Fig4'));
    expect(os.used).toBe(15);
  });
});
