import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { crc32, deflateRawSync } from 'node:zlib';

/** What BGZF ends with. */
const END = Buffer.from('1f8b08040000000000ff0600424302001b0003000000000000000000', 'hex');
const BLOCK_BYTES = 65_280;

const CSQ_FIELDS =
  'Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature|BIOTYPE|EXON|INTRON|HGVSc|HGVSp|cDNA_position|CDS_position|' +
  'Protein_position|Amino_acids|Codons|Existing_variation|DISTANCE|STRAND|FLAGS|VARIANT_CLASS|SYMBOL_SOURCE|HGNC_ID|CANONICAL|TSL|' +
  'CCDS|ENSP|SWISSPROT|TREMBL|UNIPARC|SIFT|PolyPhen|DOMAINS|AF|EUR_AF|CLIN_SIG|PUBMED';

const HEADER = [
  '##fileformat=VCFv4.2',
  '##FILTER=<ID=PASS,Description="All filters passed">',
  '##FILTER=<ID=weak_evidence,Description="Mutation does not meet likelihood threshold">',
  ...Array.from({ length: 22 }, (_, i) => `##contig=<ID=chr${i + 1}>`), // split-vep of bcftools 1.16 crashes without
  '##tumor_sample=TUMOUR',
  '##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">',
  '##INFO=<ID=TLOD,Number=A,Type=Float,Description="Log odds">',
  `##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: ${CSQ_FIELDS}">`,
  '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
  '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Depths">',
  '##FORMAT=<ID=AF,Number=A,Type=Float,Description="Fractions">',
  '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">',
  '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNORMAL\tTUMOUR',
  '',
].join('\n');

const CONSEQUENCES = [
  'missense_variant',
  'synonymous_variant',
  'stop_gained',
  'intron_variant',
  'missense_variant&splice_region_variant',
];
const BASES = 'ACGT';

/** Numbers that are the same each time (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** A record as VEP annotates it, of about a kilobyte: three transcripts of one gene. */
function vcfRecord(i: number, records: number, next: (below: number) => number): string {
  const chromosome = 1 + Math.floor((i * 22) / records);
  const ref = BASES[next(4)]!;
  const alt = BASES[(BASES.indexOf(ref) + 1 + next(3)) % 4]!;
  const gene = Math.floor((i * 18_000) / records); // in order of position, as records are
  const residue = 1 + next(900);
  const entry = (transcript: number): string => {
    const consequence = CONSEQUENCES[transcript === 0 ? next(3) : next(5)]!;
    return [
      alt,
      consequence,
      'MODERATE',
      `GENE${gene}`,
      `ENSG${String(gene).padStart(11, '0')}`,
      'Transcript',
      `ENST${String(gene * 3 + transcript).padStart(11, '0')}.4`,
      'protein_coding',
      `${1 + next(20)}/21`,
      '',
      `ENST${String(gene * 3 + transcript).padStart(11, '0')}.4:c.${residue * 3}${ref}>${alt}`,
      `ENSP${String(gene * 3 + transcript).padStart(11, '0')}.2:p.Gly${residue}Asp`,
      residue * 3 + 120,
      residue * 3,
      residue,
      'G/D',
      'gGc/gAc',
      'rs121913529&COSV55497369',
      '',
      '1',
      '',
      'SNV',
      'HGNC',
      `HGNC:${gene}`,
      transcript === 0 ? 'YES' : '',
      '1',
      'CCDS8703.1',
      `ENSP${gene}`,
      'P01116.243',
      '',
      'UPI0000001251',
      'deleterious(0.01)',
      'probably_damaging(0.98)',
      'PDB-ENSP_mappings:4dsn.A&Pfam:PF00071',
      '0.0001',
      '0.0003',
      'pathogenic',
      '',
    ].join('|');
  };
  const csq = [0, 1, 2].map(entry).join(',');
  const [reads, carrying] = [60 + next(200), 5 + next(60)];
  return (
    `chr${chromosome}\t${1_000 + i * 9}\t.\t${ref}\t${alt}\t.\t${next(10) < 7 ? 'PASS' : 'weak_evidence'}\t` +
    `DP=${reads * 2};TLOD=${next(90)}.${next(100)};CSQ=${csq}\tGT:AD:AF:DP\t0/0:${reads},0:0.00${next(9)}:${reads}\t` +
    `0/1:${reads},${carrying}:0.${100 + next(400)}:${reads + carrying}\n`
  );
}

