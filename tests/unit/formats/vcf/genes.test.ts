import { describe, expect, it } from 'vitest';
import { faultOf } from '../read.ts';
import { CSQ, readVcf, vcf } from './read.ts';

const GT = 'GT 0/1';

/** An entry of CSQ in the fixture's order of fields. */
function entry(fields: Readonly<Record<string, string>>): string {
  const names = [
    'Allele',
    'Consequence',
    'IMPACT',
    'SYMBOL',
    'Gene',
    'Feature_type',
    'Feature',
    'BIOTYPE',
    'HGVSp',
    'CANONICAL',
    'PICK',
  ];
  return names.map((name) => fields[name] ?? '').join('|');
}

async function genes(alleles: string, entries: readonly Readonly<Record<string, string>>[], gt = '0/1', options = {}) {
  const [, ref, alt] = /^(\w+)>(.+)$/.exec(alleles) ?? [];
  const record = `7 140453136 . ${ref} ${alt} . PASS CSQ=${entries.map(entry).join(',')} GT ${gt}`;
  const { alterations } = await readVcf(vcf([record], [CSQ]), options);
  return alterations.map((one) => [one.gene, one.class, one.protein]);
}

describe("VEP's annotation", () => {
  it.each([
    ['A>T', 'missense_variant', 'Missense_Mutation'],
    ['A>T', 'stop_gained&splice_region_variant', 'Nonsense_Mutation'],
    ['A>AT', 'frameshift_variant', 'Frame_Shift_Ins'],
    ['AT>A', 'frameshift_variant', 'Frame_Shift_Del'],
    ['ATTT>A', 'inframe_deletion', 'In_Frame_Del'],
    ['A>ATTT', 'protein_altering_variant', 'In_Frame_Ins'],
    ['AT>A', 'protein_altering_variant', 'Frame_Shift_Del'],
    ['A>T', 'splice_donor_variant&intron_variant', 'Splice_Site'],
    ['A>T', 'splice_region_variant&synonymous_variant', 'Splice_Region'],
    ['A>T', 'start_lost', 'Translation_Start_Site'],
    ['A>T', 'stop_lost', 'Nonstop_Mutation'],
    ['A>T', 'synonymous_variant', 'Silent'],
  ])('of %s as %s becomes %s', async (alleles, consequence, ofClass) => {
    const [found] = await genes(alleles, [{ Allele: 'T', Consequence: consequence, SYMBOL: 'BRAF' }]);
    expect(found?.slice(0, 2)).toEqual(['BRAF', ofClass]);
  });

  it('that is neither coding nor at a splice site is read only where something asks for it', async () => {
    const entries = [{ Allele: 'T', Consequence: 'upstream_gene_variant', SYMBOL: 'TERT' }];
    expect(await genes('A>T', entries)).toEqual([]);
    expect(await genes('A>T', entries, '0/1', { outside: true })).toEqual([['TERT', "5'Flank", null]]);
  });

  it('goes by the transcript that was picked, else the canonical one, else where it is most severe', async () => {
    const severe = { Allele: 'T', Consequence: 'stop_gained', SYMBOL: 'BRAF' };
    const canonical = { Allele: 'T', Consequence: 'missense_variant', SYMBOL: 'BRAF', CANONICAL: 'YES' };
    const picked = { Allele: 'T', Consequence: 'synonymous_variant', SYMBOL: 'BRAF', PICK: '1' };
    const of = async (...entries: (typeof severe)[]) => (await genes('A>T', entries))[0]?.[1];
    expect(await of(canonical, severe)).toBe('Missense_Mutation');
    expect(await of(severe, picked, canonical)).toBe('Silent');
    expect(await of({ ...severe, Consequence: 'intron_variant' }, severe)).toBe('Nonsense_Mutation');
  });

  it('of two genes gives each its own', async () => {
    const entries = [
      { Allele: 'T', Consequence: 'missense_variant', SYMBOL: 'A1', HGVSp: 'ENSP1.2:p.Val600Glu' },
      { Allele: 'T', Consequence: 'frameshift_variant', SYMBOL: 'B1', HGVSp: 'ENSP2:p.Gly12AlafsTer7' },
      { Allele: 'T', Consequence: 'intergenic_variant' },
    ];
    expect(await genes('A>T', entries)).toEqual([
      ['A1', 'Missense_Mutation', 'p.V600E'],
      ['B1', 'Frame_Shift_Del', 'p.G12Afs*7'],
    ]);
  });

  it('belongs to the allele that it names: of indels without the first base', async () => {
    const entries = [
      { Allele: 'TT', Consequence: 'frameshift_variant', SYMBOL: 'A1' },
      { Allele: '-', Consequence: 'inframe_deletion', SYMBOL: 'B1' },
    ];
    expect(await genes('AT>A,ATT', entries, '0/1')).toEqual([['B1', 'In_Frame_Del', null]]);
    expect(await genes('AT>A,ATT', entries, '2/2')).toEqual([['A1', 'Frame_Shift_Ins', null]]);
  });

  it('that names none of the alleles leaves what they do unknown', async () => {
    const entries = [{ Allele: 'CC', Consequence: 'missense_variant', SYMBOL: 'A1', HGVSp: 'p.Val600Glu' }];
    expect(await genes('A>T,G', entries, '0/1')).toEqual([['A1', null, null]]);
  });

  it('of an allele without bases tells what is certain', async () => {
    const of = async (Consequence: string) =>
      (await genes('A><DEL>', [{ Allele: 'deletion', Consequence, SYMBOL: 'A1' }]))[0];
    expect(await of('transcript_ablation')).toEqual(['A1', 'Splice_Site', null]);
    expect(await of('coding_sequence_variant&feature_truncation')).toEqual(['A1', null, null]);
    expect(await of('intron_variant')).toBeUndefined();
    expect(await of('feature_ablation')).toEqual(['A1', null, null]); // no word of vcf2maf's: not harmless for that
    expect(await of('upstream_gene_variant')).toBeUndefined();
  });

  it('of a break of the chromosome in a gene leaves open what it does, also in an intron', async () => {
    const of = async (Consequence: string) =>
      (await genes('A>A[2:42522656[', [{ Allele: 'A[2:42522656[', Consequence, SYMBOL: 'ALK' }]))[0];
    expect(await of('intron_variant')).toEqual(['ALK', null, null]);
    expect(await of('feature_fusion')).toEqual(['ALK', null, null]);
    expect(await of('intergenic_variant')).toBeUndefined();
  });

  it('has its fields in the order that the header tells', async () => {
    const csq =
      '##INFO=<ID=CSQ,Number=.,Type=String,Description="Format: SYMBOL|Amino_acids|Protein_position|Allele|Consequence">';
    const record = `12 1 . C T . . CSQ=KRAS|G/D|12|T|missense_variant ${GT}`;
    const { alterations } = await readVcf(vcf([record], [csq]));
    expect(alterations).toMatchObject([{ gene: 'KRAS', class: 'Missense_Mutation', protein: 'p.G12D' }]);
  });
});

