import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../lib/cohort/index.ts';
import { alteration, frameOf, pseudonym } from './read.ts';

const YAML = `title: Events
cut: 2020-12-31
tables:
  - { match: clinical.csv, rows: patient, patient: id, columns: { diagnosed: date, died: date, age: number, cea: { type: number, bounds: true }, n: { codes: [n0, n1] } } }
  - { match: "surgery*.csv", name: surgery, rows: event, patient: id, date: day, columns: { day: date, organ: { codes: [liver, other] }, margin: { codes: [R0, R1, R2] }, ned: boolean } }
  - { match: drug.csv, name: drug, rows: event, patient: id, date: given, columns: { given: date, kind: text } }
checks:
  - { id: too-young, level: error, cel: age < 18 }
  - { id: death-order, level: cell, column: died, cel: 'died < diagnosed || exists(surgery, day > died)' }
  - { id: undated, of: surgery, level: error, cel: missing(day) }
  - { id: r2-ned, of: surgery, level: warning, cel: 'margin == "R2" && ned', says: R2 is called NED, remedy: Look at the report. }
  - { id: gap, of: surgery, level: warning, cel: gap > 100 }
derived:
  liver: { of: surgery, cel: 'organ == "liver"' }
  gap: { of: surgery, cel: 'when(exists(surgery, day < row.day), days(last(surgery, day < row.day, day), row.day))' }
  number_before: { of: surgery, cel: 'exists(surgery, day < row.day && exists(drug, given < row.day))' }
  first_liver: first(surgery, liver, day)
  last_margin: last(surgery, liver, margin)
  operated: exists(surgery, liver)
  treated: exists(drug, kind == "a")
  score: { source: Fong 1999, score: { cea > 200: 1, 'n == "n1"': 2 } }
  high: score >= 2
endpoints:
  os: { origin: diagnosed, events: [{ date: died }], seen: cut }
  operation: { origin: diagnosed, events: [{ date: first_liver, when: operated }], seen: cut }
criteria:
  - { id: 1, says: operated on, cel: 'exists(surgery, liver && margin != "R2")' }
groups:
  operated: { by: operated, known: first_liver }
`;

const CLINICAL = `id,diagnosed,died,age,cea,n
a,2018-01-01,2019-06-01,50,300,n1
b,2018-01-01,2018-03-01,60,>250,
c,2018-01-01,,70,,n1
d,2018-01-01,,17,10,n0
e,2018-01-01,2017-01-01,40,,n0
`;
const SURGERY = `id,day,organ,margin,ned
a,2018-09-01,liver,R2,yes
a,2018-02-01,other,R0,
a,2018-03-01,liver,R0,no
b,2018-05-01,other,R0,
c,,liver,R0,
c,2018-04-01,,R1,
d,2018-04-01,liver,R1,
x,2018-04-01,liver,R1,
`;
const FILES = { 'clinical.csv': CLINICAL, 'surgery.csv': SURGERY };

function values(cel: string, files: Record<string, string> = FILES, yaml = YAML): Record<string, unknown> {
  const { frame } = frameOf(yaml, files);
  const column = frame.evaluate(cel, '/where');
  const keys = frame.evaluate('true', '/where');
  expect(keys.type).toBe('boolean');
  const ids = ['a', 'b', 'c', 'd', 'e'].map((id) => [pseudonym('patient', id), id] as const).sort();
  const present = ids.filter(([, id]) => id !== 'd');
  return Object.fromEntries(
    present.map(([, id], row) => {
      switch (column.type) {
        case 'boolean':
          return [id, [false, true, null][column.values[row]!]];
        case 'category':
          return [id, column.levels[column.codes[row]!] ?? null];
        case 'date':
          return [
            id,
            Number.isNaN(column.values[row]!)
              ? null
              : new Date(column.values[row]! * 86_400_000).toISOString().slice(0, 10),
          ];
        case 'number':
          return [id, Number.isNaN(column.values[row]!) ? null : column.values[row]];
        default:
          return [id, column.values[row]];
      }
    }),
  );
}

