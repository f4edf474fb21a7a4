import { beforeAll, describe, expect, it } from 'vitest';
import { ANALYSES } from '../../../lib/analyses/index.ts';
import { plannedParts } from '../../../lib/analyses/report/report-parts.ts';
import { type CohortFrame, planDigest } from '../../../lib/cohort/index.ts';
import type { Findings, ReportPart } from '../../../lib/result/index.ts';
import { ask, demoFrame, rowsOf, tableFrame } from './asking.ts';

type Report = NonNullable<Findings['report']>;

const part = ({ parts }: Report, id: string): ReportPart => parts.find((each) => each.id === id)!;

describe.each(['crlm-tcia', 'tcga-read'] as const)('The report of %s', (name) => {
  let frame: CohortFrame;
  let findings: Findings;
  let report: Report;
  beforeAll(async () => {
    frame = demoFrame(name);
    findings = await ask(frame, { analysis: 'report' });
    report = findings.report!;
  }, 120_000);

  it('holds every item of the plan in its order, each again under the sensitivities that name it', () => {
    const { items, sensitivities } = frame.definition.plan!;
    const planned = items.flatMap(({ id }) => [
      id,
      ...Object.entries(sensitivities).flatMap(([name, { of }]) => (of.includes(id) ? [`${name} ${id}`] : [])),
    ]);
    expect(report.parts.map(({ id }) => id)).toEqual(planned);
  });

  it('names the plan that it followed', () => {
    expect(report.plan).toBe(planDigest(frame.definition));
  });

  it('answers each item as the API would', async () => {
    const { analysis, request, findings: answered } = part(report, 'T6');
    expect(answered).toEqual(await ask(frame, { ...request, analysis }));
  });

  it('says why what was not sequenced has no answer, and answers the rest', () => {
    const refused = report.parts
      .filter(({ refused }) => refused !== null)
      .map(({ id, refused }) => [id, refused!.code]);
    expect(refused).toEqual(
      name === 'tcga-read'
        ? []
        : [
            ['Fig2', 'nothing-to-analyse'],
            ['T4-genes', 'nothing-to-analyse'],
          ],
    );
    if (name === 'crlm-tcia') expect(rowsOf(findings, 'unanswered')).toHaveLength(2);
  });

  it('sets the primary estimate of each sensitivity beside the planned', () => {
    const rows = rowsOf(findings, 'sensitivity');
    expect(rows.map(({ part: id }) => id)).toEqual(
      report.parts.filter(({ item }) => item === 'T6').map(({ id }) => id),
    );
    for (const row of rows) {
      const { estimate, low, high, p, n, events } = part(report, String(row['part'])).findings!.primary!;
      expect(row).toMatchObject({ estimate, low, high, p, n, events });
    }
  });

  it('sets the odds ratios of an item under a sensitivity beside the planned', () => {
    if (name !== 'crlm-tcia') return expect(findings.tables.filter(({ id }) => id.startsWith('beside-'))).toEqual([]);
    const [planned, varied] = ['T3', 'S2 T3'].map((id) => rowsOf(part(report, id).findings!, 'odds-ratios'));
    const rows = rowsOf(findings, 'beside-T3-odds-ratios');
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) {
      const own = (of: typeof planned) =>
        of!.find(({ covariate, level }) => covariate === row['covariate'] && level === (row['level'] ?? level))!;
      const line = (of: typeof planned) => [own(of)['odds_ratio'], own(of)['odds_ratio_low'], own(of)['p']];
      expect([row['ratio_0'], row['low_0'], row['p_0']]).toEqual(line(planned));
      expect([row['ratio_1'], row['low_1'], row['p_1']]).toEqual(line(varied));
    }
  });

  it('answers an item of a checklist with a place that it holds, or leaves it to the authors', () => {
    const ids = new Set(report.parts.map(({ id }) => id));
    const places = report.checklists.flatMap(({ items }) => items.map(({ where }) => where));
    expect(places).toContain(null);
    for (const where of places)
      if (where !== null && !/^(Methods|Sensitivity of the primary analysis)$/.test(where))
        for (const id of where.split(', ')) expect(ids).toContain(id);
  });

  it('is the same when it is asked again', async () => {
    expect(await ask(frame, { analysis: 'report', items: ['T7'] })).toMatchObject({
      report: { parts: [part(report, 'T7')] },
    });
  });
});

describe('The sensitivities of an item', () => {
  it('stand as they are counted, in whatever order the definition is kept', () => {
    const ids = ['S10', 'S2', 'imputed', 'S1'];
    const sensitivities = Object.fromEntries(ids.map((id) => [id, { says: id, of: ['T6'] }]));
    const parts = plannedParts({ sets: {}, items: [{ id: 'T6', analysis: 'survival' }], sensitivities });
    expect(parts.map(({ id }) => id)).toEqual(['T6', 'S1 T6', 'S2 T6', 'S10 T6', 'imputed T6']);
  });
});

