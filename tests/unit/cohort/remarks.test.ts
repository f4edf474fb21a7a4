import { describe, expect, it } from 'vitest';
import { IdentifierScreen } from '../../../lib/cohort/index.ts';

/** Remarks that tell of nobody in particular, as they stand in a follow-up: dates, doctors' words, doses. */
const HARMLESS = [
  'none',
  'lost to follow-up',
  'see chart',
  'CT 12.03.2018',
  'Stable Disease since 2018-05-01',
  'Right Hepatectomy 03/12/2018, R0',
  'progress',
  'FOLFOX 6 cycles, 85 mg/m2',
  'Memorial Hospital 2017-11-02',
  'cT3 cN1 cM1a 2018',
  'Seen by Jane Smith 12.03.2018',
  'gave birth 12.03.2018',
  'CEA 12,5 on 3 May 2018',
  'no',
];

/** A long table of them, with one more: what its column of remarks is taken for, and where. */
function found(remark: string | undefined, column = 'x7', at = 4_711): readonly unknown[] {
  const screen = new IdentifierScreen(['id', 'seen', column], new Set(['id']), new Map(), 'id');
  for (let row = 0; row < 9_000; row++) {
    const told =
      row === at && remark !== undefined ? remark : row % 40 === 0 ? HARMLESS[(row / 40) % HARMLESS.length]! : '';
    screen.add([`p${row}`, `20${10 + (row % 9)}-05-01`, told], row + 2);
  }
  return screen.findings().map(({ holds, line, certain }) => [holds, line, certain]);
}

const REMARK = 'a remark that tells who a person is and when she was born';

describe('One remark in a long table', () => {
  it.each([
    'Augusta Featherstone, born 12 March 1951, asks for her letter',
    'Pat. Featherstone, geb. 12.03.1951, verzogen',
    'letter to augusta featherstone, dob 03/12/1951',
    'Geburtsdatum: 12.03.51',
    'née le 12/03/1951',
    'FEATHERSTONE, AUGUSTA 12.03.1951',
    'Featherstone, Augusta *12.03.1951, moved',
    'call (1951-03-12 Augusta Featherstone) again',
    'Augusta Featherstone March 12, 1951',
    'Łukasz Żółty, 2. März 1949',
  ])('is found out by who is named and born in it: %s', (remark) => {
    expect(found(remark)).toEqual([[REMARK, 4_713, true]]);
  });

  it.each([
    ['an address', 'write to a.b@clinic.example', 'e-mail addresses'],
    ['a record number', 'merged with MRN 00481234', 'numbers by which a hospital or an authority knows a person'],
    [
      'a number of an authority',
      'SSN: 123-45-6789 wrong',
      'numbers by which a hospital or an authority knows a person',
    ],
  ])('is found out by %s', (_, remark, holds) => {
    expect(found(remark)).toEqual([[holds, 4_713, true]]);
  });

  it('is found out beyond the values of which a column is known, and in the column of the last row', () => {
    expect(found('Augusta Featherstone, born 12 March 1951', 'state', 8_999)).toEqual([[REMARK, 9_001, true]]);
  });

  it('passes where it tells of a doctor, a place, an operation, or a birth without its day', () => {
    expect(found(undefined)).toEqual([]);
    for (const remark of ['born 1951', 'Whipple Procedure by Jane Smith 2012-03-12', 'Chart No. 12', 'record low 1951'])
      expect(found(remark)).toEqual([]);
  });

  it('is held against the other dates of the file, since nobody is named beside the day of birth of another', () => {
    const screen = new IdentifierScreen(['seen', 'x'], new Set());
    for (let i = 0; i < 50; i++) screen.add([`196${i % 10}-01-01`, i === 7 ? 'Seen by Jane Smith 12.03.1951' : '']);
    expect(screen.findings().filter(({ column }) => column === 'x')).toEqual([]);
  });
});

describe('A column of variants', () => {
  const screened = (rows: readonly (readonly string[])[], columns: readonly string[]) => {
    const screen = new IdentifierScreen(columns, new Set(['specimen']), new Map(), 'specimen', 'variant');
    for (const row of rows) screen.add(row);
    return screen.findings().map(({ column, holds }) => [column, holds]);
  };
  const rows = Array.from({ length: 600 }, (_, i) => {
    const specimen = Math.floor(i / 10);
    return [
      `s${specimen}`,
      String(7_577_000 + i * 13),
      String(4_800_001 + specimen * 17),
      `The variant number ${i} is likely to be of use`,
    ];
  });

  it('is of a patient only where all of her rows say the same', () => {
    expect(screened(rows, ['specimen', 'pos_hg38', 'v9', 'summary'])).toEqual([
      ['v9', 'numbers by which a hospital or an authority knows a person'],
    ]);
  });

  it('is of places also where patients have more variants than are remembered', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => [`s${i >> 1}`, String(7_577_000 + i * 13)]);
    expect(screened(many, ['specimen', 'pos_hg38'])).toEqual([]);
  });
});
