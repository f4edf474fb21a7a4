import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildFrame,
  type Column,
  type FrameTables,
  MISSING,
  openCohort,
  parseDefinition,
  type Table,
} from '../../../lib/cohort/index.ts';
import { alteration, frameOf, pseudonym, read } from './read.ts';

const YAML = `title: Small
tables:
  - match: "clinical*.csv"
    rows: patient
    patient: id
    columns: { age: { type: number, label: Age }, sex: { codes: [M, F] } }
  - match: specimens.csv
    rows: specimen
    patient: id
    specimen: sid
    panel: chip
    date: taken
    columns: { taken: date, tissue: { codes: [primary, liver] }, purity: number }
alterations:
  - { match: "*.maf", covers: listed }
specimens: { counts: 'tissue == "primary" && (missing(age) || age > 0)' }
qualifying: { filters: [PASS], minVaf: 0.05 }
derived:
  kras: altered("KRAS")
  pure: purity > 0.5
groups:
  kras: { by: 'altered("KRAS")', labels: { "true": altered, "false": wild type } }
  sex: { by: sex }
`;

const CLINICAL = 'id,age,sex\np1,50,M\np2,60,F\np3,70,F\np4,,M\n';
const SPECIMENS = `id,sid,chip,taken,tissue,purity
p1,s1b,exome,2020-02-01,primary,0.2
p1,s1a,exome,2020-01-01,primary,0.9
p1,s1c,exome,2019-01-01,liver,0.9
p2,s2,exome,2020-01-01,primary,0.9
p3,s3,,2020-01-01,primary,0.9
`;

const pass = { filter: 'PASS', alleleFraction: 0.3 };
const MAF = {
  rows: [
    alteration('s1a', 'TP53', pass),
    alteration('s1b', 'KRAS', pass),
    alteration('s1c', 'KRAS', pass),
    alteration('s2', 'KRAS', { ...pass, protein: 'p.G12D', line: 5 }),
    alteration('s2', 'TP53', { ...pass, class: 'Silent' }),
    alteration('s3', 'KRAS', pass),
  ],
};

const FILES = { 'clinical.csv': CLINICAL, 'specimens.csv': SPECIMENS, 'a.maf': MAF };

/** By patient's own identifier, since rows are in order of opaque keys. */
function byPatient(column: Column, identifiers: readonly string[] = ['p1', 'p2', 'p3', 'p4']): unknown[] {
  const keys = identifiers.map((identifier) => pseudonym('patient', identifier)).sort();
  return identifiers.map((identifier) => {
    const row = keys.indexOf(pseudonym('patient', identifier));
    if (column.type === 'boolean') return [false, true, null][column.values[row]!];
    if (column.type === 'category') return column.levels[column.codes[row]!] ?? null;
    if (column.type === 'text') return column.values[row];
    const value = column.values[row]!;
    return Number.isNaN(value) ? null : value;
  });
}

function evaluate(cel: string, files: Parameters<typeof frameOf>[1] = FILES, yaml = YAML): unknown[] {
  return byPatient(frameOf(yaml, files).frame.evaluate(cel, '/by'));
}

const rulesOf = (files: Parameters<typeof frameOf>[1], yaml = YAML) =>
  frameOf(yaml, files).problems.map(({ rule, file, line, rows }) => [rule, file, line, rows]);