/** Writes chunks as they come; a slow disk makes the producer wait. */
async function written(file: string, chunks: Iterable<Buffer>): Promise<void> {
  const stream = createWriteStream(file);
  for (const chunk of chunks) if (!stream.write(chunk)) await once(stream, 'drain');
  stream.end();
  await once(stream, 'close');
}

function* vcfText(records: number): Generator<Buffer> {
  const next = numbers(1);
  let text = HEADER;
  for (let i = 0; i < records; i++) {
    text += vcfRecord(i, records, next);
    if (text.length > 1_000_000) {
      yield Buffer.from(text);
      text = '';
    }
  }
  yield Buffer.from(text);
}

function* bgzipped(chunks: Iterable<Buffer>): Generator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  const block = (content: Buffer): Buffer => {
    const body = deflateRawSync(content, { level: 4 });
    const head = Buffer.from('1f8b08040000000000ff0600424302000000', 'hex');
    head.writeUInt16LE(head.length + body.length + 7, 16);
    const foot = Buffer.alloc(8);
    foot.writeUInt32LE(crc32(content), 0);
    foot.writeUInt32LE(content.length, 4);
    return Buffer.concat([head, body, foot]);
  };
  for (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    let at = 0;
    for (; rest.length - at >= BLOCK_BYTES; at += BLOCK_BYTES) yield block(rest.subarray(at, at + BLOCK_BYTES));
    rest = rest.subarray(at);
  }
  if (rest.length > 0) yield block(rest);
  yield END;
}

/** Writes a VCF annotated by VEP, of two samples and about a kilobyte a record. */
export async function writeVcf(file: string, records: number, packed: boolean): Promise<void> {
  await written(file, packed ? bgzipped(vcfText(records)) : vcfText(records));
}

/** Writes a MAF of 120 columns, as vcf2maf does. */
export async function writeMaf(file: string, rows: number): Promise<void> {
  const known = [
    'Hugo_Symbol',
    'Entrez_Gene_Id',
    'Center',
    'NCBI_Build',
    'Chromosome',
    'Start_Position',
    'End_Position',
    'Strand',
  ];
  const more = ['Variant_Classification', 'Variant_Type', 'Reference_Allele', 'Tumor_Seq_Allele1', 'Tumor_Seq_Allele2'];
  const last = ['Tumor_Sample_Barcode', 'HGVSp_Short', 't_depth', 't_ref_count', 't_alt_count', 'FILTER'];
  const filler = Array.from({ length: 120 - known.length - more.length - last.length }, (_, i) => `field_${i}`);
  const next = numbers(2);
  function* text(): Generator<Buffer> {
    let part = `${[...known, ...more, ...last, ...filler].join('\t')}\n`;
    const tail = filler.map((_, i) => (i % 3 === 0 ? `value${i}` : '')).join('\t');
    for (let i = 0; i < rows; i++) {
      const [ref, alt, gene] = [40 + next(100), 5 + next(50), next(18_000)];
      part += `GENE${gene}\t${gene}\t.\tGRCh38\tchr${1 + next(22)}\t${1000 + i}\t${1000 + i}\t+\tMissense_Mutation\tSNP\tA\tA\tG\tP${next(500)}-T\tp.G12D\t${ref + alt}\t${ref}\t${alt}\tPASS\t${tail}\n`;
      if (part.length > 1_000_000) {
        yield Buffer.from(part);
        part = '';
      }
    }
    yield Buffer.from(part);
  }
  await written(file, text());
}