describe('A table of events', () => {
  it('is gone through by exists, first and last, in order of date and not of the file', () => {
    expect(values('first_liver')).toEqual({ a: '2018-03-01', b: null, c: null, e: null });
    expect(values('last_margin')).toEqual({ a: 'R2', b: null, c: null, e: null });
    expect(values('first(surgery, true, organ)')).toEqual({ a: 'other', b: 'other', c: null, e: null });
  });

  it('leaves open what an unreadable cell leaves open, and says no of a patient without rows', () => {
    expect(values('operated')).toEqual({ a: true, b: false, c: null, e: false }); // c: the organ isn't said
    expect(values('exists(surgery, margin == "R1")')).toEqual({ a: false, b: false, c: true, e: false });
  });

  it('says nothing at all while no source of it is in force', () => {
    expect(values('treated')).toEqual({ a: null, b: null, c: null, e: null });
    expect(values('treated', { ...FILES, 'drug.csv': 'id,given,kind\na,2018-01-01,a\n' })).toEqual({
      a: true,
      b: false,
      c: false,
      e: false,
    });
    expect(values('first(drug, true, kind)')).toEqual({ a: null, b: null, c: null, e: null });
  });

  it('compares each row with the others of its patient', () => {
    expect(values('last(surgery, liver, gap)')).toEqual({ a: 184, b: null, c: null, e: null });
    expect(values('first(surgery, true, gap)')).toEqual({ a: null, b: null, c: null, e: null });
    const files = { ...FILES, 'drug.csv': 'id,given,kind\na,2018-08-01,a\n' };
    expect(values('exists(surgery, number_before && day == date("2018-09-01"))', files)).toMatchObject({ a: true });
    expect(values('exists(surgery, number_before && day == date("2018-03-01"))', files)).toMatchObject({ a: false });
  });

  it('joins several files, whatever their order', () => {
    const lines = SURGERY.split('\n');
    const split = {
      'clinical.csv': CLINICAL,
      'surgery2.csv': lines.slice(0, 3).join('\n'),
      'surgery1.csv': [lines[0], ...lines.slice(3)].join('\n'),
    };
    for (const cel of ['first_liver', 'operated', 'last_margin']) expect(values(cel, split)).toEqual(values(cel));
  });

  it('feeds endpoints by dates, criteria and groups', () => {
    const { frame } = frameOf(YAML, FILES);
    const { event } = frame.endpoint('operation', '/endpoint');
    expect([...event].sort()).toEqual([0, 0, 1, 2]); // c isn't known
    expect(frame.group('operated', '/by').known).toBe('first_liver');
    expect(frame.definition.criteria).toEqual([expect.objectContaining({ id: '1' })]);
  });
});

describe('A check', () => {
  const problems = frameOf(YAML, FILES).problems.map(({ rule, level, file, line, column, value }) => [
    rule,
    level,
    file,
    line,
    column,
    value,
  ]);

  it('sets rows apart, cells aside, or flags, at the place that is wrong', () => {
    expect(problems).toEqual(
      expect.arrayContaining([
        ['too-young', 'error', 'clinical.csv', 5, undefined, undefined],
        ['death-order', 'cell', 'clinical.csv', 3, 'died', '2018-03-01'],
        ['death-order', 'cell', 'clinical.csv', 6, 'died', '2017-01-01'],
        ['undated', 'error', 'surgery.csv', 6, undefined, undefined],
        ['r2-ned', 'warning', 'surgery.csv', 2, undefined, undefined],
        ['gap', 'warning', 'surgery.csv', 2, undefined, undefined],
        ['unknown-patient', 'error', 'surgery.csv', 9, 'id', 'x'],
      ]),
    );
    expect(problems).toHaveLength(7);
  });

  it('takes patients and cells out of the frame', () => {
    const { frame } = frameOf(YAML, FILES);
    expect(frame.rows).toBe(4);
    expect(values('died')).toEqual({ a: '2019-06-01', b: null, c: null, e: null });
    const { event } = frame.endpoint('os', '/endpoint');
    expect([...event].filter((value) => value === 2)).toHaveLength(2); // a date set aside is no "alive"
  });

  it.each([
    ['names what is derived', 'cel: age < 18', 'cel: operated', /derived.*columns only/],
    ['names a gene', 'cel: age < 18', `cel: 'altered("KRAS")'`, /columns only/],
    ['has no column', 'level: cell, column: died,', 'level: cell,', /which column/],
    ["has another's column", 'column: died', 'column: day', /no column of the patients/],
    ['is of no table', 'id: undated, of: surgery', 'id: undated, of: surgeri', /no table called surgeri/],
    ['is called as another', 'id: undated', 'id: too-young', /another rule/],
    ["has a rule's name", 'id: undated', 'id: not-a-number', /another rule/],
    ['is no condition', 'cel: age < 18', 'cel: age', /boolean/],
  ])('is refused where it %s', (_, from, to, says) => {
    const text = YAML.replace(from, to);
    expect(text).not.toBe(YAML);
    expect(() => parseDefinition(text, 'cohort.yaml')).toThrow(says);
  });
});