describe('A frame', () => {
  it('counts of several specimens that may the earliest, whose columns are the patient’s', () => {
    expect(evaluate('purity')).toEqual([0.9, 0.9, 0.9, null]);
    expect(evaluate('tissue')).toEqual(['primary', 'primary', 'primary', null]);
    expect(evaluate('pure')).toEqual([true, true, true, null]);
  });

  it('counts by identifier where the dates are the same or missing', () => {
    const specimens = SPECIMENS.replace('2020-02-01', '').replace('2020-01-01,primary,0.9\np1', ',primary,0.9\np1');
    expect(evaluate('purity', { ...FILES, 'specimens.csv': specimens })[0]).toBe(0.9);
  });

  it('takes a gene for missing, never wild type, where its specimen was not sequenced or what it was sequenced with is not known', () => {
    expect(evaluate('altered("KRAS")')).toEqual([false, true, true, null]);
    expect(evaluate('altered("TP53")')).toEqual([true, false, null, null]);
    expect(rulesOf(FILES)).toEqual([
      ['patient-without-specimen', 'clinical.csv', 5, undefined],
      ['unknown-panel', 'cohort.yaml', undefined, 1],
    ]);
  });

  it('covers nobody while no source of alterations is in force', () => {
    const { 'a.maf': _, ...clinical } = FILES;
    expect(evaluate('altered("KRAS")', clinical)).toEqual([null, null, null, null]);
    expect(evaluate('kras', clinical)).toEqual([null, null, null, null]);
    expect(frameOf(YAML, clinical).frame.genes().symbols).toEqual([]);
  });

  it('covers only those who occur, where the definition says so', () => {
    const yaml = YAML.replace('covers: listed', 'covers: present, panel: exome');
    const files = { ...FILES, 'a.maf': { rows: [alteration('s2', 'KRAS', pass)], apart: [['s3', 'TP53']] as const } };
    expect(evaluate('altered("KRAS")', files, yaml)).toEqual([null, true, false, null]);
    expect(evaluate('altered("TP53")', files, yaml)).toEqual([null, false, null, null]);
  });

  it.each([
    ['a filter that does not pass', { filter: 'PASS;wga', alleleFraction: 0.3 }, false],
    ['too small a share of reads', { filter: 'PASS', alleleFraction: 0.04 }, false],
    ['a silent class', { ...pass, class: 'Silent' }, false],
    ['no filter', { ...pass, filter: null }, null],
    ['no share of reads', { ...pass, alleleFraction: null }, null],
    ['no class', { ...pass, class: null }, null],
    ['neither class nor a filter that passes', { ...pass, class: null, filter: 'bad' }, false],
    ['a change in copy number', { ...pass, kind: 'copy number', class: null, filter: null }, true],
  ] as const)('judges what qualifies: %s', (_, of, expected) => {
    const files = { ...FILES, 'a.maf': { rows: [alteration('s2', 'KRAS', of)] } };
    expect(evaluate('altered("KRAS")', files)[1]).toBe(expected);
    const genes = frameOf(YAML, files).frame.genes();
    const row = [...['p1', 'p2', 'p3', 'p4'].map((p) => pseudonym('patient', p))]
      .sort()
      .indexOf(pseudonym('patient', 'p2'));
    const bit = (bits: Uint32Array) => (bits[0]! >>> row) & 1;
    expect([bit(genes.altered(0)), bit(genes.covered(0))]).toEqual(expected === null ? [0, 0] : [Number(expected), 1]);
  });

  it.each([
    ['altered("KRAS", codon in [12, 13])', 'p.G12D', true],
    ['altered("KRAS", codon in [12, 13])', 'p.Q61H', false],
    ['altered("KRAS", codon == 14)', 'p.G12_A18del', true],
    ['altered("KRAS", codon in [12, 13])', null, null],
    ['altered("KRAS", protein == "p.G12D")', 'p.G12D', true],
    ['altered("KRAS", allele_fraction > 0.2 && class == "Missense_Mutation")', null, true],
    ['altered("KRAS", codon == 12 || allele_fraction > 0.9)', 'p.G13D', false],
  ])('asks a condition of the alterations: %s of %s', (cel, protein, expected) => {
    const files = { ...FILES, 'a.maf': { rows: [alteration('s2', 'KRAS', { ...pass, protein })] } };
    expect(evaluate(cel, files)[1]).toBe(expected);
  });

  it('refuses a gene that nobody names, and says which it may be', () => {
    const { frame } = frameOf(YAML, FILES);
    expect(() => frame.evaluate('altered("KRASS")', '/by')).toThrow(
      expect.objectContaining({
        code: 'unknown-gene',
        remedy: expect.stringContaining('KRAS'),
        place: { pointer: '/by', value: '"KRASS"' },
      }),
    );
    const typo = YAML.replace('altered("KRAS")', 'altered("KRASS")');
    const told = frameOf(typo, FILES).problems.find(({ rule }) => rule === 'unknown-gene');
    expect(told).toMatchObject({ file: 'cohort.yaml', line: 19, value: 'KRASS', remedy: /\S/ });
    expect(evaluate('kras', FILES, typo)).toEqual([null, null, null, null]);
  });

  it('sets apart a patient whose rows disagree, and knows her all the same', () => {
    const files = { ...FILES, 'clinical2.csv': 'id,age,sex\np2,61,F\np4,40,M\n' };
    const { frame, problems } = frameOf(YAML, files);
    expect(frame.rows).toBe(3);
    const among = new Set(['conflicting-values', 'duplicate-patient']);
    expect(problems.filter(({ rule }) => among.has(rule))).toMatchObject([
      {
        rule: 'conflicting-values',
        level: 'error',
        file: 'clinical2.csv',
        line: 2,
        column: 'age',
        value: '61',
        says: /line 3 of clinical.csv/,
      },
      { rule: 'duplicate-patient', level: 'warning', file: 'clinical2.csv', line: 3 }, // of rows that agree
    ]);
    expect(byPatient(frame.variable('age', ''), ['p1', 'p3', 'p4'])).toEqual([50, 70, 40]); // an empty cell contradicts nothing
  });

  it('tells of an unknown patient or specimen once, with its rows', () => {
    const files = {
      ...FILES,
      'specimens.csv': `${SPECIMENS}p9,s9,exome,2020-01-01,primary,1\n`,
      'a.maf': {
        rows: [...MAF.rows, ...[7, 8].map((line) => alteration('s8', 'KRAS', { line })), alteration('s9', 'KRAS')],
      },
    };
    expect(rulesOf(files).filter(([rule]) => rule === 'unknown-patient')).toEqual([
      ['unknown-patient', 'a.maf', 7, 2],
      ['unknown-patient', 'specimens.csv', 7, 1],
    ]);
  });

  it('knows a patient whose own row was set apart', () => {
    const yaml = YAML.replace('age: { type: number, label: Age }', 'age: { type: duration, unit: years }');
    const files = { ...FILES, 'clinical.csv': CLINICAL.replace('p2,60', 'p2,-60') };
    expect(frameOf(yaml, files).frame.rows).toBe(3);
    expect(rulesOf(files, yaml).map(([rule]) => rule)).toEqual([
      'negative-time',
      'patient-without-specimen',
      'unknown-panel',
    ]);
  });

  it('sets apart a specimen of two patients', () => {
    const files = { ...FILES, 'specimens.csv': `${SPECIMENS}p3,s2,exome,2020-01-01,primary,0.9\n` };
    const { problems } = frameOf(YAML, files);
    expect(problems.find(({ rule }) => rule === 'conflicting-values')).toMatchObject({
      file: 'specimens.csv',
      line: 7,
      value: 'p3',
    });
    expect(evaluate('altered("KRAS")', files)).toEqual([false, null, true, null]);
  });

  it('takes a specimen for its patient where no table lists specimens', () => {
    const yaml = `title: Plain
tables: [{ match: a.csv, rows: patient, patient: id, columns: { age: number } }]
alterations: [{ match: "*.maf", covers: listed, panel: exome, build: GRCh38 }]
`;
    const { frame, problems } = frameOf(yaml, {
      'a.csv': 'id,age\np1,1\np2,2\n',
      'a.maf': { rows: [alteration('p1', 'KRAS'), alteration('p7', 'KRAS')] },
    });
    expect(byPatient(frame.evaluate('altered("KRAS")', ''), ['p1', 'p2'])).toEqual([true, false]);
    expect(problems.map(({ rule, value }) => [rule, value])).toEqual([['unknown-patient', 'p7']]);
  });

  it('is the same in whatever order its sources come, and read again from other columns', () => {
    const definition = parseDefinition(YAML, 'cohort.yaml');
    const sources = Object.entries({
      ...FILES,
      'clinical2.csv': 'id,age,sex\np2,61,F\np5,40,M\n',
      'b.maf': { rows: MAF.rows.slice(0, 3) },
    }).map(([key, content]) => read(definition, key, content).source);
    const plain = (tables: FrameTables) => Object.values(tables).map((table: Table) => [table.rows, ...table.columns]);
    const first = buildFrame(definition, sources);
    fc.assert(
      fc.property(fc.shuffledSubarray(sources, { minLength: sources.length }), (order) => {
        const { tables, problems, panels } = buildFrame(definition, order);
        expect([plain(tables), problems, panels]).toEqual([plain(first.tables), first.problems, first.panels]);
      }),
      { numRuns: 20 },
    );
  });

  it('is read alike where columns come back as text, or with their levels in another order', () => {
    const { frame } = frameOf(YAML, FILES);
    const definition = parseDefinition(YAML, 'cohort.yaml');
    const built = buildFrame(
      definition,
      Object.entries(FILES).map(([key, content]) => read(definition, key, content).source),
    );
    const asText = (column: Column): Column =>
      column.type === 'category'
        ? { type: 'text', values: Array.from(column.codes, (code) => column.levels[code] ?? null) }
        : column;
    const turned = (column: Column): Column =>
      column.type === 'category'
        ? {
            ...column,
            levels: column.levels.toReversed(),
            codes: column.codes.map((code) => (code < 0 ? -1 : column.levels.length - 1 - code)),
          }
        : column;
    for (const change of [asText, turned]) {
      const changed = (table: Table): Table => ({
        rows: table.rows,
        columns: new Map([...table.columns].map(([name, column]) => [name, change(column)])),
      });
      const { patients, alterations, coverage } = built.tables;
      const tables = { patients: changed(patients), alterations: changed(alterations), coverage: changed(coverage) };
      const again = openCohort({ definition, tables, panels: built.panels, digest: 'd', revision: 'r', name: 'n' });
      for (const name of ['kras', 'sex']) expect(again.group(name, '')).toEqual(frame.group(name, ''));
      for (const cel of ['altered("TP53")', 'tissue', 'purity > 0.5', 'sex == "F"'])
        expect(again.evaluate(cel, '')).toEqual(frame.evaluate(cel, ''));
    }
  });

  it('names its variables and groups, and says what it does not have', () => {
    const { frame } = frameOf(YAML, FILES);
    expect(frame.variables().map(({ name, type }) => [name, type])).toEqual([
      ['age', 'number'],
      ['fga', 'number'],
      ['kras', 'boolean'],
      ['lst', 'number'],
      ['pure', 'boolean'],
      ['purity', 'number'],
      ['sex', 'category'],
      ['taken', 'date'],
      ['tissue', 'category'],
      ['tmb', 'number'],
      ['tmb_high', 'number'],
      ['tmb_low', 'number'],
    ]);
    expect(frame.variable('age', '')).toMatchObject({ type: 'number', label: 'Age' });
    expect(frame.group('kras', '')).toMatchObject({ labels: ['altered', 'wild type'], columns: ['altered("KRAS")'] });
    expect(frame.group('pure', '')).toMatchObject({ labels: ['false', 'true'], columns: ['purity'] });
    for (const [name, what] of [
      ['agee', 'variable'],
      ['constructor', 'endpoint'],
      ['sexx', 'group'],
    ] as const)
      expect(() => frame[what](name, '/x')).toThrow(
        expect.objectContaining({ code: `unknown-${what}`, place: { pointer: '/x', value: name } }),
      );
    expect(() => frame.group('taken', '/x')).toThrow(expect.objectContaining({ code: 'not-a-group' }));
  });
});

