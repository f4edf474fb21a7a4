import { describe, expect, it } from 'vitest';
import { readParquet, writeZip } from '../../../lib/formats/index.ts';
import { DEFINITION_KEY, documentName } from '../../../lib/ingest/index.ts';
import { bgzip } from '../formats/vcf/bgzip.ts';
import { CSQ, vcf } from '../formats/vcf/read.ts';
import { drain } from './settle.ts';
import { World } from './world.ts';

const DEFINITION = `title: Files of specimens
tables:
  - { match: specimens.csv, rows: specimen, patient: patient, specimen: specimen, columns: { age: number } }
alterations:
  - { match: "vcf/{specimen}.vcf*", covers: file, panel: exome, build: GRCh37 }
  - { match: "all/*.vcf", covers: file, panel: exome, build: GRCh37 }
derived:
  kras: altered("KRAS")
`;

const SPECIMENS = 'patient,specimen,age\nP1,P1-T,50\nP2,P2-T,60\nP3,P3-T,70\n';
const KRAS_BED = 'chr12\t25398200\t25398400\tKRAS\n';
const csq = (consequence: string): string => `CSQ=T|${consequence}||KRAS|3845|||protein_coding|p.Gly12Asp||`;
const annotated = (consequence: string, gt = '0/1'): Buffer =>
  vcf([`12 25398284 . C T . PASS ${csq(consequence)} GT 0/0 ${gt}`], [CSQ], ['NORMAL', 'TUMOR']);
const bare = vcf(['12 25398284 . C T . PASS . GT 0/1'], [], ['any']);

async function putAll(world: World, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [key, content] of Object.entries(files)) {
    world.put(key, content);
    world.hint(key);
  }
  await drain(world);
}

async function worldOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<World> {
  const world = new World();
  await putAll(world, { [DEFINITION_KEY]: DEFINITION, 'specimens.csv': SPECIMENS, ...files });
  return world;
}

const looked = (world: World, key: string) => world.heads.get(key)!.looked;
const recordsOf = (world: World, key: string) => world.attempts.get(looked(world, key).attempt!)!;
const problemsOf = (world: World) =>
  JSON.parse(
    new TextDecoder().decode(world.documents.get(documentName.frame(world.current!.frame!, 'problems.json'))!.body),
  ) as {
    rule: string;
    file: string;
    value?: string;
  }[];

