import { describe, expect, it } from 'vitest';
import { parseDefinition, planArchive, planReading } from '../../../lib/cohort/index.ts';
import { packParts } from '../../../lib/formats/annotate/package.ts';
import type { AttemptWriter } from '../../../lib/ingest/index.ts';
import { readRecords } from '../../../lib/ingest/read.ts';
import { pseudonymsUnder } from '../../../lib/store/pseudonyms.ts';

const YAML = `title: T
tables:
  - { match: study.zip/b/people.csv, rows: patient, patient: id, columns: { age: { type: number, range: [0, 100] } } }
  - { match: people.csv, rows: patient, patient: id, columns: { age_too: { from: age, type: number, range: [0, 100] } } }
  - { match: study.zip/a/visits.csv, name: visits, rows: event, patient: id, date: day, columns: { day: date } }
`;
const PEOPLE = 'id,age,who\np1,170,Augusta Featherstone\np2,60,Bertram Oglethorpe\np3,x,Cordelia Smallbone\np4\n';
const VISITS = 'id,day\np1,2020-01-01\np2,2020-13-01\n';

/** Everything that a reading hands over to be written. */
async function written(file: string, content: Uint8Array, yaml = YAML): Promise<{ calls: unknown[]; error: unknown }> {
  const calls: unknown[] = [];
  const take = async (...all: unknown[]): Promise<void> => {
    calls.push(...all.filter((each) => !Array.isArray(each) || each.length > 0));
  };
  const counts = { patients: 0, specimens: 0, alterations: 0, problems: 0 };
  const writer = {
    patients: take,
    specimens: take,
    events: take,
    alterations: take,
    facts: take,
    problems: take,
    complete: async () => counts,
  } as AttemptWriter;
  const open = async () =>
    (async function* () {
      yield content;
    })();
  const definition = parseDefinition(yaml, 'cohort.yaml');
  const reading = planReading(definition, file) ?? planArchive(definition, file)!;
  const error = await readRecords(open, reading, { file, pseudonym: pseudonymsUnder(new Uint8Array(32)) }, writer).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { calls, error };
}

describe('A source that tells who its patients are', () => {
  it('hands nothing over, neither rows nor problems, and is refused with its column', async () => {
    const { calls, error } = await written('people.csv', Buffer.from(PEOPLE));
    expect(error).toMatchObject({
      code: 'direct-identifiers',
      place: { file: 'people.csv', column: 'who' },
      problems: [{ rule: 'direct-identifiers', level: 'file', column: 'who' }],
    });
    expect(calls).toEqual([]);
    expect(JSON.stringify(error)).not.toMatch(/Featherstone|170/);
  });

  it('is refused where her visits say it again and again', async () => {
    const days = ['2020-01-01', '2020-02-01', '2020-03-01', '2020-04-01'];
    const names = ['Augusta Featherstone', 'Bertram Oglethorpe', 'Cordelia Smallbone'];
    const visits = days.flatMap((day) => names.map((name, i) => `p${i},${day},${name}\n`)).join('');
    const yaml = YAML.replace('study.zip/a/visits.csv', 'visits.csv');
    const { calls, error } = await written('visits.csv', Buffer.from(`id,day,who\n${visits}`), yaml);
    expect(error).toMatchObject({ code: 'direct-identifiers', place: { column: 'who' } });
    expect(calls).toEqual([]);
  });

  it('hands over everything once the column is to be ignored, whichever table says so', async () => {
    const { calls, error } = await written(
      'people.csv',
      Buffer.from(PEOPLE),
      YAML.replace('columns: { age_too', 'ignore: [who], columns: { age_too'),
    );
    expect(error).toBeUndefined();
    expect(JSON.stringify(calls)).not.toMatch(/Featherstone/);
    expect(JSON.stringify(calls)).toMatch(/170/);
  });

  it('refuses the archive that it lies in before anything of another member was handed over', async () => {
    const zip = packParts(
      new Map([
        ['a/visits.csv', Buffer.from(VISITS)],
        ['b/people.csv', Buffer.from(PEOPLE)],
      ]),
    );
    const { calls, error } = await written('study.zip', zip);
    expect(error).toMatchObject({ code: 'direct-identifiers' });
    expect(calls).toEqual([]);
    const without = packParts(
      new Map([
        ['a/visits.csv', Buffer.from(VISITS)],
        ['b/people.csv', Buffer.from('id,age\np1,170\n')],
      ]),
    );
    const told = JSON.stringify((await written('study.zip', without)).calls);
    expect(told).toMatch(/impossible-date/);
    expect(told).toMatch(/out-of-range/);
    expect(told).toMatch(/"table":"visits"/);
  });
});