describe('Genes', () => {
  it('are bit sets of patients, altered within covered, covered shared', () => {
    const many = Array.from({ length: 70 }, (_, i) => `p${i}`);
    const clinical = ['id,age,sex', ...many.map((id) => `${id},50,M`)].join('\n');
    const specimens = [
      'id,sid,chip,taken,tissue,purity',
      ...many.map((id, i) => `${id},s${i},${i % 7 === 0 ? '' : 'exome'},2020-01-01,primary,1`),
    ].join('\n');
    const rows = many.flatMap((_, i) => [
      ...(i % 3 === 0 ? [alteration(`s${i}`, 'A', pass)] : []),
      ...(i % 2 === 1 ? [alteration(`s${i}`, 'B', pass)] : []),
    ]);
    const { frame } = frameOf(YAML, { 'clinical.csv': clinical, 'specimens.csv': specimens, 'a.maf': { rows } });
    const genes = frame.genes();
    expect([genes.symbols, genes.words]).toEqual([['A', 'B'], 3]);
    const order = many.map((id) => pseudonym('patient', id)).sort();
    const has = (bits: Uint32Array, i: number) => {
      const row = order.indexOf(pseudonym('patient', `p${i}`));
      return (bits[row >>> 5]! >>> (row & 31)) & 1;
    };
    for (const [gene, step] of [
      [0, (i: number) => i % 3 === 0],
      [1, (i: number) => i % 2 === 1],
    ] as const)
      for (let i = 0; i < 70; i++) {
        expect(has(genes.altered(gene), i)).toBe(step(i) ? 1 : 0);
        expect(has(genes.covered(gene), i)).toBe(i % 7 !== 0 || step(i) ? 1 : 0); // found there all the same: it was sequenced
      }
  });

  it('of 20,000 genes and 300 patients are there in well under a second', () => {
    const specimens = Array.from({ length: 300 }, (_, i) => `p${i}`);
    const yaml = `title: Large
tables: [{ match: a.csv, rows: patient, patient: id, columns: { age: number } }]
alterations: [{ match: a.maf, covers: listed, panel: exome }]
`;
    const definition = parseDefinition(yaml, 'cohort.yaml');
    const rows = Array.from({ length: 45_000 }, (_, i) => alteration(`p${(i * 7) % 300}`, `G${(i * 7919) % 20_000}`));
    const sources = [
      read(definition, 'a.csv', `id,age\n${specimens.map((id) => `${id},50`).join('\n')}\n`).source,
      read(definition, 'a.maf', { rows }).source,
    ];
    const { tables, panels } = buildFrame(definition, sources);
    const genes = openCohort({ definition, tables, panels, digest: 'd', revision: 'r', name: 'n' }).genes();
    for (const gene of genes.symbols.keys()) expect(genes.altered(gene).length + genes.covered(gene).length).toBe(20);
    expect(genes.symbols).toHaveLength(20_000);
  });
});

