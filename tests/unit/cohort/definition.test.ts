import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type Json, SignetError } from '../../../lib/base/index.ts';
import {
  type Definition,
  definitionDigest,
  definitionJsonSchema,
  type Problem,
  parseDefinition,
  planReading,
  readingDigest,
} from '../../../lib/cohort/index.ts';

const CRLM = `title: Resected colorectal liver metastases
missing: ["", "-999"]
tables:
  - match: clinical.csv
    rows: patient
    patient: Patient-ID
    columns:
      age: { from: age, type: number, unit: years }
      sex: { from: sex, type: category, codes: { "10": other, "2": female, "1": male } }
      crs: { from: clinrisk_score, type: integer, range: [0, 5] }
      os_time: { from: overall_survival_months, type: duration, unit: months }
      died: { from: vital_status, type: boolean, codes: { "1": true, "0": false } }
derived:
  crs_high: crs >= 3
endpoints:
  os: { origin: liver resection, time: os_time, event: died }
groups:
  crs: { by: crs_high, labels: { "true": CRS 3-5, "false": CRS 0-2 } }
`;

const TCGA = `title: TCGA
missing: ["", "[Not Available]", 01]
tables:
  - match: clinical.tsv
    rows: specimen
    patient: Tumor_Sample_Barcode_min
    specimen: Tumor_Sample_Barcode
    columns:
      specimen_type: { of: specimen, from: Tumor_Sample_Barcode, part: [13, 2], type: category, codes: { "01": primary, "02": recurrence } }
      stage: { from: pathologic_stage, type: category, codes: { Stage I: I, Stage IIA: II, Stage III: III, Stage IV: IV } }
      os_time: { from: CDR_OS.time, type: duration, unit: days }
      died: { from: CDR_OS, type: boolean, codes: { "1": true, "0": false } }
alterations:
  - { match: "*.maf.gz", specimen: Tumor_Sample_Barcode, covers: listed, panel: exome, build: GRCh37 }
specimens: { counts: 'specimen_type == "primary"' }
qualifying: { filters: any, minVaf: 0, classes: protein-changing-or-splice }
derived:
  advanced: stage in ["III", "IV"]
endpoints:
  os: { origin: diagnosis, time: os_time, event: died }
groups:
  kras: { by: 'altered("KRAS")' }
  stage: { by: advanced }
`;

const DATES = `title: By dates
cut: 2023-12-31
tables:
  - match: "**/*.csv"
    rows: patient
    patient: id
    columns: { operated: date, died_on: date, seen: date, dead: boolean }
endpoints:
  os: { origin: operated, events: [{ date: died_on, when: dead }], seen: "min(seen, cut)" }
`;

const CIRCULAR = TCGA.replace('specimen_type ==', 'k ==').replace(
  'derived:',
  "derived:\n  k: \"altered('K') ? 'primary' : 'b'\"",
);

function parse(text: string): Definition {
  return parseDefinition(text, 'cohort.yaml');
}

function problemsOf(text: string): readonly Problem[] {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(SignetError);
    expect(error).toMatchObject({ code: 'invalid-definition', place: { pointer: expect.any(String) } });
    const { problems } = error as unknown as { problems: readonly Problem[] };
    for (const problem of problems) expect(problem).toMatchObject({ file: 'cohort.yaml', line: expect.any(Number) });
    return problems;
  }
  throw new Error('the definition was taken');
}

function stored(definition: Definition): string {
  return canonicalJson(definition as unknown as Json);
}

const GUIDE = readFileSync(new URL('../../../docs/cohort-definition.md', import.meta.url), 'utf8');
const EXAMPLES = [...GUIDE.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text!);

