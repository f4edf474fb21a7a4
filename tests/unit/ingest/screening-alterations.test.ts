import { describe, expect, it } from 'vitest';
import { lookAt } from '../../../lib/answer/bucket.ts';
import { parseDefinition, planArchive, planReading, propose } from '../../../lib/cohort/index.ts';
import { packParts } from '../../../lib/formats/annotate/package.ts';
import type { AttemptWriter } from '../../../lib/ingest/index.ts';
import { readRecords } from '../../../lib/ingest/read.ts';
import { pseudonymsUnder } from '../../../lib/store/pseudonyms.ts';

const WHO = [
  'Augusta Featherstone',
  'Bertram Oglethorpe',
  'Cordelia Smallbone',
  'Dorothea Quince',
  'Edmund Larkspur',
  'Felicity Thornbury',
];

/** Lines of cells between tabs. */
const lines = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => `${row.join('\t')}\n`).join('');

/** Ten rows of each of six specimens. */
const rowsOf = (row: (specimen: string, i: number, who: string) => readonly (string | number)[]) =>
  WHO.flatMap((who, w) => Array.from({ length: 10 }, (_, i) => row(`S${w}`, w * 10 + i, who)));

type Cell = (i: number, who: string) => string;

/** Files of each kind, with a column of what is given. */
const FILES: Readonly<Record<string, (name: string, cell: Cell) => string>> = {
  'data.maf': (name, cell) =>
    lines([
      [
        'Hugo_Symbol',
        'Entrez_Gene_Id',
        'Chromosome',
        'Start_Position',
        'Variant_Classification',
        'Tumor_Sample_Barcode',
        name,
      ],
      ...rowsOf((specimen, i, who) => [
        `G${i}`,
        100_000 + i,
        '7',
        5_500_000 + i,
        'Missense_Mutation',
        specimen,
        cell(i, who),
      ]),
    ]),
  'sv.txt': (name, cell) =>
    lines([
      ['Sample_Id', 'Site1_Hugo_Symbol', 'Site2_Hugo_Symbol', 'Site1_Position', 'SV_Status', name],
      ...rowsOf((specimen, i, who) => [specimen, `G${i}`, `H${i}`, 5_500_000 + i, 'SOMATIC', cell(i, who)]),
    ]),
};

const DEFINITION = `title: T
tables:
  - { match: c.csv, rows: patient, patient: id, columns: { age: number } }
alterations:
  - { match: data.maf, covers: present, panel: exome }
  - { match: sv.txt, covers: present, panel: exome }
  - { match: cna.txt, covers: file, panel: exome }
  - { match: a.seg, covers: file, panel: exome }
  - { match: "study.zip/*", covers: present, panel: exome }
`;

async function handedOver(file: string, content: Uint8Array, yaml = DEFINITION) {
  const calls: unknown[] = [];
  const take = async (...all: unknown[]): Promise<void> => {
    calls.push(...all.filter((each) => !Array.isArray(each) || each.length > 0));
  };
  const writer = { patients: take, specimens: take, events: take, alterations: take, facts: take, problems: take };
  const open = async () =>
    (async function* () {
      yield content;
    })();
  const definition = parseDefinition(yaml, 'cohort.yaml');
  const reading = planReading(definition, file) ?? planArchive(definition, file)!;
  const options = { file, pseudonym: pseudonymsUnder(new Uint8Array(32)) };
  const error: unknown = await readRecords(open, reading, options, writer as unknown as AttemptWriter).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { calls, error };
}

