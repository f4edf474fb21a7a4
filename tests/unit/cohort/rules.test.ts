import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDefinition, RULE_TEMPLATES, RULES, rulesPage } from '../../../lib/cohort/index.ts';
import { checkOf, type Filled, type Role } from '../../../lib/cohort/templates/rule-templates.ts';
import { alteration, frameOf } from './read.ts';

const ROOT = new URL('../../../', import.meta.url);

describe('The list of rules', () => {
  it('is what the page says', () => {
    expect(readFileSync(new URL('docs/rules.md', ROOT), 'utf8')).toBe(rulesPage());
  });

  it('has every rule that the code tells of, and each once', () => {
    const told = ['base', 'cohort', 'formats', 'ingest'].flatMap((room) =>
      readdirSync(new URL(`lib/${room}/`, ROOT), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .flatMap((file) => [
          ...readFileSync(new URL(`lib/${room}/${file}`, ROOT), 'utf8').matchAll(/\brule: '([a-z0-9-]+)'/g),
        ])
        .map(([, id]) => id!),
    );
    const vcf = readdirSync(new URL('lib/formats/vcf/', ROOT), { encoding: 'utf8' }).flatMap((file) => {
      const text = readFileSync(new URL(`lib/formats/vcf/${file}`, ROOT), 'utf8');
      return [...text.matchAll(/(?:apart|cellLost|add|#wrong|warn)\(\s*'([a-z]+(?:-[a-z]+)*)'/g)].map(([, id]) => id!);
    });
    const refusals = /FAULTS[^[]*\[([^\]]*)\]/.exec(
      readFileSync(new URL('lib/ingest/rejection.ts', ROOT), 'utf8'),
    )![1]!;
    told.push(...[...refusals.matchAll(/'([a-z-]+)'/g)].map(([, id]) => id!));
    const ids = [...RULES, ...RULE_TEMPLATES].map(({ id }) => id);
    expect(told.length).toBeGreaterThan(20);
    expect([...new Set(told)].filter((id) => !ids.includes(id))).toEqual([]);
    expect(vcf.filter((id) => !ids.includes(id) && !ids.includes(`vcf-${id}`))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

/** Columns that play every role, in a cohort of one table of patients and one of events. */
const FILLED: Filled = {
  names: {
    'birth year': 'by',
    age: 'age',
    'diagnosis date': 'dx',
    'biopsy date': 'bx',
    'treatment date': 'tx',
    'response date': 'rx',
    'resection date': 'sx',
    'progression date': 'px',
    'last contact date': 'lx',
    'death date': 'deathx',
    'conversion date': 'cx',
    dead: 'died',
    'overall survival': 'os',
    'disease-free survival': 'dfs',
    'progression-free survival': 'pfs',
    microsatellites: 'msi',
    margin: 'margin',
    'no evidence of disease': 'ned',
    table: 'course',
    'start date': 'start',
    'end date': 'stop',
    'event date': 'start',
  } satisfies Record<Role, string>,
};

const COLUMNS = ['by', 'age', 'dx', 'bx', 'tx', 'rx', 'sx', 'px', 'lx', 'deathx', 'cx', 'died', 'os', 'dfs', 'pfs'];
const YAML = `title: Rules
cut: 2022-12-31
tables:
  - { match: p.csv, rows: patient, patient: id, columns: { by: integer, age: number, dx: date, bx: date, tx: date, rx: date, sx: date,
      px: date, lx: date, deathx: date, cx: date, died: boolean, os: number, dfs: number, pfs: number,
      msi: { codes: [MSS, MSI-H] }, margin: { codes: [R0, R2] }, ned: boolean } }
  - { match: c.csv, name: course, rows: event, patient: id, date: start, columns: { start: date, stop: date } }
checks: ${JSON.stringify(RULE_TEMPLATES.map((template) => checkOf(template, FILLED)))}
`;
const GOOD: Readonly<Record<string, string>> = {
  by: '1950',
  age: '68',
  dx: '2018-01-01',
  bx: '2018-01-02',
  tx: '2018-02-01',
  rx: '2018-04-01',
  sx: '2018-06-01',
  px: '2019-01-01',
  lx: '2020-01-01',
  deathx: '2020-02-01',
  cx: '2018-06-01',
  died: 'yes',
  os: '24',
  dfs: '12',
  pfs: '11',
  msi: 'MSS',
  margin: 'R0',
  ned: 'yes',
};

function rulesBroken(changes: Readonly<Record<string, string>>, course = '2018-02-01,2018-05-01'): string[] {
  const row = { ...GOOD, ...changes };
  const names = [...COLUMNS, 'msi', 'margin', 'ned'];
  const { problems } = frameOf(YAML, {
    'p.csv': `id,${names.join(',')}\np,${names.map((name) => row[name]).join(',')}\n`,
    'c.csv': `id,start,stop\np,${course}\n`,
  });
  return problems.map(({ rule }) => rule);
}

describe('A template by role', () => {
  it('makes a check that a definition takes', () => {
    expect(parseDefinition(YAML, 'cohort.yaml').checks).toHaveLength(RULE_TEMPLATES.length);
    expect(rulesBroken({})).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string>>, string?]>([
    ['death-before-birth', { by: '2021', age: '' }],
    ['death-before-diagnosis', { deathx: '2017-01-01' }],
    ['diagnosis-before-birth', { by: '2019', age: '' }],
    ['biopsy-before-diagnosis', { bx: '2017-12-31' }],
    ['resection-before-treatment', { sx: '2018-01-20' }],
    ['progression-before-resection', { px: '2018-05-01' }],
    ['last-contact-before-progression', { lx: '2018-12-01' }],
    ['death-before-last-contact', { deathx: '2019-12-01' }],
    ['age-against-dates', { age: '50' }],
    ['death-without-date', { deathx: '' }],
    ['date-without-death', { died: 'no' }],
    ['overall-survival-negative', { os: '-1' }],
    ['overall-survival-zero', { os: '0' }],
    ['disease-free-beyond-overall', { dfs: '25' }],
    ['progression-free-beyond-overall', { pfs: '25' }],
    ['last-contact-after-cut', { lx: '2023-01-01', deathx: '2023-02-01' }],
    ['msi-high', { msi: 'MSI-H' }],
    ['r2-called-free', { margin: 'R2' }],
    ['conversion-before-treatment', { cx: '2018-01-15' }],
    ['end-before-start', {}, '2018-02-01,2018-01-01'],
    ['death-before-event', {}, '2021-02-01,2021-03-01'],
  ])('tells of what it is for: %s', (id, changes, course) => {
    expect(rulesBroken(changes, course)).toContain(id);
  });
});

describe('A rule that always runs', () => {
  const yaml = (columns: string): string =>
    `title: T\ntables: [{ match: "p*.csv", rows: patient, patient: id, columns: { ${columns} } }]\nalterations: [{ match: "*.maf", covers: present, panel: exome }]\n`;

  it('counts a variant once, over all sources, and tells where it stands again', () => {
    const at = { chromosome: '12', position: 25398284, ref: 'C', alt: 'T' };
    const { frame, problems } = frameOf(yaml('age: number'), {
      'p.csv': 'id,age\ns1,50\ns2,60\n',
      'a.maf': {
        rows: [
          alteration('s1', 'KRAS', { ...at, line: 2 }),
          alteration('s1', 'KRAS', { ...at, line: 3 }),
          alteration('s1', 'KRAS', { ...at, alt: 'A', line: 4 }),
          alteration('s2', 'KRAS', { ...at, line: 5 }),
        ],
      },
      'b.maf': { rows: [alteration('s1', 'KRAS', { ...at, chromosome: 'chr12', line: 9 })] },
    });
    expect(
      problems.filter(({ rule }) => rule === 'duplicate-variant').map(({ file, line, rows }) => [file, line, rows]),
    ).toEqual([
      ['a.maf', 3, 1],
      ['b.maf', 9, 1],
    ]);
    expect(frame.genes().symbols).toEqual(['KRAS']);
  });

  it('counts once what is told twice in the same words, where no place is given', () => {
    const { problems } = frameOf(yaml('age: number'), {
      'p.csv': 'id,age\ns1,50\ns2,60\n',
      'a.maf': {
        rows: [
          alteration('s1', 'KRAS', { protein: 'p.G12D', line: 2 }),
          alteration('s1', 'KRAS', { protein: 'p.G12D', line: 3 }),
          alteration('s1', 'KRAS', { protein: 'p.G12V', line: 4 }),
          alteration('s2', 'KRAS', { protein: 'p.G12D', line: 5 }),
          alteration('s2', 'KRAS', { protein: null, line: 6 }),
          alteration('s2', 'KRAS', { protein: null, line: 7 }),
          alteration('s2', 'KRAS', { protein: null, class: 'Nonsense_Mutation', line: 8 }),
        ].map((row) => ({ ...row, position: null })),
      },
    });
    const twice = problems.filter(({ rule }) => rule === 'duplicate-variant');
    expect(twice.map(({ line, value, rows }) => [line, value, rows])).toEqual([[3, 'KRAS p.G12D', 2]]);
  });

  it.each([
    ['centimetres among millimetres', [32, 25, 41, 18, 29, 55, 38, 47, 22, 36, 61, 3.4, 2.8], 10],
    ['litres among millilitres', [...Array.from({ length: 30 }, (_, i) => 1100 + 20 * i), 1.2, 1.5, 1.4], 1000],
    ['a tumour marker over four decades', [0.5, 1, 2, 3, 5, 8, 13, 21, 55, 144, 377, 987, 2584, 5000], undefined],
    ['one typing error', [32, 25, 41, 18, 29, 55, 38, 47, 22, 36, 61, 320], undefined],
    ['a marker of which two are low', [36.7, 54.5, ...Array.from({ length: 28 }, (_, i) => 85 + 15 * i)], undefined],
    ['ages', Array.from({ length: 60 }, (_, i) => 30 + i), undefined],
    ['too few values', [1, 2, 10, 20], undefined],
  ] as const)('sees two units where there are two: %s', (_, values, factor) => {
    const { problems } = frameOf(yaml('size: number'), {
      'p.csv': `id,size\n${values.map((value, i) => `p${i},${value}`).join('\n')}\n`,
    });
    const found = problems.filter(({ rule }) => rule === 'two-units');
    expect(found.map(({ column }) => column)).toEqual(factor === undefined ? [] : ['size']);
    if (factor !== undefined) expect(found[0]!.says).toContain(`${factor} times`);
  });
});

it('A check of what is missing stands where the column is, not in another table of the patient', () => {
  const yaml = `title: C
tables:
  - { match: a.csv, rows: patient, patient: id, columns: { age: number } }
  - { match: b.csv, rows: patient, patient: id, columns: { dead: boolean, died: date } }
checks: [{ id: no-date, level: warning, column: died, cel: dead && missing(died) }]
`;
  const { problems } = frameOf(yaml, { 'a.csv': 'id,age\nq,60\np,50\n', 'b.csv': 'id,dead,died\np,yes,\nq,no,\n' });
  expect(problems).toMatchObject([{ rule: 'no-date', file: 'b.csv', line: 2, column: 'died' }]);
});