describe('A cohort definition', () => {
  it('is taken as the guide shows it', () => {
    expect(EXAMPLES.map((text) => parse(text).title)).toHaveLength(7);
  });

  it.each([CRLM, TCGA, DATES])('is the same when read again from the JSON it is stored as', (text) => {
    const definition = parse(text);
    const again = parse(stored(definition));
    expect(again).toEqual(definition);
    expect(stored(again)).toBe(stored(definition));
    expect(definitionDigest(again)).toBe(definitionDigest(definition));
  });

  it('keeps its digest under comments, layout and another order of keys', () => {
    const [title, ...rest] = CRLM.trimEnd().split('\n');
    const moved = `# a comment\n\n${rest.join('\n')}\n${title} # another\n`;
    expect(definitionDigest(parse(moved))).toBe(definitionDigest(parse(CRLM)));
    expect(definitionDigest(parse(CRLM.replace('CRS 3-5', 'high')))).not.toBe(definitionDigest(parse(CRLM)));
  });

  it('keeps the order of codes and labels, numbers among them', () => {
    const again = parse(stored(parse(CRLM)));
    expect(again.tables[0]!.columns['sex']!.codes!.map(([code]) => code)).toEqual(['10', '2', '1']);
    expect(again.groups['crs']!.labels!.map(([value]) => value)).toEqual(['true', 'false']);
  });

  it('takes codes as they are written: 01 is not 1', () => {
    expect(parse(TCGA).missing).toEqual(['', '[Not Available]', '01']);
    expect(
      parse(TCGA.replace('"01": primary, "02"', '01: primary, 02')).tables[0]!.columns['specimen_type']!.codes,
    ).toEqual([
      ['01', 'primary'],
      ['02', 'recurrence'],
    ]);
  });

  it.each([
    ['a name that is not there', CRLM.replace('crs >= 3', 'crss >= 3'), 'crss >= 3', /no variable crss/, /crs/],
    ['a slip in an expression', CRLM.replace('crs >= 3', "'crs >= 3 && sex'"), "sex'", /a text/, /./],
    ['a value that no code stands for', TCGA.replace('"IV"]', '"IVa"]'), '"IVa"]', /none of its values/, /IV/],
    ['a circle', CRLM.replace('crs_high: crs >= 3', 'crs_high: b\n  b: crs_high'), 'b', /circle/, /./],
    ['a key that is not one', CRLM.replace('groups:', 'gruops:'), 'gruops:', /not a key/, /groups/],
    ['a type that is not one', CRLM.replace('type: number', 'type: numbr'), 'numbr', /has to be one of/, /number/],
    ['a duration without unit', CRLM.replace(', unit: months', ''), 'duration', /unit/, /months/],
    ['a code twice', CRLM.replace('"2": female', '"2": female, "2": f'), '"2": f,', /twice/, /./],
    ['a column twice', CRLM.replace('age: {', 'sex: {'), 'sex: { from: sex', /twice/, /./],
    ['an endpoint without event', CRLM.replace(', event: died', ''), '{ origin', /event is not said/, /event/],
    ['a label of no value', CRLM.replace('"true": CRS', '"yes": CRS'), '"yes": CRS', /none of the values/, /true/],
    ['a time of no unit', CRLM.replace('time: os_time', 'time: crs * 2'), 'crs * 2', /unit/, /duration/],
    [
      'what competes but is no condition',
      CRLM.replace('event: died', 'event: died, competing: age'),
      'age }',
      /number/,
      /./,
    ],
    ['an entry of no unit', CRLM.replace('event: died', 'event: died, entry: crs'), 'crs }', /unit/, /duration/],
    ['a reserved name', CRLM.replace('age: {', 'patient: {'), 'patient: { from: age', /meaning of its own/, /name/],
    ['what rests on its own answer', CIRCULAR, 'k == "primary"', /rests on the specimen/, /./],
    ['no YAML', 'title: [', '', /not YAML/, /bracket/],
    ['no definition', '5', '5', /keys and values/, /./],
    ['nothing', '', '', /keys and values/, /./],
  ])('is refused with line, column and remedy: %s', (_, text, at, says, remedy) => {
    const [first] = problemsOf(text);
    const { line, column } = first!;
    expect(text.split('\n')[line! - 1]!.slice(Number(column) - 1)).toMatch(
      new RegExp(`^${at.replaceAll(/[^\w ]/g, '\\$&')}`),
    );
    expect(first!.says).toMatch(says);
    expect(first!.remedy).toMatch(remedy);
  });

  it('may name a panel that no object has yet: the genes of its specimens are then missing', () => {
    expect(parse(TCGA.replace('panel: exome', 'panel: impact')).alterations[0]!.panel).toBe('impact');
  });

  it.each([
    ['vcf/{specimen}.vcf.gz', 'vcf/P1-T.vcf.gz', 'P1-T'],
    ['**/{specimen}.*', 'a/b/P1.T.vcf', 'P1.T'],
    ['{specimen}', 'P1', 'P1'],
    ['vcf/{specimen}_somatic.vcf', 'vcf/P_1_somatic.vcf', 'P_1'],
    ['vcf/{specimen}.vcf', 'vcf/.vcf', undefined],
    ['vcf/{specimen}.vcf', 'vcf/a/b.vcf', undefined],
  ])('reads the specimen of a file out of its key: %s', (match, key, specimen) => {
    const reading = planReading(parse(TCGA.replace('*.maf.gz', match)), key);
    expect(reading?.alterations?.ofKey).toBe(specimen);
  });

  it('names a specimen once in a pattern', () => {
    const [first] = problemsOf(TCGA.replace('*.maf.gz', '{specimen}/{specimen}.vcf'));
    expect(first!.says).toMatch(/stands here twice/);
  });

  it('tells all its faults at once', () => {
    const text = CRLM.replace('crs >= 3', 'crss >= 3')
      .replace('event: died', 'event: dead')
      .replace('by: crs_high', 'by: sexx');
    expect(problemsOf(text).map(({ line }) => line)).toEqual([14, 16, 18]);
  });

  it.each([
    ['brackets', '['.repeat(100_000)],
    ['dashes', '- '.repeat(100_000)],
    ['indentation', Array.from({ length: 1_300 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
    [
      'aliases',
      `a: &a [${'x,'.repeat(9)}x]\n${[...'bcdefghi'].map((c, i) => `${c}: &${c} [${`*${'abcdefgh'[i]},`.repeat(9)}*${'abcdefgh'[i]}]`).join('\n')}\n`,
    ],
    ['an alias of itself', 'title: &t [*t]'],
    ['keys', Array.from({ length: 60_000 }, (_, i) => `k${i}: 1\n`).join('')],
    ['length', `title: ${'x'.repeat(1_000_001)}`],
    [
      'a long chain',
      CRLM.replace('crs_high: crs >= 3', Array.from({ length: 3_000 }, (_, i) => `v${i}: v${i + 1} + 1`).join('\n  ')),
    ],
    ['an expression', CRLM.replace('crs >= 3', `"${'('.repeat(3_000)}"`)],
  ])('ends and is refused: too many %s', (_, text) => {
    expect(problemsOf(text).length).toBeLessThanOrEqual(100);
  });

  it('never takes a name for a property of objects', () => {
    problemsOf(CRLM.replace('age: {', '__proto__: {'));
    problemsOf(CRLM.replace('crs >= 3', 'toString >= 3'));
    problemsOf(CRLM.replace('os: {', '__proto__: {'));
    const named = parse(CRLM.replace('age: {', 'constructor: {').replace('"10": other', '"__proto__": other'));
    expect(Object.keys(named.tables[0]!.columns)).toContain('constructor');
    expect(named.tables[0]!.columns['sex']!.codes![0]).toEqual(['__proto__', 'other']);
    expect(parse(stored(named))).toEqual(named);
  });

  it('is taken or refused, whatever the text', () => {
    const cut = fc.tuple(fc.nat(CRLM.length), fc.nat(20), fc.string({ maxLength: 12 }));
    fc.assert(
      fc.property(cut, ([at, length, put]) => {
        try {
          const definition = parse(CRLM.slice(0, at) + put + CRLM.slice(at + length));
          expect(parse(stored(definition))).toEqual(definition);
        } catch (error) {
          if (!(error instanceof SignetError)) throw error;
        }
      }),
    );
  });

  it('has a JSON Schema with a description of each key', () => {
    const { properties } = definitionJsonSchema() as { properties: Record<string, object> };
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(['tables', 'alterations', 'endpoints', 'groups']));
    expect(properties['cut']).toHaveProperty('description');
    expect(properties).not.toHaveProperty('places');
  });
});

describe('The reading of a source', () => {
  const digest = (text: string, key = 'clinical.csv'): string => readingDigest(planReading(parse(text), key)!);

  it.each([
    ['a label', CRLM.replace('unit: years', 'unit: years, label: Age')],
    ['a comment', `# one\n${CRLM}`],
    ['a derived variable', CRLM.replace('crs >= 3', 'crs >= 2')],
    ['a group', CRLM.replace('CRS 3-5', 'high')],
    ['an endpoint', CRLM.replace('liver resection', 'operation')],
    ['another table', CRLM.replace('tables:', 'tables:\n  - { match: other.csv, rows: patient, patient: id }')],
    ['the order of columns', CRLM.replace(/(\n {6}age.*)(\n {6}sex.*)/, '$2$1')],
  ])('stays the same when only %s changes', (_, text) => {
    expect(text).not.toBe(CRLM);
    expect(digest(text)).toBe(digest(CRLM));
  });

  it.each([
    ['a code', CRLM.replace('"2": female', '"2": woman')],
    ['a range', CRLM.replace('[0, 5]', '[0, 6]')],
    ['a missing code', CRLM.replace('"-999"', '"-99"')],
    ['a type', CRLM.replace('type: number', 'type: integer')],
    ['the identifier', CRLM.replace('Patient-ID', 'id')],
  ])('changes with %s', (_, text) => {
    expect(digest(text)).not.toBe(digest(CRLM));
  });

  it('is planned for the keys that a pattern matches, and no others', () => {
    const plan = (text: string, key: string) => planReading(parse(text), key);
    expect(plan(CRLM, 'clinical.csv')?.tables).toHaveLength(1);
    expect(plan(CRLM, 'clinical.csv.bak')).toBeUndefined();
    expect(plan(TCGA, 'mutations.maf.gz')).toMatchObject({
      tables: [],
      alterations: { specimen: 'Tumor_Sample_Barcode' },
    });
    expect(plan(TCGA, 'a/mutations.maf.gz')).toBeUndefined();
    expect(plan(DATES, 'a/b/c.csv')).toBeDefined();
  });
});
