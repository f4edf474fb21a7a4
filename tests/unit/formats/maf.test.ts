import { createReadStream } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AlterationText } from '../../../lib/cohort/index.ts';
import { mafAlterations, openSource, type Rejected } from '../../../lib/formats/index.ts';
import { faultOf, inPieces } from './read.ts';

const READ = path.join(import.meta.dirname, '../../../demo/data/tcga-read/mutations.maf.gz');
const VEP = path.join(import.meta.dirname, '../../fixtures/maf/vep-isoforms.maf');

interface ReadMaf {
  readonly alterations: readonly AlterationText[];
  readonly rejected: readonly Rejected[];
}

async function readMaf(bytes: AsyncIterable<Uint8Array>, specimenColumn = 'Tumor_Sample_Barcode'): Promise<ReadMaf> {
  const source = await openSource(bytes, { file: 'f' });
  const alterations: AlterationText[] = [];
  const rejected: Rejected[] = [];
  for await (const batch of mafAlterations(source, { specimenColumn }))
    for (const row of batch) {
      if ('rule' in row) rejected.push(row);
      else alterations.push(row);
    }
  return { alterations, rejected };
}

const COLUMNS =
  'Hugo_Symbol,Tumor_Sample_Barcode,Variant_Classification,Start_Position,Reference_Allele,Tumor_Seq_Allele1,Tumor_Seq_Allele2,t_depth,t_ref_count,t_alt_count,FILTER';

/** A MAF of these rows, cells between commas. */
function maf(...rows: readonly string[]): Promise<ReadMaf> {
  return readMaf(inPieces(Buffer.from([COLUMNS, ...rows].join('\n').replaceAll(',', '\t'))));
}