const COLUMNS =
  'time: { type: duration, unit: months }, died: boolean, age: number, arm: { codes: [a, b] }, site: { codes: [x] }';
const REST = `
endpoints: { os: { origin: diagnosis, time: time, event: died } }
groups: { arm: { by: arm } }
plan:
  primary: T6
  sets: { factors: [age, arm, site] }
  items:
    - { id: Fig1, analysis: eligibility }
    - { id: T1, analysis: table-one, by: arm, variables: factors }
    - { id: Fig2, analysis: oncoprint, atLeast: 0.05 }
    - { id: T3, analysis: logistic, outcome: died, univariable: factors, adjust: [age, site] }
    - { id: T4, analysis: association-scan, outcome: arm, scan: genes, minAltered: 10, family: genes }
    - { id: Fig4, analysis: survival, endpoint: os, times: [12, 36] }
    - { id: T5, analysis: survival, endpoint: os, by: factors }
    - { id: T6, analysis: survival, endpoint: os, by: arm, adjust: [age] }
    - { id: T7, analysis: prediction, endpoint: os, candidates: [factors], folds: 5, repeats: 2, bootstrap: 5, stability: 5 }
`;

const patients = (n: number, row: (i: number) => string): string =>
  ['row_id,time,died,age,arm,site', ...Array.from({ length: n }, (_, i) => `p${i},${row(i)}`)].join('\n');

describe.each([
  ['one patient', patients(1, () => '10,yes,60,a,x')],
  ['no events', patients(60, (i) => `${10 + i},no,${40 + (i % 37)},${i % 2 ? 'a' : 'b'},x`)],
  ['one group', patients(60, (i) => `${10 + i},${i % 2 ? 'yes' : 'no'},${40 + (i % 37)},a,x`)],
  ['everything missing', patients(20, () => ',,,,')],
])('The report of a cohort of %s', (_, csv) => {
  it('is a report that says what it could not answer, and why', async () => {
    const { report } = await ask(tableFrame(COLUMNS, REST, csv), { analysis: 'report' });
    expect(report!.parts).toHaveLength(9);
    for (const { findings, refused, id } of report!.parts) {
      expect(findings === null, id).toBe(refused !== null);
      if (refused) expect(refused.says.length, id).toBeGreaterThan(20);
    }
    expect(part(report!, 'T4').refused!.says).toContain('without sequencing');
  });
});

describe('The words of a report', () => {
  it('call time zero, scores and steps as the definition does', async () => {
    const rest = `
labels: { found: diagnosis, old: Age score }
derived: { old: { source: Fong 1999, score: { age > 60.0: 1 } } }
criteria: [{ id: A, says: adults, cel: age >= 18.0 }]
endpoints: { os: { origin: found, events: [{ date: died }], seen: seen } }
plan: { items: [{ id: Fig4, analysis: survival, endpoint: os, times: [12] }] }
`;
    const csv = ['row_id,age,found,died,seen', 'a,17,2015-01-01,,2018-01-01', 'b,70,2015-01-01,2016-01-01,'].join('\n');
    const frame = tableFrame('age: number, found: date, died: date, seen: date', rest, csv);
    expect(frame.endpoint('os', '').origin).toBe('diagnosis');
    const [eligible, ...method] = (await ask(frame, { analysis: 'report' })).method;
    expect(eligible).toContain('(A) adults. 1 patients were eligible.');
    expect(method.join('\n')).toContain(
      'Overall survival (os) counts from diagnosis (found) to died, and is otherwise censored at seen.',
    );
    expect(method.join('\n')).toContain('Age score, after Fong 1999: age > 60.0 (1).');
  });
});

describe('A report that cannot be made', () => {
  it('says that there is no plan', async () => {
    const frame = tableFrame(
      COLUMNS,
      REST.slice(0, REST.indexOf('plan:')),
      patients(3, () => '10,yes,60,a,x'),
    );
    await expect(ask(frame, { analysis: 'report' })).rejects.toMatchObject({ code: 'no-plan' });
  });

  it('names an item that the plan does not have', async () => {
    await expect(ask(demoFrame('crlm-tcia'), { analysis: 'report', items: ['T99'] })).rejects.toMatchObject({
      code: 'unknown-item',
      place: { pointer: '/items/0' },
    });
  });

  it('is stopped between items', async () => {
    const report = ANALYSES.find(({ name }) => name === 'report')!;
    let asked = 0;
    const progress = {
      stage: () => undefined,
      stopped: () => {
        asked += 1;
        if (asked > 2) throw new RangeError('stopped');
      },
    };
    await expect(
      Promise.resolve(report.run(demoFrame('crlm-tcia'), report.request.parse({ analysis: 'report' }), progress)),
    ).rejects.toThrow('stopped');
  });
});
