import { createReadStream } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEMO_COHORTS } from '../../../demo/cohorts.ts';
import { IdentifierScreen } from '../../../lib/cohort/index.ts';
import { openSource } from '../../../lib/formats/index.ts';

/** What a column of these cells is taken for: `certain` kinds, `?` where only the name is suspicious. */
function kindOf(
  column: string,
  cells: readonly string[],
  beside: Readonly<Record<string, readonly string[]>> = {},
): string | undefined {
  const columns = [column, ...Object.keys(beside)];
  const screen = new IdentifierScreen(columns, new Set());
  cells.forEach((cell, i) => {
    screen.add([cell, ...Object.values(beside).map((other) => other[i] ?? '')]);
  });
  const found = screen.findings().find((each) => each.column === column);
  return found && (found.certain ? found.holds : '?');
}

const PEOPLE = ['Augusta Featherstone', 'Bertram Oglethorpe', 'Cordelia Smallbone', 'Dorothea Quince'];
const FIRST_NAMES = 'Anna Jürgen Petra Hans Sabine Uwe Monika Klaus Ursula Dieter Renate Karin'.split(' ');
const BIRTHS = ['1951-03-02', '1948-11-23', '1960-07-14', '1939-01-30'];
const SEEN = ['2018-05-01', '2019-06-11', '2017-02-03', '2018-12-24'];

describe('A column of direct identifiers', () => {
  it.each<[string, string, readonly string[], RegExp]>([
    ['names under a plain name', 'patient_name', PEOPLE, /names/],
    ['names under no name', 'x17', PEOPLE, /names/],
    [
      'names, the family name first',
      'q',
      ['FEATHERSTONE, AUGUSTA', 'OGLETHORPE, BERTRAM', 'SMALLBONE, CORDELIA'],
      /names/,
    ],
    ['names with letters of other languages', 'c3', ['Zoë Ångström', 'Łukasz Żółty', 'Íñigo Montoya'], /names/],
    ['telephone numbers', 'x', ['+49 30 1234567', '+44 20 7946 0958', '0041 44 668 18 00'], /telephone/],
    ['telephone numbers of a country', 'Telefon', ['030 1234567', '089/7654321', '0221-998877'], /telephone/],
    ['addresses', 'where', ['Lindenstr. 12, 10115 Berlin', 'Lindenweg 3', 'Hauptstraße 7a'], /addresses/],
    ['addresses in English', 'home_address', ['12 Elm Street', '4 Mill Road, York', '99 Oak Ave'], /addresses/],
    ['family names under a short name', 'lname', ['Featherstone', 'Oglethorpe', 'Smallbone'], /names/],
    ['family names alone', 'Surname', ['Featherstone', 'Oglethorpe', 'Smallbone'], /names/],
    ['first names, which repeat', 'Vorname', Array.from({ length: 60 }, (_, i) => FIRST_NAMES[i % 12]!), /names/],
    ['e-mail addresses', 'contact', ['a.b@clinic.example', '', 'c@d.example'], /e-mail/],
    [
      'one address among other things',
      'contact',
      ['none', 'none', 'please write to x.y@clinic.example', 'none'],
      /e-mail/,
    ],
    ['dates of birth', 'dob', BIRTHS, /birth/],
    ['dates of birth as a German writes them', 'Geburtsdatum', ['02.03.1951', '23.11.1948'], /birth/],
    ['dates of birth of two digits a year', 'Geb.-Datum', ['02.03.51', '23.11.48'], /birth/],
    ['record numbers', 'MRN', ['A-00481234', 'A-00481239'], /numbers/],
    ['record numbers under no name', 'v9', ['4812345', '4812377', '4819999', '4810021', '4815538'], /numbers/],
    ['numbers of an authority', 'n', ['123-45-6789', '987-65-4321'], /numbers/],
    ['one remark among few', 'notes', ['Seen with her daughter today', ''], /free text/],
    ['free text', 'remarks', ['Lives with her sister in town', 'Was seen again after the fall'], /free text/],
    [
      'free text under no name',
      'y',
      [
        'Lives with her sister in town and walks well',
        'Was seen again after the fall at his home',
        'Asks to be called in the afternoon at work',
        'yes',
      ],
      /free text/,
    ],
  ])('is known by its values: %s', (_, column, cells, says) => {
    expect(kindOf(column, cells)).toMatch(says);
  });

  it('is known where a person has several rows, each with what tells who she is', () => {
    const rows = PEOPLE.flatMap((name, i) =>
      ['FOLFOX', 'FOLFIRI', 'FOLFOX', 'none', 'FOLFIRI'].map((drug) => [`p${i}`, name, `A-0048${i}234`, drug]),
    );
    const screen = new IdentifierScreen(['id', 'x', 'MRN', 'drug'], new Set(['id']), new Map(), 'id');
    for (const row of rows) screen.add(row);
    expect(screen.findings().map(({ column, certain }) => [column, certain])).toEqual([
      ['x', true],
      ['MRN', true],
    ]);
  });

  it('is known as dates of birth beside the other dates of the file, whatever it is called', () => {
    expect(kindOf('d1', BIRTHS, { seen: SEEN })).toMatch(/birth/);
    expect(kindOf('d1', SEEN, { d2: ['2019-01-01', '2019-07-01', '2018-01-01', '2019-01-01'] })).toBeUndefined();
  });
});