describe('A VCF of a specimen', () => {
  it('joins it by its key, and covers it though nothing was found', async () => {
    const world = await worldOf({
      'vcf/P1-T.vcf.gz': bgzip(annotated('missense_variant')),
      'vcf/P2-T.vcf': annotated('missense_variant', '0/0'),
    });
    expect(looked(world, 'vcf/P1-T.vcf.gz')).toMatchObject({ content: 'annotated-vcf', counts: { alterations: 1 } });
    const { alterations } = recordsOf(world, 'vcf/P1-T.vcf.gz');
    expect(alterations[0]).toMatchObject({
      specimenIdentifier: 'P1-T',
      gene: 'KRAS',
      geneId: '3845',
      class: 'Missense_Mutation',
    });
    expect(recordsOf(world, 'vcf/P2-T.vcf').facts).toEqual([{ covered: [expect.any(String)] }]);
    expect(problemsOf(world)).toEqual([]);
  });

  it('that no table lists is reported, whether anything was found in it or not', async () => {
    const world = await worldOf({
      'vcf/P8-T.vcf': annotated('missense_variant'),
      'vcf/P9-T.vcf': annotated('missense_variant', '0/0'),
    });
    expect(problemsOf(world).map(({ rule, file, value }) => [rule, file, value])).toEqual([
      ['unknown-patient', 'vcf/P8-T.vcf', 'P8-T'],
      ['unlisted-specimen', 'vcf/P9-T.vcf', undefined],
    ]);
  });

  it('of several samples joins them by their names', async () => {
    const world = await worldOf({
      'all/batch.vcf': vcf([`12 25398284 . C T . PASS ${csq('missense_variant')} GT 0/1 0/0`], [CSQ], ['P1-T', 'P3-T']),
    });
    expect(recordsOf(world, 'all/batch.vcf').alterations.map(({ specimenIdentifier }) => specimenIdentifier)).toEqual([
      'P1-T',
    ]);
    expect(problemsOf(world)).toEqual([]);
  });

  it('keeps what is not coding only where the definition asks for it', async () => {
    const world = await worldOf({ 'vcf/P1-T.vcf': annotated('upstream_gene_variant') });
    expect(recordsOf(world, 'vcf/P1-T.vcf').alterations).toEqual([]);
    await putAll(world, { [DEFINITION_KEY]: `${DEFINITION}qualifying: { classes: ["5'Flank"] }\n` });
    expect(recordsOf(world, 'vcf/P1-T.vcf').alterations).toMatchObject([{ class: "5'Flank" }]);
  });

  it('is refused as what it is where the definition takes it for a table', async () => {
    const world = await worldOf({ 'specimens.csv': annotated('missense_variant') });
    expect(looked(world, 'specimens.csv')).toMatchObject({ verdict: 'rejected', reason: 'other-format' });
    const [problem] = recordsOf(world, 'specimens.csv').problems;
    expect(problem!.says).toBe('the definition takes the file for a table, and it is a VCF');
  });

  it('is wild type where it was looked at and nothing found, also where specimens are called as their patients', async () => {
    const definition = DEFINITION.replace(
      'match: specimens.csv, rows: specimen, patient: patient, specimen: specimen',
      'match: specimens.csv, rows: patient, patient: patient',
    );
    const world = await worldOf({
      [DEFINITION_KEY]: definition,
      'specimens.csv': 'patient,age\nP1,50\nP2,60\nP3,70\nP4,75\nP5,80\n',
      'vcf/P1.vcf': annotated('missense_variant'),
      'vcf/P2.vcf': annotated('missense_variant', '0/0'),
      'vcf/P3.vcf': vcf([], [CSQ], ['any']),
      'all/a.vcf': vcf([`12 25398284 . C T . PASS ${csq('missense_variant')} GT 0/0`], [CSQ], ['P4']),
    });
    const { columns } = (
      await readParquet(world.documents.get(documentName.frame(world.current!.frame!, 'patients.parquet'))!.body)
    ).table;
    const [age, kras] = ['age', 'kras'].map((name) => (columns.get(name) as { values: ArrayLike<number> }).values);
    const told = Object.fromEntries(Array.from(age!, (years, row) => [years, kras![row]]));
    expect(told).toEqual({ 50: 1, 60: 0, 70: 0, 75: 0, 80: 2 }); // of the last nothing is known
    expect(problemsOf(world)).toEqual([]);
  });

  it.each([
    ['another version', Buffer.from('##fileformat=VCFv4.0\n#CHROM\n'), 'unknown-version'],
    ['no line of columns', Buffer.from('##fileformat=VCFv4.2\n1\t2\n'), 'no-header'],
    ['blocks without their end', bgzip(annotated('missense_variant')).subarray(0, -28), 'truncated'],
    [
      'two unmarked samples',
      vcf([`12 1 . C T . . ${csq('missense_variant')} GT 0/1 0/1`], [CSQ], ['A', 'B']),
      'unmarked-samples',
    ],
  ])('is refused for what is wrong with it: %s', async (_, bytes, reason) => {
    const world = await worldOf({ 'vcf/P1-T.vcf': bytes });
    expect(looked(world, 'vcf/P1-T.vcf')).toMatchObject({ verdict: 'rejected', reason });
  });

  it('is no FASTA, whatever its key', async () => {
    const world = await worldOf({ 'vcf/P1-T.vcf': '>1\nACGT\n' });
    expect(recordsOf(world, 'vcf/P1-T.vcf').problems[0]!.says).toBe(
      'the definition takes the file for alterations, and it is a FASTA',
    );
  });

  it.each([
    ['compressed', bgzip(Buffer.from('TBI\u0001\u0002\0\0\0'))],
    ['not compressed', Buffer.from('CSI\u0001\u000e\0\0\0')],
  ])(
    'has an index beside it, %s, that is not read: refused as one where the definition takes it for a VCF',
    async (_, index) => {
      const world = await worldOf({ 'beside/P1-T.vcf.gz.tbi': index, 'vcf/P1-T.vcf.gz.tbi': index });
      expect(looked(world, 'beside/P1-T.vcf.gz.tbi')).toMatchObject({ verdict: 'unmapped', content: 'index' });
      expect(looked(world, 'vcf/P1-T.vcf.gz.tbi')).toMatchObject({ verdict: 'rejected', reason: 'other-format' });
      expect(recordsOf(world, 'vcf/P1-T.vcf.gz.tbi').problems[0]!.says).toBe(
        'the definition takes the file for alterations, and it is an index of another file (.tbi, .csi or .bai)',
      );
      expect(recordsOf(world, 'vcf/P1-T.vcf.gz.tbi').problems[0]!.remedy).toMatch(/^Nothing is lost/);
    },
  );
});