describe('An endpoint', () => {
  const DATES = `title: Dates
cut: 2021-12-31
tables:
  - match: a.csv
    rows: patient
    patient: id
    columns: { start: date, died: date, dead: boolean, relapse: date, seen: date, stop: date }
endpoints:
  os: { origin: start, events: [{ date: died, when: dead }], seen: seen }
  pfs: { origin: start, events: [{ date: relapse }, { date: died, when: dead }], seen: seen, censor: stop }
`;
  const HEAD = 'id,start,died,dead,relapse,seen,stop';
  const endpoint = (name: string, row: string): [number | null, number | null] => {
    const { frame } = frameOf(DATES, { 'a.csv': `${HEAD}\np1,${row}\n` });
    const { time, event } = frame.endpoint(name, '');
    const days = Math.round(time[0]! * 30.4375);
    return [Number.isNaN(days) ? null : days, event[0] === MISSING ? null : event[0]!];
  };

  it.each([
    ['an event', 'os', '2020-01-01,2020-01-31,yes,,2020-01-31,', [30, 1]],
    ['no event', 'os', '2020-01-01,,no,,2020-01-11,', [10, 0]],
    ['an event on the first day', 'os', '2020-01-01,2020-01-01,yes,,,', [0, 1]],
    ['an event on the day of the cut', 'os', '2021-12-01,2021-12-31,yes,,,', [30, 1]],
    ['an event after the cut', 'os', '2021-12-01,2022-01-31,yes,,,', [30, 0]],
    ['an event without its date', 'os', '2020-01-01,,yes,,2020-01-11,', [null, null]],
    ['a date without its event', 'os', '2020-01-01,2020-01-31,no,,2020-01-31,', [null, null]],
    ['not known whether', 'os', '2020-01-01,2020-01-31,,,2020-01-31,', [null, null]],
    ['an event before the origin', 'os', '2020-02-01,2020-01-31,yes,,,', [null, null]],
    ['neither event nor last seen', 'os', '2020-01-01,,no,,,', [null, null]],
    ['no origin', 'os', ',2020-01-31,yes,,,', [null, null]],
    ['the first of two', 'pfs', '2020-01-01,2020-01-31,yes,2020-01-21,,', [20, 1]],
    ['an empty first', 'pfs', '2020-01-01,2020-01-31,yes,,,', [30, 1]],
    ['a first that was set aside', 'pfs', '2020-01-01,2020-01-31,yes,2020-01,,', [null, null]],
    ['an event after its censoring', 'pfs', '2020-01-01,,no,2020-01-21,2020-01-31,2020-01-11', [10, 0]],
    ['an event before its censoring', 'pfs', '2020-01-01,,no,2020-01-21,2020-01-31,2020-01-25', [20, 1]],
    ['a censoring that was set aside', 'pfs', '2020-01-01,,no,2020-01-21,2020-01-31,2020', [null, null]],
  ])('by dates is told or not: %s', (_, name, row, expected) => {
    expect(endpoint(name, row)).toEqual(expected);
  });

  it.each([
    ['days', 365.25, 12],
    ['weeks', 30.4375, 7],
    ['months', 12, 12],
    ['years', 1, 12],
  ])('by columns is in months: %s', (unit, value, months) => {
    const yaml = `title: T
tables: [{ match: a.csv, rows: patient, patient: id, columns: { t: { type: duration, unit: ${unit} }, e: boolean } }]
endpoints: { os: { origin: diagnosis, time: t, event: e } }
`;
    const { frame } = frameOf(yaml, { 'a.csv': `id,t,e\np1,${value},1\np2,,0\np3,1,\n` });
    const { time, event, columns, origin } = frame.endpoint('os', '');
    expect(byPatient({ type: 'number', values: time }, ['p1', 'p2', 'p3'])[0]).toBeCloseTo(months, 12);
    expect(byPatient({ type: 'number', values: time }, ['p1', 'p2', 'p3'])[1]).toBe(null);
    expect(byPatient({ type: 'boolean', values: event }, ['p1', 'p2', 'p3'])).toEqual([true, false, null]);
    expect([columns, origin]).toEqual([['t', 'e'], 'diagnosis']);
  });

  describe('with delayed entry', () => {
    const yaml = `title: T
tables:
  - match: a.csv
    rows: patient
    patient: id
    columns: { start: date, asked: date, wait: { type: duration, unit: days }, end: date, dead: boolean, size: number }
endpoints:
  dates: { origin: start, entry: asked, events: [{ date: end, when: dead }], seen: end }
  months: { origin: diagnosis, time: 'months(start, end)', event: dead, entry: wait }
  plain: { origin: diagnosis, time: 'months(start, end)', event: dead }
`;
    const { frame } = frameOf(yaml, {
      'a.csv':
        'id,start,asked,wait,end,dead,size\np1,2020-01-01,2020-01-31,30,2020-12-31,yes,1\np2,2020-01-01,,,2020-12-31,yes,2\np3,2020-01-01,2020-01-01,0,2020-12-31,yes,3\n',
    });
    const days = (time: Float64Array) =>
      byPatient({ type: 'number', values: time.map((t) => Math.round(t * 30.4375)) }, ['p1', 'p2', 'p3']);

    it('says when patients come under observation, by a date or a duration of the definition', () => {
      for (const [name, columns] of [
        ['dates', ['asked']],
        ['months', ['wait']],
      ] as const) {
        const { entry } = frame.endpoint(name, '');
        expect(days(entry!.time)).toEqual([30, null, 0]);
        expect(entry!.columns).toEqual(columns);
      }
      expect(frame.endpoint('plain', '')).not.toHaveProperty('entry');
    });

    it('takes that of a question: of an endpoint by dates a date too', () => {
      expect(days(frame.entry('plain', 'wait', '').time)).toEqual([30, null, 0]);
      expect(days(frame.entry('plain', 'months(start, asked)', '').time)).toEqual([30, null, 0]);
      expect(days(frame.entry('dates', 'asked', '').time)).toEqual([30, null, 0]);
    });

    it.each([
      ['a number without a unit', 'plain', 'size', 'invalid-expression'],
      ['a date for an endpoint by durations', 'plain', 'asked', 'invalid-expression'],
      ['a boolean', 'dates', 'dead', 'invalid-expression'],
      ['a name that is not there', 'plain', 'waited', 'invalid-expression'],
      ['an endpoint that is not there', 'pfs', 'wait', 'unknown-endpoint'],
    ])('refuses %s', (_, name, cel, code) => {
      expect(() => frame.entry(name, cel, '/entry')).toThrow(
        expect.objectContaining({ code, place: expect.objectContaining({ pointer: '/entry' }) }),
      );
    });
  });
});