describe('a MAF', () => {
  it('of 150 specimens counts every row, passed or not', async () => {
    const { alterations, rejected } = await readMaf(createReadStream(READ));
    expect([alterations.length, rejected]).toEqual([45_181, []]);
    expect(alterations.filter(({ filter }) => filter !== 'PASS').length).toBe(20_992);
    expect(new Set(alterations.map(({ specimenIdentifier }) => specimenIdentifier)).size).toBe(150);
    expect(alterations[0]).toEqual({
      specimenIdentifier: 'TCGA-AF-2687-01A-02D-1733-10',
      gene: 'WDR37',
      geneId: null,
      kind: 'mutation',
      class: 'Missense_Mutation',
      protein: 'p.D178N',
      chromosome: '10',
      position: 1_130_478,
      ref: 'G',
      alt: 'A',
      alleleFraction: 40 / 133,
      depth: 133,
      filter: 'PASS',
      line: 2,
    });
  });

  it("of vcf2maf's 120 columns is read after its comment", async () => {
    const { alterations, rejected } = await readMaf(createReadStream(VEP));
    expect([alterations.length, rejected]).toEqual([20, []]);
    expect(alterations.at(-1)).toMatchObject({
      gene: 'TP53',
      geneId: '7157',
      class: 'Splice_Region',
      depth: 42,
      line: 22,
    });
  });

  it('is the same however the bytes are cut', async () => {
    const whole = await readMaf(createReadStream(VEP));
    for (const highWaterMark of [1, 13, 1000])
      expect(await readMaf(createReadStream(VEP, { highWaterMark }))).toEqual(whole);
  });

  it('tells the share of reads by counts, of depth where the reference was not counted, or not at all', async () => {
    const { alterations } = await maf(
      'KRAS,S1,Missense_Mutation,1,A,A,T,100,30,10,PASS',
      'KRAS,S1,Missense_Mutation,1,A,A,T,100,,10,.',
      'KRAS,S1,Missense_Mutation,1,A,A,T,,0,0,PASS',
      'KRAS,S1,Missense_Mutation,1,A,A,T,,,.,PASS',
    );
    expect(alterations.map(({ alleleFraction, depth }) => [alleleFraction, depth])).toEqual([
      [0.25, 100],
      [0.1, 100],
      [null, 0],
      [null, null],
    ]);
    expect(alterations[1]!.filter).toBeNull();
  });

  it('has protein changes in one form, from the long ones where the short one is empty', async () => {
    const header = 'Hugo_Symbol,Tumor_Sample_Barcode,Variant_Classification,HGVSp_Short,HGVSp';
    const cells = [
      ['p.G12D', 'p.Gly12Val', 'p.G12D'],
      ['', 'ENSP00000256078.4:p.Gly12Asp', 'p.G12D'],
      ['.', 'p.Arg10ProfsTer5', 'p.R10Pfs*5'],
      ['G12D', '', 'p.G12D'],
      ['p.(Gly12Asp)', '', 'p.G12D'],
      ['p.Gly12%3D', '', 'p.G12='],
      ['p.X125_splice', '', 'p.X125_splice'],
      ['Promoter', '', 'Promoter'],
      ['', '', null],
    ] as const;
    const text = [header, ...cells.map(([short, long]) => `KRAS,S1,Missense_Mutation,${short},${long}`)].join('\n');
    const { alterations } = await readMaf(inPieces(Buffer.from(text.replaceAll(',', '\t'))));
    expect(alterations.map(({ protein }) => protein)).toEqual(cells.map(([, , protein]) => protein));
  });

  it('tells the other allele where the second is the reference, and keeps a gap', async () => {
    const { alterations } = await maf(
      'KRAS,S1,Missense_Mutation,1,A,T,A,,,,PASS',
      'KRAS,S1,Frame_Shift_Del,1,A,A,-,,,,PASS',
      'ALK,S1,Fusion,1,,,,,,,',
    );
    expect(alterations.map(({ kind, ref, alt }) => [kind, ref, alt])).toEqual([
      ['mutation', 'A', 'T'],
      ['mutation', 'A', '-'],
      ['fusion', null, null],
    ]);
  });

  it('says of a number that is none, and keeps the alteration', async () => {
    const { alterations, rejected } = await maf('KRAS,S1,Missense_Mutation,12x,A,A,T,100,-3,10,PASS');
    expect(alterations[0]).toMatchObject({ gene: 'KRAS', position: null, depth: 100, alleleFraction: 0.1 });
    expect(rejected.map(({ level, line, column, value }) => [level, line, column, value])).toEqual([
      ['cell', 2, 'Start_Position', '12x'],
      ['cell', 2, 't_ref_count', '-3'],
    ]);
  });

  it('sets a ragged row apart with the specimen and gene that it names', async () => {
    const { alterations, rejected } = await maf('KRAS,S1,Missense', 'NRAS', 'TP53,S2,Silent,1,A,A,T,,,,PASS');
    expect(alterations.map(({ gene, line }) => [gene, line])).toEqual([['TP53', 4]]);
    expect(rejected.map(({ rule, specimen, gene }) => [rule, specimen, gene])).toEqual([
      ['ragged-row', 'S1', 'KRAS'],
      ['ragged-row', undefined, 'NRAS'],
    ]);
  });

  it('is read whatever the case of its header, and without an allele where it names none', async () => {
    const text =
      'hugo_symbol,tumor_sample_barcode,variant_classification,reference_allele,tumor_seq_allele1\nKRAS,S1,Silent,C,C\n';
    const { alterations } = await readMaf(inPieces(Buffer.from(text)));
    expect(alterations).toMatchObject([{ specimenIdentifier: 'S1', ref: 'C', alt: null }]);
  });

  it('is refused where it has no specimen or is none', async () => {
    const table = (text: string) => faultOf(readMaf(inPieces(Buffer.from(text))));
    expect((await table('id,x\n1,2\n')).code).toBe('no-header');
    expect((await table('Hugo_Symbol,Variant_Classification\nKRAS,Silent\n')).code).toBe('no-specimen-column');
  });

  it('leaves out what Mutation_Status calls germline, a loss of heterozygosity or no variant, and counts it', async () => {
    const rows = ['Somatic', 'Germline', 'germline', 'LOH', 'None', 'Unknown', ''].map(
      (status, i) => `TP53\tS${i}\tMissense_Mutation\t${status}`,
    );
    const header = 'Hugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification\tMutation_Status';
    const { alterations, rejected } = await readMaf(inPieces(Buffer.from([header, ...rows].join('\n'))));
    expect(alterations.map(({ specimenIdentifier }) => specimenIdentifier)).toEqual(['S0', 'S5', 'S6']);
    expect(rejected.map(({ rule, line, rows, level }) => [rule, line, rows, level])).toEqual([
      ['germline', 3, 2, 'warning'],
      ['left-out-loh', 5, 1, 'warning'],
      ['left-out-reference', 6, 1, 'warning'],
    ]);
  });

  it("reads a class in any letter case, and Sequence Ontology's terms; one that nobody has stays, and is told", async () => {
    const { alterations, rejected } = await maf(
      'KRAS,S1,missense_mutation,1,C,C,T,,,,',
      'KRAS,S2,missense_variant,1,C,C,T,,,,',
      'KRAS,S3,frameshift_variant&splice_region_variant,1,CA,CA,C,,,,',
      "KRAS,S4,5'utr,1,C,C,T,,,,",
      'KRAS,S5,Unknown,1,C,C,T,,,,',
      'KRAS,S6,pathogenic,1,C,C,T,,,,',
      'KRAS,S7,pathogenic,1,C,C,T,,,,',
    );
    expect(alterations.map((alteration) => alteration.class)).toEqual([
      'Missense_Mutation',
      'Missense_Mutation',
      'Frame_Shift_Del',
      "5'UTR",
      null,
      'pathogenic',
      'pathogenic',
    ]);
    expect(rejected).toMatchObject([{ rule: 'unknown-class', line: 7, rows: 2, value: 'pathogenic' }]);
  });
});
