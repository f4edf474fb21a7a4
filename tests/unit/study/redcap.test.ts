import { describe, expect, it } from 'vitest';
import { listed, lookAt } from '../../../lib/answer/bucket.ts';
import { propose } from '../../../lib/cohort/index.ts';
import { World } from '../answer/world.ts';
import { cohortOf } from './cohort.ts';
import { comparable } from './tables.ts';

const csv = (...rows: readonly (readonly string[])[]): string =>
  rows.map((cells) => `${cells.map((cell) => (/[",]/.test(cell) ? `"${cell}"` : cell)).join(',')}\r\n`).join('');

const DICTIONARY = csv(
  [
    'Variable / Field Name',
    'Form Name',
    'Field Type',
    'Field Label',
    'Choices, Calculations, OR Slider Labels',
    'Field Note',
    'Text Validation Type OR Show Slider Number',
    'Text Validation Min',
    'Text Validation Max',
    'Identifier?',
  ],
  ['record_id', 'base', 'text', 'Record ID', '', '', '', '', '', ''],
  ['sex', 'base', 'radio', '<b>Sex</b>', '1, Female | 2, Male', '', '', '', '', ''],
  ['age', 'base', 'text', 'Age', '', 'years', 'integer', '18', '110', ''],
  ['sites', 'base', 'checkbox', 'Sites of metastases', '1, Liver | 2, Lung', '', '', '', '', ''],
  ['dead', 'base', 'yesno', 'Died', '', '', '', '', '', ''],
  ['os_months', 'base', 'calc', 'OS', 'round(1)', 'months', '', '', '', ''],
  ['remarks', 'base', 'notes', 'Remarks', '', '', '', '', '', ''],
  ['course_start', 'course', 'text', 'Date', '', '', 'date_ymd', '', '', ''],
  ['drug', 'course', 'dropdown', 'Drug', '1, FOLFOX | 2, FOLFIRI', '', '', '', '', ''],
  ['scan_date', 'scan', 'text', 'Date', '', '', 'date_dmy', '', '', ''],
  ['response', 'scan', 'radio', 'Response', 'CR, Complete | PD, Progress', '', '', '', '', ''],
);

const RAW =
  'record_id,redcap_repeat_instrument,redcap_repeat_instance,sex,age,sites___1,sites___2,dead,os_months,remarks,base_complete,course_start,drug,course_complete,scan_date,response,scan_complete'.split(
    ',',
  );
const LABELS = [
  'Record ID',
  'Repeat Instrument',
  'Repeat Instance',
  'Sex',
  'Age',
  'Sites of metastases (choice=Liver)',
  'Sites of metastases (choice=Lung)',
  'Died',
  'OS',
  'Remarks',
  'Complete?',
  'Date',
  'Drug',
  'Complete?',
  'Date',
  'Response',
  'Complete?',
];

/** A cell of raw data, and what an export of labels writes there. */
const MEANING: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  redcap_repeat_instrument: { course: 'Course', scan: 'Scan' },
  sex: { 1: 'Female', 2: 'Male' },
  sites___1: { 0: 'Unchecked', 1: 'Checked' },
  sites___2: { 0: 'Unchecked', 1: 'Checked' },
  dead: { 0: 'No', 1: 'Yes' },
  drug: { 1: 'FOLFOX', 2: 'FOLFIRI' },
  response: { CR: 'Complete', PD: 'Progress' },
  base_complete: { 2: 'Complete' },
  course_complete: { 2: 'Complete' },
  scan_complete: { 2: 'Complete' },
};

const ROWS = [
  '1,,,1,61,1,0,0,25,seen again in spring,2,,,,,,',
  '1,course,1,,,,,,,,,2019-04-01,1,2,,,',
  '1,course,2,,,,,,,,,2019-09-01,2,2,,,',
  '1,scan,1,,,,,,,,,,,,2019-06-01,CR,2',
  '2,,,2,70,1,1,1,12,,2,,,,,,',
  '2,course,1,,,,,,,,,2019-01-10,2,2,,,',
  '2,scan,1,,,,,,,,,,,,2019-03-01,PD,2',
  '3,,,1,,0,0,0,16,,2,,,,,,',
].map((row) => row.split(','));

const raw = csv(RAW, ...ROWS);
const labels = csv(LABELS, ...ROWS.map((cells) => cells.map((cell, i) => MEANING[RAW[i]!]?.[cell] ?? cell)));

async function drafted(files: Readonly<Record<string, string>>) {
  const world = new World();
  for (const [key, content] of Object.entries(files)) world.objects.set(key, Buffer.from(content));
  const of = { site: 'a', cohort: 'c' };
  const { definition } = propose(await lookAt(of, await listed(of, world), world));
  const cohort = await cohortOf({ ...files, 'cohort.yaml': JSON.stringify(definition) });
  return { tables: definition['tables'] as readonly Readonly<Record<string, unknown>>[], cohort };
}

