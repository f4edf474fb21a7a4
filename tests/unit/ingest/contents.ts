import { CSQ, vcf } from '../formats/vcf/read.ts';

/** Small files of every kind, for worlds of a few sources. */
const columns = `
      age: { type: number }
      died: { type: boolean }`;

function definition(title: string, more = ''): string {
  return `title: ${title}
missing: [""]
tables:
  - match: "*.csv"
    rows: patient
    patient: id
    columns:${columns}${more}
alterations:
  - { match: "*.vcf", covers: file, panel: exome, build: GRCh37 }
`;
}

export const DEFINITIONS = {
  first: definition('First'),
  /** Reads no source otherwise. */
  renamed: `# a comment\n${definition('Second')}`,
  /** Reads every table otherwise. */
  wider: definition('Wider', '\n      sex: { type: category, codes: { "1": male, "2": female } }'),
  /** Refused. */
  wrong: 'title: Wrong\ntables: 5\n',
} as const;

/** A table of three patients whose identifiers begin with the file's own letter. */
export function table(letter: string, ages: readonly [number, number, number | string]): string {
  const rows = ages.map((age, i) => `${letter}${i},${age},${i % 2},${(i % 2) + 1}`);
  return `id,age,died,sex\n${rows.join('\n')}\n`;
}

/** A file that can't be trusted. */
/** What a VCF without annotation is read by, and VCFs. */
export const AIDED = {
  vcfs: [
    vcf(['1 8 . CAC C . PASS . GT 0/1'], [], ['a0']).toString(),
    vcf(['1 8 . CAC C . PASS CSQ=-|frameshift_variant||G||||||| GT 0/1'], [CSQ], ['a1']).toString(),
    '##fileformat=VCFv4.2\nno header\n',
  ],
  beds: ['1\t0\t50\tG\n', 'chr1\t0\t50\tH\n', '1\t0\t50\tG\nbroken\n', 'neither'],
  fastas: ['>1\nGGGCACACACAGGG\n', '>1\nGGGGGCACACAGGG\n', 'neither'],
} as const;

export const REFUSED = 'id,id,age\n1,2,3\n';
