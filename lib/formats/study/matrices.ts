import type { ZipFileContent } from '../zip-write.ts';
import type { Rows } from './genes.ts';
import { besideName, profile, tabText } from './rows.ts';

/**
 * https://docs.cbioportal.org/file-formats/#discrete-copy-number-data. Where sources tell otherwise of one gene of a specimen, or name it by
 * other numbers, what comes after the first stands in matrices beside. `looked`: specimens that were looked at.
 */
export function matrixFiles(
  { cell, rows, sample }: Rows,
  study: string,
  looked: readonly string[],
  datatype: 'DISCRETE' | 'LOG2-VALUE',
): readonly ZipFileContent[] {
  const samples = [...new Set([...looked, ...rows.map(sample)])].sort();
  const [first = new Map(), ...others] = matricesOf({ cell, rows, sample });
  const text = (matrix: Matrix): string => {
    const lines = [...matrix]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([gene, { id, values }]) => [gene, id, ...samples.map((one) => values.get(one) ?? '0')]);
    return tabText([['Hugo_Symbol', 'Entrez_Gene_Id', ...samples], ...lines]);
  };
  const discrete = datatype === 'DISCRETE';
  const file = discrete ? 'data_cna.txt' : 'data_log2_cna.txt';
  return [
    { name: file, content: text(first) },
    profile(study, file, {
      genetic_alteration_type: 'COPY_NUMBER_ALTERATION',
      datatype,
      stable_id: discrete ? 'cna' : 'log2CNA',
      show_profile_in_analysis_tab: discrete ? 'true' : 'false',
      profile_name: discrete ? 'Copy number' : 'Log2 copy number',
      profile_description: 'Copy number by gene',
    }),
    ...others.map((matrix, i) => ({ name: besideName(`${i + 2}_${file}`), content: text(matrix) })),
  ];
}

/** By gene its NCBI id, and its values by specimen. */
type Matrix = Map<string, { readonly id: string; readonly values: Map<string, string> }>;

/** Each row in the first matrix that has room for it. */
function matricesOf({ cell, rows, sample }: Rows): readonly Matrix[] {
  const matrices: Matrix[] = [];
  for (const row of rows) {
    const [symbol, id, specimen] = [cell('gene', row), cell('gene_id', row), sample(row)];
    let matrix = matrices.find((one) => {
      const gene = one.get(symbol);
      return !gene || (gene.id === id && !gene.values.has(specimen));
    });
    if (!matrix) {
      matrix = new Map();
      matrices.push(matrix);
    }
    const gene = matrix.get(symbol) ?? { id, values: new Map<string, string>() };
    matrix.set(symbol, gene);
    gene.values.set(specimen, cell('value', row) || 'NA');
  }
  return matrices;
}