describe('A named table of specimens', () => {
  const yaml = `title: Specimens
tables:
  - { match: p.csv, rows: patient, patient: id, columns: { age: number } }
  - { match: s.csv, name: specimens, rows: specimen, patient: id, specimen: sid, panel: chip, date: taken, columns: { taken: date, tissue: { codes: [primary, liver] }, purity: number } }
  - { match: c.csv, name: course, rows: event, patient: id, date: begun, columns: { begun: date } }
alterations: [{ match: a.maf, covers: listed }]
specimens: { counts: 'tissue == "primary" && taken < t0' }
checks:
  - { id: too-pure, of: specimens, level: cell, column: purity, cel: purity > 1 }
  - { id: taken-late, of: specimens, level: error, cel: 'exists(course, begun < row.taken) && tissue == "liver"' }
  - { id: thin, of: specimens, level: warning, cel: purity < 0.2 || kras }
derived:
  t0: 'first(course, true, begun)'
  kras: altered("KRAS")
  before: exists(specimens, tissue == "primary" && taken < t0)
  livers: exists(specimens, tissue == "liver")
  purest: last(specimens, true, purity)
`;
  const { frame, problems } = frameOf(yaml, {
    'p.csv': 'id,age\na,50\nb,60\n',
    's.csv':
      'id,sid,chip,taken,tissue,purity\na,s1,exome,2018-01-01,primary,1.5\na,s2,exome,2018-02-01,primary,0.1\na,s3,exome,2018-09-01,liver,0.5\nb,s4,exome,2018-04-01,primary,0.6\n',
    'c.csv': 'id,begun\na,2018-03-01\nb,2018-03-15\n',
    'a.maf': { rows: [alteration('s1', 'KRAS', { line: 3 })] },
  });
  const of = (cel: string): unknown[] => {
    const column = frame.evaluate(cel, '');
    const [a, b] = ['a', 'b'].map((id) => pseudonym('patient', id)).sort();
    const order = a === pseudonym('patient', 'a') && b ? [0, 1] : [1, 0];
    return order.map((row) =>
      column.type === 'boolean'
        ? [false, true, null][column.values[row]!]
        : column.type === 'number'
          ? column.values[row]
          : null,
    );
  };

  it('is gone through like events, whichever of them counts', () => {
    expect(of('before')).toEqual([true, false]);
    expect(of('purest')).toEqual([0.1, 0.6]); // the liver is out, a purity of 1.5 set aside
    expect(of('livers')).toEqual([false, false]);
    expect(of('purity')).toEqual([Number.NaN, Number.NaN]); // a: s1 counts, and is set aside; b: none was taken before
    expect(of('kras')).toEqual([true, null]);
  });

  it('is judged by checks, row by row, with what is known of the patient', () => {
    const told = problems.map(({ rule, level, line, column, value }) => [rule, level, line, column, value].join(' '));
    expect(told.sort()).toEqual([
      'taken-late error 4  ',
      'thin warning 2  ',
      'thin warning 3  ',
      'too-pure cell 2 purity 1.5',
    ]);
  });
});