describe("SnpEff's annotation", () => {
  const ANN = `##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations: 'Allele | Annotation | Annotation_Impact | Gene_Name | Gene_ID | Feature_Type | Feature_ID | Transcript_BioType | Rank | HGVS.c | HGVS.p'">`;

  it('is read, allele by allele as ALT writes it', async () => {
    const ann =
      'AT|frameshift_variant|HIGH|APC|324|transcript|NM_1|protein_coding|1/2|c.1dup|p.Ile2fs,AC|missense_variant|MODERATE|APC|324|transcript|NM_1|protein_coding|1/2|c.1A>C|p.Ile2Thr';
    const { alterations } = await readVcf(vcf([`5 10 . A AT,AC . PASS ANN=${ann} GT 1/2`], [ANN]));
    expect(alterations.map(({ gene, geneId, class: ofClass, protein }) => [gene, geneId, ofClass, protein])).toEqual([
      ['APC', '324', 'Frame_Shift_Ins', 'p.I2fs'],
      ['APC', '324', 'Missense_Mutation', 'p.I2T'],
    ]);
  });
});

describe('A VCF without annotation', () => {
  const record = `chr12 25398284 . C T . PASS . ${GT}`;

  it('is refused where no gene can be known', async () => {
    expect(await faultOf(readVcf(vcf([record])))).toMatchObject({ code: 'no-gene' });
    expect(await faultOf(readVcf(vcf([`1 1 . C T . . DP=1 ${GT}`], [CSQ])))).toMatchObject({ code: 'no-gene' });
  });

  it('gets its genes by position, whatever its chromosomes are called', async () => {
    const { alterations } = await readVcf(vcf([record]), {
      bed: 'track name=x\n12\t25398283\t25398284\tKRAS\n12\t25398284\t25398290\tNEXT\n',
    });
    expect(alterations).toMatchObject([{ gene: 'KRAS', class: null, chromosome: 'chr12' }]);
  });

  it('leaves out what lies in no gene', async () => {
    expect((await readVcf(vcf([record]), { bed: '12\t0\t100\tA\n' })).alterations).toEqual([]);
  });

  it('has its long deletions in all the genes that they touch', async () => {
    const bed = '1\t0\t50\tA\n1\t140\t160\tB\n1\t300\t400\tC\n';
    const read = async (info: string) =>
      (await readVcf(vcf([`1 40 . C <DEL> . PASS ${info} ${GT}`]), { bed })).alterations.map(({ gene }) => gene);
    expect(await read('SVTYPE=DEL;END=150')).toEqual(['A', 'B']);
    expect(await read('SVTYPE=DEL;SVLEN=-300')).toEqual(['A', 'B', 'C']);
    expect(await read('SVTYPE=DEL')).toEqual(['A']);
  });

  it('leaves the genes of a row that is set apart missing, for each of its specimens', async () => {
    const { rejected } = await readVcf(vcf(['1 40 . C T/A . . . GT 0/1 0/0'], [], ['P1', 'P2']), {
      bed: '1\t0\t50\tA\n',
    });
    expect(rejected[0]).toMatchObject({
      rule: 'vcf-alt',
      line: 3,
      column: 'ALT',
      missing: [
        { specimen: 'P1', gene: 'A' },
        { specimen: 'P2', gene: 'A' },
      ],
    });
  });
});
