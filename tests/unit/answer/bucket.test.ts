import { gzipSync } from 'node:zlib';
import { writeXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { listed, lookAt } from '../../../lib/answer/bucket.ts';
import { parseDefinition, propose } from '../../../lib/cohort/index.ts';
import { packParts } from '../../../lib/formats/annotate/package.ts';
import { World } from './world.ts';

const COHORT = { site: 'a', cohort: 'crlm' };
const CLINICAL = 'patient_id,age,sex\np1,60,F\np2,61,M\np3,62,F\n';
const MAF =
  'Hugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification\tNCBI_Build\tFILTER\nKRAS\tp1\tSilent\tGRCh37\tPASS;wga\n';

async function lookedAt(files: Readonly<Record<string, string | Uint8Array>>) {
  const world = new World();
  for (const [key, content] of Object.entries(files)) world.objects.set(key, Buffer.from(content));
  return lookAt(COHORT, await listed(COHORT, world), world);
}

describe('What lies in a bucket', () => {
  it('is told by content, whatever it is called, and what cannot be read keeps nothing else from being read', async () => {
    const seen = await lookedAt({
      'cohort.yaml': 'title: x',
      'a.bin': CLINICAL,
      'b.txt': gzipSync(MAF),
      'broken.zip': 'PK\u0003\u0004 no zip',
      'empty.csv': '',
      'picture.csv': Buffer.from('89504e470d0a1a0a00', 'hex'),
      'seg.tsv': 'ID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean\ns1\t1\t100\t200\t5\t-0.4\n',
      'v.txt': '##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n',
    });
    expect(seen.tables.map(({ file, columns }) => [file, columns])).toEqual([['a.bin', ['patient_id', 'age', 'sex']]]);
    expect(seen.alterations).toEqual([
      {
        file: 'b.txt',
        kind: 'maf',
        specimens: ['p1'],
        specimenColumn: 'Tumor_Sample_Barcode',
        builds: ['GRCh37'],
        filters: ['PASS', 'wga'],
      },
      { file: 'v.txt', kind: 'vcf', specimens: [], builds: [], filters: [] },
    ]);
    expect(seen.alone.map(({ file }) => file)).toEqual(['seg.tsv']);
    expect(seen.unread.map(({ file }) => file)).toEqual(['broken.zip', 'empty.csv', 'picture.csv']);
    expect(seen.unread.at(-1)?.says).toBe('the file is a PNG picture, which is not read');
  });

  it('is every sheet of a workbook and every file of an archive', async () => {
    const workbook = await writeXlsx({
      sheets: [
        {
          name: 'First',
          rows: [
            ['patient_id', 'age'],
            ['p1', 60],
            ['p2', 61],
          ],
        },
        {
          name: 'Second',
          rows: [
            ['patient_id', 'weight'],
            ['p1', 70],
            ['p2', 71],
          ],
        },
      ],
    });
    const archive = packParts(
      new Map([
        ['x/clinical.csv', Buffer.from(CLINICAL)],
        ['x/data.maf', Buffer.from(MAF)],
      ]),
    );
    const seen = await lookedAt({ 'book.xlsx': workbook, 'study.zip': archive });
    expect(seen.tables.map(({ file, sheet }) => [file, sheet])).toEqual([
      ['book.xlsx', undefined],
      ['book.xlsx', 'Second'],
      ['study.zip/clinical.csv', undefined],
    ]);
    expect(seen.alterations.map(({ file }) => file)).toEqual(['study.zip/data.maf']);
    parseDefinition(JSON.stringify(propose(seen).definition), 'cohort.yaml');
  });

  it('has its header below a title', async () => {
    const seen = await lookedAt({ 'a.csv': `Patients of the clinic\n\n${CLINICAL}`, 'b.csv': CLINICAL });
    expect(seen.tables.map(({ file, header, columns }) => [file, header, columns[0]])).toEqual([
      ['a.csv', 3, 'patient_id'],
      ['b.csv', undefined, 'patient_id'],
    ]);
    expect(propose(seen).definition).toMatchObject({ tables: [{ match: 'a.csv', header: 3 }, { match: 'b.csv' }] });
  });

  it('keeps no value of a column that tells who patients are', async () => {
    const seen = await lookedAt({
      'a.csv': 'id,who,age\n1,Augusta Featherstone,60\n2,Bertram Oglethorpe,61\n3,Cordelia Smallbone,62\n',
    });
    const proposal = propose(seen);
    expect(JSON.stringify(proposal)).not.toMatch(/Featherstone|Oglethorpe/);
    expect(proposal.definition).toMatchObject({ tables: [{ ignore: ['who'] }] });
  });
});