describe('A score', () => {
  it('is the sum of its points, and bounds where an item is missing', () => {
    expect(values('score')).toEqual({ a: 3, b: null, c: null, e: null });
    expect(values('high')).toEqual({ a: true, b: null, c: true, e: false }); // b 1 to 3, c 2 to 3, e 0 to 1
    expect(values('score in [0, 1]')).toEqual({ a: false, b: null, c: false, e: null });
    expect(values('score == 3')).toEqual({ a: true, b: null, c: null, e: false });
    expect(values('missing(score)')).toEqual({ a: false, b: true, c: true, e: true });
    expect(values('score < 1 ? "low" : "not low"')).toEqual({ a: 'not low', b: 'not low', c: 'not low', e: null });
  });

  it('decides a comparison exactly where every value that the missing items may take agrees', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ points: fc.integer({ min: -3, max: 3 }), value: fc.constantFrom('yes', 'no', '') }), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.integer({ min: -8, max: 8 }),
        fc.constantFrom('<', '<=', '>', '>=', '=='),
        (items, limit, op) => {
          const names = items.map((_, i) => `x${i}`);
          const yaml = `title: T
tables: [{ match: p.csv, rows: patient, patient: id, columns: { ${names.map((name) => `${name}: boolean`).join(', ')} } }]
derived: { s: { score: { ${items.map(({ points }, i) => `x${i}: ${points}`).join(', ')} } } }
`;
          const { frame } = frameOf(yaml, {
            'p.csv': `id,${names.join(',')}\np,${items.map(({ value }) => value).join(',')}\n`,
          });
          let sums = [0];
          for (const { points, value } of items)
            sums = sums.flatMap((sum) =>
              value === 'yes' ? [sum + points] : value === 'no' ? [sum] : [sum, sum + points],
            );
          const of = (sum: number): boolean =>
            op === '<'
              ? sum < limit
              : op === '<='
                ? sum <= limit
                : op === '>'
                  ? sum > limit
                  : op === '>='
                    ? sum >= limit
                    : sum === limit;
          const answers = new Set(sums.map(of));
          const column = frame.evaluate(`s ${op} ${limit}`, '/where');
          const found = column.type === 'boolean' ? column.values[0] : undefined;
          // Bounds know no gaps: an equality between two reachable sums may stay open though none of them is it.
          const gap = op === '==' && !answers.has(true) && limit >= Math.min(...sums) && limit <= Math.max(...sums);
          if (answers.size === 2 || gap) expect(found).toBe(sums.length > 1 && new Set(sums).size > 1 ? 2 : found);
          else expect(found).toBe(answers.has(true) ? 1 : 0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('The definition of a conversion study', () => {
  const text = readFileSync(new URL('../../../demo/crlm-synthetic/cohort.yaml', import.meta.url), 'utf8');

  it('is said whole: every table, check, derivation, criterion, endpoint, group and the plan', () => {
    const definition = parseDefinition(text, 'cohort.yaml');
    expect(definition.checks).toHaveLength(14);
    expect(definition.criteria).toHaveLength(11);
    expect(Object.keys(definition.derived)).toHaveLength(38);
    expect(definition.plan?.items).toHaveLength(19);
    // The normal form, in which it is kept, says the same.
    const { places: _, ...says } = definition;
    const { places: __, ...again } = parseDefinition(JSON.stringify(says), 'cohort.yaml');
    expect(again).toEqual(says);
  });

  it.each([
    ['a derivation', 'organ in ["liver", "both"]', 'organ in ["livr", "both"]', /livr/],
    [
      'a row',
      'surgery_date <= row.surgery_date && liver)',
      'surgery_date <= row.surgery_dat && liver)',
      /no surgery_dat/,
    ],
    ['a check', 'cel: death_date < diagnosis_date', 'cel: death_dat < diagnosis_date', /death_dat/],
    ['a criterion', 'cel: crs >= 3', 'cel: crs >= "3"', /text/],
    ['a score', 'cea > 200: 1', 'ceaa > 200: 1', /ceaa/],
    ['an endpoint', 'origin: conversion_date', 'origin: tbs', /number/],
    ['a sensitivity', `rectal_rt' }`, `rectal' }`, /rectal/],
    ['a set of variables', 't6: [age, right', 't6: [age, rigth', /rigth/],
    ['a step that is dropped', 'criteria: { 7: drop }', 'criteria: { 77: drop }', /no criterion 77/],
    ['an item', 'primary: T6', 'primary: T66', /no item T66/],
    ['a step that validation has', '{ id: 1, says: CRC', '{ id: 0, says: CRC', /step 0/],
    ['a step that stands twice', '{ id: 2, says: liver', '{ id: 1, says: liver', /two criteria are called 1/],
    ['a set called as a variable', '    t6: [age', '    tbs: [age', /variable is called tbs/],
    ['what a sensitivity sets', `free: 'margin == "R0"'`, `free: 'margin == "R5"'`, /none of its values/],
    ['a circle that a sensitivity makes', `free: 'margin == "R0"'`, 'free: clear', /circle/],
    ['a sensitivity of what is not derived', `free: 'margin == "R0"'`, 'margin: free', /margin is not derived/],
    [
      'a sensitivity that would change which specimen counts',
      `free: 'margin == "R0"'`,
      't0: diagnosis_date',
      /which specimen counts rests on t0/,
    ],
    ['a column read outside its table', 'resected: exists(surgery, liver)', 'resected: liver', /rows of surgery/],
    ['a list within a list', 'resected: exists(surgery, liver)', 'resected: exists(surgery, organ)', /true or false/],
    ['a circle through a table', 'liver: { of: surgery, cel:', "liver: { of: surgery, cel: 'resected' } #", /circle/],
  ])('is refused with the place where %s is wrong', (_, from, to, says) => {
    const wrong = text.replace(from, to);
    expect(wrong).not.toBe(text);
    expect(() => parseDefinition(wrong, 'cohort.yaml')).toThrow(says);
  });
});
