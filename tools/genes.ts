/**
 * `npm run genes -- FILE DATE`: renews `lib/cohort/genes/human-genes.json`, the genes and the names they had, from NCBI Gene.
 * FILE is `Homo_sapiens.gene_info.gz` of https://ftp.ncbi.nlm.nih.gov/gene/DATA/GENE_INFO/Mammalia/, or a table with its columns gene_id,
 * symbol, gene_type, cytogenetic_location and aliases; DATE, yyyy-mm-dd, is when NCBI wrote it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gunzipSync } from 'node:zlib';

const [file, date = ''] = process.argv.slice(2);
if (file === undefined || !/^\d{4}-\d\d-\d\d$/.test(date)) throw new Error('npm run genes -- FILE yyyy-mm-dd');

const COLUMNS = {
  id: ['gene_id', 'GeneID'],
  symbol: ['symbol', 'Symbol_from_nomenclature_authority'],
  type: ['gene_type', 'type_of_gene'],
  location: ['cytogenetic_location', 'map_location'],
  aliases: ['aliases', 'Synonyms'],
} as const;

/** What a tumour is not tested for: pseudogenes, and loci that are no gene. */
const NO_GENE = new Set(['pseudo', 'biological-region', 'unknown', 'other', 'tRNA']);

const bytes = readFileSync(file);
const [header = '', ...lines] = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trim().split('\n');
const columns = header.replace(/^#/, '').split('\t');
const cell = (cells: readonly string[], name: keyof typeof COLUMNS): string => {
  const [ours, theirs] = COLUMNS[name].map((column) => columns.indexOf(column));
  const text = cells[Math.max(ours!, theirs!)] ?? '';
  return text === '-' ? '' : text;
};
const genes = lines
  .map((line) => line.split('\t'))
  .filter((cells) => cell(cells, 'symbol') !== '' && !NO_GENE.has(cell(cells, 'type')))
  .map((cells) => {
    const [, chromosome = ''] = /^(\d{1,2}|[XY])/.exec(cell(cells, 'location')) ?? [];
    return {
      id: Number(cell(cells, 'id')),
      symbol: cell(cells, 'symbol'),
      chromosome,
      aliases: cell(cells, 'aliases'),
    };
  })
  .sort((a, b) => a.id - b.id);
let last = 0;
const text = genes.map(({ id, symbol, chromosome, aliases }) => {
  const step = id - last;
  last = id;
  return [step, symbol, chromosome, aliases].join('\t');
});
const packed = brotliCompressSync(text.join('\n'), { params: { [constants.BROTLI_PARAM_LGWIN]: 22 } });
const document = {
  origin: 'NCBI Gene, Homo sapiens (https://www.ncbi.nlm.nih.gov/gene), in the public domain',
  date,
  count: genes.length,
  form: 'base64 of Brotli: a line a gene, by tabs the step from the last NCBI id, symbol, chromosome, aliases parted by |',
  genes: packed.toString('base64'),
};
writeFileSync(
  new URL('../lib/cohort/genes/human-genes.json', import.meta.url),
  `${JSON.stringify(document, null, 2)}\n`,
);
console.log(`${genes.length} genes of ${date}, ${packed.length} bytes`);
