import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listed, lookAt } from '../../../lib/answer/bucket.ts';
import { type Proposal, parseDefinition, propose } from '../../../lib/cohort/index.ts';
import { World } from './world.ts';

const COHORT = { site: 'a', cohort: 'crlm' };
const FIXTURES = join(import.meta.dirname, '../../fixtures');
const DEMO = join(import.meta.dirname, '../../../demo/data');

type Files = Readonly<Record<string, string | Uint8Array>>;

function filesIn(folder: string): Files {
  const inside = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    inside.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), readFileSync(path)];
    }),
  );
}

async function draftOf(files: Files): Promise<Proposal> {
  const world = new World();
  for (const [key, content] of Object.entries(files)) world.objects.set(key, Buffer.from(content));
  return propose(await lookAt(COHORT, await listed(COHORT, world), world));
}

/** The draft with a choice at its place, a JSON pointer; `-` is one more of a list. */
function withChoice(draft: unknown, place: string, choice: unknown): unknown {
  const whole = structuredClone(draft) as Record<string, unknown>;
  const parts = place.slice(1).split('/');
  const last = parts.pop()!;
  let at = whole;
  for (const [i, part] of parts.entries()) {
    at[part] ??= parts[i + 1] === undefined && last === '-' ? [] : {};
    at = at[part] as Record<string, unknown>;
  }
  if (last === '-') (at as unknown as unknown[]).push(choice);
  else at[last] = choice;
  return whole;
}

/** Choices that PUT would refuse, and why. */
function refusedOf({ definition, questions }: Proposal): readonly string[] {
  return questions.flatMap(({ place, choices, chosen }) =>
    [...choices, ...(chosen === undefined ? [] : [chosen])].flatMap((choice) => {
      try {
        parseDefinition(JSON.stringify(withChoice(definition, place, choice)), 'cohort.yaml');
        return [];
      } catch (error) {
        return [`${place} ${JSON.stringify(choice)}: ${String(error)}`];
      }
    }),
  );
}

const people = (columns: string, row: (i: number) => string): string =>
  `${columns}\n${Array.from({ length: 30 }, (_, i) => `P${i},${row(i)}\n`).join('')}`;

describe('Each choice of a question, put at its place, is a definition that PUT takes', () => {
  it.each([
    ['formats', join(FIXTURES, 'formats')],
    ['conversion by hand', join(FIXTURES, 'conversion-by-hand')],
    ['endpoints by hand', join(FIXTURES, 'by-hand/endpoints')],
    ['genes by hand', join(FIXTURES, 'by-hand/genes')],
    ['operations by hand', join(FIXTURES, 'by-hand/operations')],
    ['scores by hand', join(FIXTURES, 'by-hand/scores')],
    ['segments by hand', join(FIXTURES, 'by-hand/segments')],
    ['warnings by hand', join(FIXTURES, 'by-hand/warnings')],
    ['TCGA-LAML', join(FIXTURES, 'tcga-laml')],
    ['TCGA-READ', join(DEMO, 'tcga-read')],
    ['CRLM of TCIA', join(DEMO, 'crlm-tcia')],
  ])('of the files of %s', async (_, folder) => {
    const draft = await draftOf(filesIn(folder));
    expect(draft.questions.length).toBeGreaterThan(0);
    expect(refusedOf(draft)).toEqual([]);
  });

  it.each([
    [
      'an event by its codes',
      people('patient_id,OS_MONTHS,OS_STATUS', (i) => `${i}.5,${i % 3 ? '0:LIVING' : '1:DECEASED'}`),
    ],
    [
      'an event that nobody has',
      people('patient_id,OS_MONTHS,OS_STATUS', (i) => `${i}.5,${i % 3 ? 'alive' : 'living'}`),
    ],
    [
      'an event that one patient has',
      people('patient_id,OS_MONTHS,OS_STATUS', (i) => `${i}.5,${i ? 'alive' : 'dead'}`),
    ],
    ['yes and no but for one', people('patient_id,treated', (i) => (i ? (i % 2 ? 'ja' : 'nein') : 'vielleicht'))],
    ['a code that one patient has', people('patient_id,stage', (i) => (i ? `I${'I'.repeat(i % 3)}` : 'Il'))],
    [
      'a vital status that one patient has',
      people('patient_id,vital_status,diagnosis_date,death_date,last_contact_date', (i) =>
        i ? `alive,2019-01-02,,2020-01-02` : 'deceased,2019-01-02,2020-01-02,2020-01-02',
      ),
    ],
    ['two codes', people('patient_id,arm', (i) => String(1 + (i % 2)))],
    ['nines', people('patient_id,nodes', (i) => (i ? String(i) : '999'))],
    ['times of one unit or another', people('patient_id,time,event', (i) => `${i * 40},${i % 2}`)],
    ['a name that may be one', people('patient_id,surname,age', (i) => `x${i % 7},${40 + i}`)],
  ])('of a table with %s', async (_, table) => {
    const draft = await draftOf({ 'a.csv': table });
    expect(draft.questions.length).toBeGreaterThan(1);
    expect(refusedOf(draft)).toEqual([]);
  });

  it('of VCFs of callers', async () => {
    const table = people('patient_id,age', (i) => String(40 + i));
    const draft = await draftOf({ ...filesIn(join(FIXTURES, 'vcf/callers')), 'a.csv': table });
    expect(draft.questions.map(({ place }) => place)).toContain('/alterations/0/build');
    expect(refusedOf(draft)).toEqual([]);
  });

  it('of files that are left out', async () => {
    const draft = await draftOf({
      'a.csv': people('patient_id,age', (i) => String(40 + i)),
      'nobody.csv': 'age,sex\n50,F\n60,M\n50,F\n',
      'm.txt': 'Hugo_Symbol\tP1\tP2\nKRAS\t-0.31\t0.2\nTP53\t0\t1.5\n',
    });
    const places = draft.questions.map(({ place }) => place);
    expect(places).toEqual(expect.arrayContaining(['/tables/-', '/alterations/-']));
    expect(refusedOf(draft)).toEqual([]);
  });
});