describe('An export of REDCap', () => {
  it('is a table of patients and one of each repeating instrument, read by its dictionary', async () => {
    const { tables, cohort } = await drafted({ 'export.csv': raw, 'dictionary.csv': DICTIONARY });
    expect(tables.map(({ rows, name, only, date }) => [rows, name, only, date])).toEqual([
      ['patient', undefined, { redcap_repeat_instrument: [''] }, undefined],
      ['event', 'course', { redcap_repeat_instrument: ['course'] }, 'course_start'],
      ['event', 'scan', { redcap_repeat_instrument: ['scan'] }, 'scan_date'],
    ]);
    expect(tables[0]).toMatchObject({
      ignore: ['remarks'],
      columns: {
        sex: { codes: { 1: 'Female', 2: 'Male' } },
        age: { type: 'integer', unit: 'years', range: [18, 110] },
        sites_1: { from: 'sites___1', type: 'boolean', label: 'Sites of metastases: Liver' },
        os_months: { type: 'duration', unit: 'months' },
        base_complete: { codes: { 0: 'Incomplete', 1: 'Unverified', 2: 'Complete' } },
      },
    });
    expect(cohort.problems).toEqual([]);
  });

  it('of labels comes to the same tables, also where forms share the names of columns', async () => {
    const [before, after] = [
      await drafted({ 'export.csv': raw, 'dictionary.csv': DICTIONARY }),
      await drafted({ 'export.csv': labels, 'dictionary.csv': DICTIONARY }),
    ];
    expect(after.tables[2]).toMatchObject({ columns: { scan_date: { from: 'Date (2)' }, scan_complete: {} } });
    const lists = ({ tables }: typeof before.cohort) =>
      Object.entries(comparable(tables)).map(([name, rows]) => [name.toLowerCase(), rows]);
    expect(lists(after.cohort)).toEqual(lists(before.cohort));
    expect(after.cohort.problems).toEqual([]);
  });

  it('of labels knows what is ticked without a dictionary', async () => {
    const { tables } = await drafted({ 'export.csv': labels });
    expect(tables[0]).toMatchObject({
      columns: { Sites_of_metastases_choice_Liver: { type: 'boolean', codes: { Checked: true, Unchecked: false } } },
    });
  });

  it('plays roles by what its dictionary calls columns, and leaves missing what it says is not known', async () => {
    const field = (name: string, type: string, label: string, choices = '', validation = '') =>
      [name, 'base', type, label, choices, '', validation, '', '', ''] as const;
    const dictionary = csv(
      DICTIONARY.split('\r\n')[0]!
        .replaceAll('"', '')
        .replace('Choices, Calculations,', 'Choices# Calculations#')
        .split(',')
        .map((name) => name.replaceAll('#', ',')),
      field('record_id', 'text', 'Record ID'),
      field('v1', 'text', 'Date of diagnosis', '', 'date_ymd'),
      field('v2', 'text', 'Date of last contact', '', 'date_ymd'),
      field('v3', 'text', 'Date of death', '', 'date_ymd'),
      field('v4', 'radio', 'Vital status', '0, Alive | 1, Dead | 9, Unknown'),
      field('ills', 'checkbox', 'Ills', '1, Diabetes | -1, None'),
    );
    const data = csv(
      ['record_id', 'v1', 'v2', 'v3', 'v4', 'ills___1', 'ills____1'],
      ['1', '2018-01-01', '2020-01-01', '2020-01-01', '1', '1', '0'],
      ['2', '2018-02-01', '2021-01-01', '', '0', '0', '1'],
      ['3', '2018-03-01', '2021-05-01', '', '9', '0', '1'],
    );
    const { tables, cohort } = await drafted({ 'export.csv': data, 'dictionary.csv': dictionary });
    expect(tables[0]!['columns']).toMatchObject({
      v4: { codes: { 0: 'Alive', 1: 'Dead' }, missing: ['9'] },
      ills_1: { from: 'ills___1', label: 'Ills: Diabetes' },
      ills_1_2: { from: 'ills____1', label: 'Ills: None' },
    });
    expect(cohort.definition.endpoints['os']).toEqual({
      origin: 'v1',
      events: [{ date: 'v3', when: 'v4 == "Dead"' }],
      seen: 'v2',
    });
    expect(cohort.definition.checks?.map(({ id }) => id)).toContain('death-without-date');
    expect(cohort.problems).toEqual([]);
  });
});
