import { SignetError } from '../../base/index.ts';
import { type CohortFrame, oncogenicPathways } from '../../cohort/index.ts';
import type { ResultTable } from '../../result/index.ts';
import { laterBy } from '../parts/grouping.ts';
import { guardTime } from '../parts/immortal-time.ts';
import type { VariableSet } from '../parts/variable-sets.ts';
import { variablesOf } from '../parts/variable-sets.ts';

/** What a scan goes through is called. */
export interface Noun {
  readonly one: string;
  readonly many: string;
}

export const NOUN = {
  genes: { one: 'gene', many: 'genes' },
  pathways: { one: 'pathway', many: 'pathways' },
} as const satisfies Readonly<Record<string, Noun>>;

/** What a scan goes through, each as two sets of patients: bit `row & 31` of word `row >>> 5` is the patient's. */
export interface ScanUnits {
  readonly names: readonly string[];
  readonly noun: Noun;
  altered(unit: number): Uint32Array;
  covered(unit: number): Uint32Array;
  /** Why one that nobody is covered for isn't. */
  readonly uncovered: string;
  /** What is to be told of how they were made. */
  readonly tables: readonly ResultTable[];
}

/** Every gene that an alteration or a panel names. */
export function geneUnits(frame: CohortFrame): ScanUnits {
  const { symbols, altered, covered } = frame.genes();
  return {
    names: symbols,
    noun: NOUN.genes,
    altered,
    covered,
    uncovered: 'not covered by the sequencing of any patient analysed',
    tables: [],
  };
}

/**
 * Pathways, altered where any of their genes is that the sequencing of every patient analysed covers; where one of these isn't known and none is
 * altered, the pathway isn't known. `rows` are the patients analysed, each with some sequencing.
 */
export function pathwayUnits(frame: CohortFrame, rows: Int32Array): ScanUnits {
  const genes = frame.genes();
  const place = new Map(genes.symbols.map((symbol, gene) => [symbol, gene]));
  const has = (bits: Uint32Array, row: number) => ((bits[row >>> 5]! >>> (row & 31)) & 1) === 1;
  const made = oncogenicPathways().map(({ name, genes: all }) => {
    const used = all.filter((symbol) => {
      const bits = genes.covering(symbol);
      return rows.every((row) => has(bits, row));
    });
    const altered = new Uint32Array(genes.words);
    const known = new Uint32Array(genes.words).fill(used.length > 0 ? 0xffffffff : 0);
    for (const symbol of used) {
      const gene = place.get(symbol);
      const [found, covered] =
        gene === undefined ? [undefined, genes.covering(symbol)] : [genes.altered(gene), genes.covered(gene)];
      for (let w = 0; w < genes.words; w++) {
        altered[w]! |= found?.[w] ?? 0;
        known[w]! &= covered[w]!;
      }
    }
    return { name, all, used, altered, covered: known.map((word, w) => word | altered[w]!) };
  });
  return {
    names: made.map(({ name }) => name),
    noun: NOUN.pathways,
    altered: (unit) => made[unit]!.altered,
    covered: (unit) => made[unit]!.covered,
    uncovered: 'no gene of it is covered by the sequencing of every patient analysed',
    tables: [pathwayGenes(made)],
  };
}

function pathwayGenes(
  made: readonly { readonly name: string; readonly all: readonly string[]; readonly used: readonly string[] }[],
): ResultTable {
  return {
    id: 'pathway-genes',
    title: 'Genes that the pathways were judged by',
    columns: [
      { key: 'pathway', label: 'Pathway', format: 'text' },
      { key: 'n', label: 'Genes used', format: 'count' },
      { key: 'of', label: 'Of', format: 'count' },
      { key: 'genes', label: 'Symbols', format: 'text' },
    ],
    rows: made.map(({ name, all, used }) => ({
      pathway: name,
      n: used.length,
      of: all.length,
      genes: used.length === 0 ? 'none' : used.join(' '),
      left_out: all.filter((symbol) => !used.includes(symbol)).join(' '),
    })),
    notes: [
      'A gene is used where the sequencing of every patient analysed covers it; a pathway is altered where any gene used is. The genes of each pathway are those of Sanchez-Vega et al., by their current symbols.',
    ],
  };
}

/** Boolean variables that are told apart from the family. Throws `not-a-boolean`, `group-known-later`, and what variables and sets throw. */
export function apartUnits(frame: CohortFrame, asked: VariableSet, naive: boolean): ScanUnits {
  const made = variablesOf(frame, asked, '/apart').map(({ asked: name, pointer }) => {
    guardTime({ asked: name, known: laterBy(frame, name), pointer }, naive);
    const column = frame.evaluate(name, pointer);
    if (column.type !== 'boolean') {
      throw new SignetError('not-a-boolean', `${name} is a ${column.type}, where something altered or not is needed`, {
        place: { pointer, value: name },
        remedy: 'Name a boolean variable, or compare it with something.',
      });
    }
    const bits = (value: (of: number) => boolean) => {
      const set = new Uint32Array((frame.rows + 31) >>> 5);
      column.values.forEach((of, row) => {
        if (value(of)) set[row >>> 5]! |= 1 << (row & 31);
      });
      return set;
    };
    const label = frame.variables().find((variable) => variable.name === name)?.label ?? name;
    return { name: label, altered: bits((of) => of === 1), covered: bits((of) => of < 2) };
  });
  return {
    names: made.map(({ name }) => name),
    noun: { one: 'variable', many: 'variables' },
    altered: (unit) => made[unit]!.altered,
    covered: (unit) => made[unit]!.covered,
    uncovered: 'not known of any patient analysed',
    tables: [],
  };
}