describe.each(Object.entries(FILES))('A file of alterations, %s', (file, made) => {
  it.each<[string, string, Cell]>([
    ['names', 'x', (_, who) => who],
    ['names of its patients under their name', 'patient_name', (_, who) => who.split(' ')[0]!],
    ['record numbers', 'x', (_, who) => String(4_812_345 + WHO.indexOf(who) * 17)],
    ['addresses', 'x', (i) => (i === 23 ? 'a.b@clinic.example' : '')],
    ['a remark', 'x', (i) => (i === 23 ? 'Augusta Featherstone, born 12 March 1951' : 'seen')],
    ['free text', 'comments', (i) => `It was seen again number ${i}`],
  ])('hands nothing over where a column holds %s', async (_, name, cell) => {
    const { calls, error } = await handedOver(file, Buffer.from(made(name, cell)));
    expect(error).toMatchObject({ code: 'direct-identifiers', place: { file, column: name } });
    expect(calls).toEqual([]);
    expect(JSON.stringify(error)).not.toMatch(/Featherstone|clinic|4812345/);
    const yaml = DEFINITION.replaceAll('covers: present', `ignore: [${name}], covers: present`);
    const ignored = await handedOver(file, Buffer.from(made(name, cell)), yaml);
    expect(ignored.error).toBeUndefined();
    expect(JSON.stringify(ignored.calls)).not.toMatch(/Featherstone|clinic/);
  });

  it('hands all over where its columns tell of variants', async () => {
    const { calls, error } = await handedOver(file, Buffer.from(made('pos_hg38', (i) => String(7_500_000 + i * 11))));
    expect(error).toBeUndefined();
    expect(JSON.stringify(calls)).toMatch(/G39/);
    const summary = made('summary', (i) => `This alteration of gene G${i} is likely to be oncogenic by its place`);
    expect((await handedOver(file, Buffer.from(summary))).error).toBeUndefined();
  });

  it('refuses the archive that it lies in before anything of another member was handed over', async () => {
    const named = made('x', (_, who) => who);
    const zip = packParts(
      new Map([
        ['a.maf', Buffer.from(FILES['data.maf']!('x', () => ''))],
        [`z-${file}`, Buffer.from(named)],
      ]),
    );
    const { calls, error } = await handedOver('study.zip', zip);
    expect(error).toMatchObject({ code: 'direct-identifiers', place: { file: `study.zip/z-${file}`, column: 'x' } });
    expect(calls).toEqual([]);
  });

  it('is drafted with the column to be ignored', async () => {
    const content = Buffer.from(made('x', (_, who) => who));
    const sources = {
      open: async () =>
        (async function* () {
          yield content;
        })(),
    };
    const seen = await lookAt({ site: 's', cohort: 'c' }, [{ key: file, etag: '1' }], {
      sources,
    } as unknown as Parameters<typeof lookAt>[2]);
    const { definition, evidence } = propose(seen);
    expect(definition).toMatchObject({ alterations: [{ match: file, ignore: ['x'] }] });
    expect(evidence.find(({ place }) => place === '/alterations/0/ignore')).toMatchObject({ column: 'x' });
    expect(JSON.stringify({ definition, evidence })).not.toMatch(/Featherstone/);
  });
});

describe('A file of numbers', () => {
  const matrix = (cell: string): string =>
    lines([
      ['Hugo_Symbol', 'Entrez_Gene_Id', 'S1', 'S2'],
      ...Array.from({ length: 60 }, (_, i) => [`G${i}`, 100_003 + i * 7, i % 3, i === 50 ? cell : 0]),
    ]);
  const segments = (cell: string): string =>
    lines([
      ['who', 'chrom', 'loc.start', 'loc.end', 'num.mark', 'seg.mean'],
      ...Array.from({ length: 60 }, (_, i) => [
        `S${i}`,
        7,
        1_000_000 + i * 101,
        2_000_000 + i * 103,
        12,
        i === 50 ? cell : 0.5,
      ]),
    ]);

  it.each([
    ['cna.txt', matrix, 'S2'],
    ['a.seg', segments, 'seg.mean'],
  ])('is refused where a cell tells who somebody is: %s', async (file, made, column) => {
    for (const cell of ['a.b@clinic.example', 'Augusta Featherstone 12.03.1951']) {
      const { calls, error } = await handedOver(file, Buffer.from(made(cell)));
      expect(error).toMatchObject({ code: 'direct-identifiers', place: { file, column }, problems: [{ line: 52 }] });
      expect(calls).toEqual([]);
    }
    const { calls, error } = await handedOver(file, Buffer.from(made('0.25')));
    expect(error).toBeUndefined();
    expect(calls.length).toBeGreaterThan(0);
  });

  it('takes what its specimens are called for keys, whatever they are called', async () => {
    const named = segments('1').replaceAll(
      /^S(\d+)/gm,
      (_, i: string) => `${WHO[Number(i) % 6]} ${'I'.repeat(1 + Number(i))}`,
    );
    expect((await handedOver('a.seg', Buffer.from(named))).error).toBeUndefined();
  });
});