describe('What a VCF is read by', () => {
  it('is a source without a definition, and needs none', async () => {
    const world = new World();
    await putAll(world, {
      'genome.fa': '>1\nACGT\n',
      'genes.bed': KRAS_BED,
      'broken.bed': 'chr1\t0\t10\tA\nchr1\tx\n',
    });
    expect(looked(world, 'genome.fa')).toMatchObject({ verdict: 'accepted', content: 'fasta' });
    expect(looked(world, 'genes.bed')).toMatchObject({ verdict: 'accepted', content: 'bed' });
    expect(looked(world, 'broken.bed')).toMatchObject({ verdict: 'rejected', reason: 'other-format' });
  });

  it('gives genes by position as soon as it comes, and takes them along when it goes', async () => {
    const world = await worldOf({ 'vcf/P1-T.vcf': bare });
    expect(looked(world, 'vcf/P1-T.vcf')).toMatchObject({ verdict: 'rejected', reason: 'no-gene' });
    const without = world.current!.revision;
    await putAll(world, { 'genes.bed': KRAS_BED });
    expect(looked(world, 'vcf/P1-T.vcf').verdict).toBe('accepted with problems');
    expect(recordsOf(world, 'vcf/P1-T.vcf').alterations).toMatchObject([{ gene: 'KRAS', class: null }]);
    expect(world.current!.revision).not.toBe(without);
    world.delete('genes.bed');
    world.hint('genes.bed');
    await drain(world);
    expect(looked(world, 'vcf/P1-T.vcf')).toMatchObject({ verdict: 'rejected', reason: 'no-gene' });
    expect(world.current!.revision).toBe(without);
  });

  it('says that genes were told by position, and by which BEDs, those under panels too', async () => {
    const world = await worldOf({
      'vcf/P1-T.vcf': bare,
      'vcf/P2-T.vcf': annotated('missense_variant'),
      'genes.bed': KRAS_BED,
      'panels/p.bed': 'chr17\t7571720\t7590868\tTP53\n',
    });
    const factsOf = (key: string) => recordsOf(world, key).facts;
    expect(factsOf('vcf/P1-T.vcf')).toMatchObject([{ byPosition: true }]);
    expect(factsOf('vcf/P2-T.vcf')[0]).not.toHaveProperty('byPosition');
    expect(factsOf('genes.bed')).toEqual([{ positions: [{ symbol: 'KRAS', chromosome: '12' }] }]);
    expect(factsOf('panels/p.bed').flatMap(({ positions = [] }) => positions)).toEqual([
      { symbol: 'TP53', chromosome: '17' },
    ]);
  });

  it('changes nothing of a VCF that is annotated where it is a BED, and its indels where it is a FASTA', async () => {
    const indel = vcf([`1 8 . CAC C . PASS ${csq('frameshift_variant')} GT 0/1`], [CSQ]);
    const world = await worldOf({ 'vcf/P1-T.vcf': indel });
    const { attempt } = looked(world, 'vcf/P1-T.vcf');
    expect(recordsOf(world, 'vcf/P1-T.vcf').alterations[0]!.position).toBe(8);
    await putAll(world, { 'genes.bed': KRAS_BED });
    expect(looked(world, 'vcf/P1-T.vcf').attempt).toBe(attempt);
    await putAll(world, { 'genome.fa': '>chr1\nGGGCACA\nCACAGGG\n' });
    expect(recordsOf(world, 'vcf/P1-T.vcf').alterations[0]!.position).toBe(4);
    await putAll(world, { 'genome.fa': '>chr1\nGGGGGCA\nCACAGGG\n' });
    expect(recordsOf(world, 'vcf/P1-T.vcf').alterations[0]!.position).toBe(6);
  });

  it('comes to the same in any order', async () => {
    const files = {
      'vcf/P1-T.vcf': bare,
      'genes.bed': KRAS_BED,
      'genome.fa': '>12\nACGT\n',
      'specimens.csv': SPECIMENS,
      [DEFINITION_KEY]: DEFINITION,
    };
    const revisions = new Set<string>();
    for (const keys of [
      Object.keys(files),
      Object.keys(files).reverse(),
      ['genes.bed', DEFINITION_KEY, 'vcf/P1-T.vcf', 'specimens.csv', 'genome.fa'],
    ]) {
      const world = new World();
      for (const key of keys) await putAll(world, { [key]: files[key as keyof typeof files] });
      revisions.add(world.current!.revision!);
    }
    expect(revisions.size).toBe(1);
  });

  it('names its specimens by keys that tell nothing', async () => {
    const world = await worldOf({ 'vcf/P1-T.vcf': annotated('missense_variant') });
    const [fact] = recordsOf(world, 'vcf/P1-T.vcf').facts ?? [];
    expect(fact!.covered).toHaveLength(1);
    expect(fact!.covered![0]).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('A VCF in an archive', () => {
  it('is read by the genes by position that come after it, and no more when they go', async () => {
    const definition = DEFINITION.replace('all/*.vcf', 'lab.zip/*.vcf');
    const world = await worldOf({ 'lab.zip': writeZip([{ name: 'P1-T.vcf', content: bare }]) });
    await putAll(world, { [DEFINITION_KEY]: definition });
    expect(looked(world, 'lab.zip')).toMatchObject({ verdict: 'rejected', reason: 'no-gene' });
    await putAll(world, { 'genes.bed': KRAS_BED });
    expect(looked(world, 'lab.zip')).toMatchObject({ content: 'archive', counts: { alterations: 1 } });
    expect(recordsOf(world, 'lab.zip').alterations[0]).toMatchObject({ gene: 'KRAS', member: 'P1-T.vcf' });
    world.delete('genes.bed');
    world.hint('genes.bed');
    await drain(world);
    expect(looked(world, 'lab.zip')).toMatchObject({ verdict: 'rejected', reason: 'no-gene' });
  });
});