describe('A column that tells nobody apart', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'codes of a response',
      'response',
      ['Complete Response', 'Stable Disease', 'Progressive Disease', 'Partial Response'],
    ],
    ['kinds of tumours', 'histology', ['Rectal Adenocarcinoma', 'Mucinous Adenocarcinoma', 'Signet Ring Carcinoma']],
    ['years of birth', 'birth_year', ['1951', '1948', '1960']],
    ['dates of diagnosis', 'diagnosis_date', SEEN],
    ['barcodes', 'bcr_patient_barcode', ['TCGA-AF-2689', 'TCGA-AF-2690', 'TCGA-AF-2691']],
    ['numbers of a trial', 'study_no', ['001-0004', '001-0005', '002-0001']],
    ['where it lies', 'segment', ['Segment 4', 'Segment 7a', 'Lobe 3']],
    ['opaque ids', 'uuid', ['6b2a58a1-2d1f-4a55-9c86-0e5a8e0c6e57', '0d0bf7a8-77ff-4d5c-a2ad-4b1f5b5ad1e2']],
    ['platelets', 'platelets', ['245000', '198000', '310000', '150000', '275000']],
    ['codes like dates', 'rack', ['12-03-56', '12-04-56', '12-05-57', '11-03-58']],
    ['a tumour marker', 'cea', ['3.2', '>1000', '<0.5', '123456789']],
    ['what a scanner calls its picture', 'Scout Name', ['1.2.840.1', '1.2.840.2']],
    ['few words under a name', 'last_name', Array.from({ length: 60 }, (_, i) => FIRST_NAMES[i % 4]!)],
    ['drugs under a plain name', 'name', Array.from({ length: 60 }, (_, i) => FIRST_NAMES[i % 12]!)],
    ['remarks of one word', 'comments', ['none', 'none', 'late']],
    ['nothing', 'patient_name', ['', '', '']],
  ])('passes: %s', (_, column, cells) => {
    expect([undefined, '?']).toContain(kindOf(column, cells));
  });

  it('is a warning where its name alone is suspicious', () => {
    expect(kindOf('email', ['yes', 'no', 'yes'])).toBe('?');
    expect(kindOf('patient_name', ['17', '18', '19'])).toBe('?');
    expect(kindOf('age', ['17', '18', '19'])).toBeUndefined();
  });

  it('is exempt where it becomes a key or is not to be read, and where its values are codes', () => {
    const screen = new IdentifierScreen(
      ['name', 'who', 'state'],
      new Set(['name']),
      new Map([['state', { codes: new Set(PEOPLE), numeric: false }]]),
    );
    for (const person of PEOPLE) screen.add([person, 'x', person]);
    expect(screen.findings()).toEqual([]);
  });

  it('is what the real cohorts are made of', async () => {
    for (const { files } of DEMO_COHORTS)
      for (const { key, path } of files.filter((file) => file.key.startsWith('clinical'))) {
        const source = await openSource(createReadStream(path), { file: key });
        const screen = new IdentifierScreen(source.columns, new Set());
        for await (const batch of source.rows) for (const row of batch) if (!('rule' in row)) screen.add(row.cells);
        expect(source.columns.length).toBeGreaterThan(20);
        expect(screen.findings()).toEqual([]);
      }
  });
});

it('says of no column a value that stands in it', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.emailAddress(), fc.constantFrom(...PEOPLE, ...BIRTHS)), {
          minLength: 3,
          maxLength: 3,
        }),
        { maxLength: 30 },
      ),
      (rows) => {
        const screen = new IdentifierScreen(['patient_name', 'dob', 'z'], new Set());
        for (const row of rows) screen.add(row);
        for (const { column, holds } of screen.findings()) {
          expect(['patient_name', 'dob', 'z']).toContain(column);
          expect([
            'e-mail addresses',
            'names of persons',
            'full dates of birth',
            'free text',
            'numbers by which a hospital or an authority knows a person',
          ]).toContain(holds);
        }
      },
    ),
  );
});

it('looks at a cell of any length in bounded work, and keeps no more than its beginning', () => {
  const long = 'a'.repeat(2_000_000);
  const screen = new IdentifierScreen(['x'], new Set());
  const begun = performance.now();
  for (const cell of [`${long}@`, `@${long}`, '@'.repeat(1_000_000), `${long}@b.${long}`, long, 'a '.repeat(500_000)])
    for (let i = 0; i < 5; i += 1) screen.add([cell]);
  screen.findings();
  expect(performance.now() - begun).toBeLessThan(2_000);
  screen.add([`${long} write to someone@clinic.example ${long}`]);
  expect(screen.findings()).toEqual([{ column: 'x', holds: 'e-mail addresses', certain: true }]);
});
