import { describe, expect, it } from 'vitest';
import { packParts } from '../../../lib/formats/annotate/package.ts';
import { DEFINITION_KEY } from '../../../lib/ingest/index.ts';
import { drain } from './settle.ts';
import { World } from './world.ts';

const DEFINITION = `title: Archives
tables:
  - { match: "study.zip/people.csv", rows: patient, patient: id, columns: { age: number } }
alterations:
  - { match: "study.zip/*.maf", covers: present, panel: exome, build: GRCh37 }
`;
const MAF = 'Hugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\nKRAS\tMissense_Mutation\tp1\n';

type Files = Readonly<Record<string, string | Buffer>>;

const zip = (files: Files): Buffer =>
  packParts(new Map(Object.entries(files).map(([name, content]) => [name, Buffer.from(content)])));

/** What an archive of these files beside a MAF comes to. */
const lookedAt = (files: Files) => cameTo(zip({ 'good.maf': MAF, ...files }));

async function cameTo(archive: Buffer) {
  const world = new World();
  for (const [key, content] of [
    [DEFINITION_KEY, DEFINITION],
    ['study.zip', archive],
  ] as const) {
    world.put(key, content);
    world.hint(key);
  }
  await drain(world);
  const { looked } = world.heads.get('study.zip')!;
  const { problems, alterations } = world.attempts.get(looked.attempt!)!;
  return { looked, problems, alterations };
}

describe('An archive', () => {
  it('is refused with a file of it that is refused, and the file is named', async () => {
    for (const [files, file, rule] of [
      [{ 'other.maf': 'a,b\n1,2\n' }, 'study.zip/other.maf', 'no-header'],
      [{ 'people.csv': 'number,age\n1,2\n' }, 'study.zip/people.csv', 'no-patient-column'],
      [{ 'people.csv': '{"a":1}' }, 'study.zip/people.csv', 'other-format'],
      [{ 'inner.zip': zip({ 'a.maf': MAF }) }, 'study.zip/inner.zip', 'archive-not-read'],
    ] as const) {
      const { looked, problems } = await lookedAt(files as Files);
      expect(looked).toMatchObject({ verdict: 'rejected', reason: rule });
      expect(problems).toMatchObject([{ rule, level: 'file', file }]);
    }
  });

  it.each([
    [
      'with more files than are read',
      zip(Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`${i}.csv`, 'a']))),
      'over-limit',
    ],
    ['with a name that leads out of it', zip({ '../people.csv': 'id,age\np1,3\n' }), 'undecodable'],
    ['that was cut', zip({ 'good.maf': MAF }).subarray(0, 60), 'truncated'],
  ] as const)('%s is refused, and not passed over', async (_, archive, reason) => {
    const { looked, problems } = await cameTo(archive);
    expect(looked).toMatchObject({ verdict: 'rejected', reason });
    expect(problems).toMatchObject([{ rule: reason, level: 'file', file: 'study.zip' }]);
  });

  it('with a file that the definition does not know is read, and says so', async () => {
    const { looked, problems, alterations } = await lookedAt({ 'more.csv': 'a,b\n1,2\n' });
    expect(looked.verdict).toBe('accepted with problems');
    expect(problems).toMatchObject([{ rule: 'unknown-member', level: 'warning', file: 'study.zip/more.csv' }]);
    expect(alterations).toMatchObject([{ gene: 'KRAS', member: 'good.maf' }]);
  });
});
