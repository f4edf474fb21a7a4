import { createHash } from 'node:crypto';
import { type AlterationText, geneName } from '../cohort/index.ts';
import { known, noNumber } from './cells.ts';
import { fault } from './fault.ts';
import type { Rejected } from './rejected.ts';
import type { Source } from './source.ts';
import { DISCRETE, GENE_COLUMNS } from './table-kind.ts';

/** Alterations of a file, or what is wrong with rows, a batch at a time. */
export type AlterationBatches = AsyncIterable<readonly (AlterationText | Rejected)[]>;

/** Copy number by gene, as it was read. */
interface CopyNumber {
  /** Every specimen that the file has a column of. */
  readonly specimens: readonly string[];
  readonly batches: AlterationBatches;
}

/** Which cells of a matrix are kept as alterations: discrete levels, or log2 ratios at these limits and beyond. */
export interface Kept {
  readonly levels?: readonly number[];
  readonly log2?: readonly [number, number];
}

const LEVELS: readonly number[] = [-2, -1.5, 2];
const LOG2: readonly [number, number] = [-1, 1];

/**
 * Alterations of a matrix of copy number, a row a gene and a column a specimen: GISTIC's levels from -2 to 2 (discrete), or log2 ratios. Kept
 * are deep deletions and amplifications (-2, -1.5, 2), or ratios of -1 and below, 1 and above, unless `kept` says otherwise. A cell of
 * nothing is an alteration whose value isn't known: the gene is missing there. Throws `no-header`, and after the last row `other-format` where
 * nobody said that they are ratios, and they can hardly be.
 */
export function copyNumber(source: Source, kind: 'discrete' | 'log2', kept: Kept = {}): CopyNumber {
  const lower = source.columns.map((column) => column.toLowerCase());
  const [symbol, id, locus] = ['hugo_symbol', 'entrez_gene_id', 'locus id'].map((name) => lower.indexOf(name));
  const gene = symbol! >= 0 ? symbol! : lower.indexOf('gene symbol');
  const geneId = id! >= 0 ? id! : locus!;
  const at = lower.flatMap((name, i) => (name === '' || GENE_COLUMNS.has(name) ? [] : [i]));
  if (gene < 0 && geneId < 0)
    throw fault(
      'no-header',
      'the file has no column Hugo_Symbol or Entrez_Gene_Id, of which a matrix of copy number has one',
      { column: 'Hugo_Symbol' },
      'Look whether the file is a matrix of copy number, or correct `alterations` in the definition.',
    );
  const specimens = at.map((i) => source.columns[i]!);
  const classOf = kind === 'discrete' ? discreteClass(kept.levels) : continuous(kept.log2 ?? LOG2);
  const isValue = kind === 'discrete' ? (value: number) => DISCRETE.has(value) : () => true;
  const ratios = kind === 'log2' && kept.log2 === undefined ? new LikelyRatios() : undefined;
  return { specimens, batches: read(source, { gene, geneId, at, specimens, classOf, isValue, ratios }) };
}

/** Numbers that are taken for log2 ratios since they are no levels: they may be copies, or levels with a slip among them. */
class LikelyRatios {
  #numbers = 0;
  #whole = 0;
  #negative = 0;
  #doubled = 0;

  look(value: number): void {
    this.#numbers += 1;
    if (Number.isInteger(value)) this.#whole += 1;
    if (value < 0) this.#negative += 1;
    if (value >= 1) this.#doubled += 1;
  }

  /** Ratios have fractions; and where most genes have four copies or more, it is copies that were counted. */
  refuse(): void {
    const copies = this.#negative === 0 && this.#doubled * 2 >= this.#numbers;
    if (this.#numbers === 0 || (this.#whole < this.#numbers && !copies)) return;
    throw fault(
      'other-format',
      copies
        ? 'the matrix looks like counts of copies, and is read as levels from -2 to 2 or as log2 ratios'
        : 'the matrix holds whole numbers beyond the levels -2 to 2, which are hardly log2 ratios',
      {},
      'Write levels from -2 to 2, or log2 ratios; where they are ratios, name their limits as `log2` in the definition.',
    );
  }
}

/** The class of a value that is kept; undefined of one that isn't. */
type ClassOf = (value: number) => string | undefined;

/** The class of a level; of one that is no alteration none. */
export function discreteClass(levels: readonly number[] = LEVELS): ClassOf {
  const kept = new Set(levels);
  return (value) => {
    if (!kept.has(value) || value === 0) return undefined;
    return value <= -1.5 ? 'Deep_Deletion' : value < 0 ? 'Shallow_Deletion' : value < 2 ? 'Gain' : 'Amplification';
  };
}

function continuous([low, high]: readonly [number, number]): ClassOf {
  return (value) => (value <= low ? 'Deletion' : value >= high ? 'Amplification' : undefined);
}

interface Places {
  readonly gene: number;
  readonly geneId: number;
  readonly at: readonly number[];
  readonly specimens: readonly string[];
  readonly classOf: ClassOf;
  /** Whether a number can stand in a cell. */
  readonly isValue: (value: number) => boolean;
  /** Where only the numbers tell that they are ratios. */
  readonly ratios: LikelyRatios | undefined;
}

async function* read(source: Source, places: Places): AlterationBatches & AsyncGenerator {
  const { gene: geneAt, geneId: idAt, at, specimens, classOf, isValue, ratios } = places;
  const rows = new GeneRows();
  for await (const batch of source.rows) {
    const found: (AlterationText | Rejected)[] = [];
    for (const row of batch) {
      const cells = row.cells ?? [];
      const gene = (cells[geneAt] ?? '').trim();
      if ('rule' in row) {
        const missing = row.level === undefined && gene !== '' ? specimens.map((specimen) => ({ specimen, gene })) : [];
        found.push({ ...row, missing });
        continue;
      }
      const number = known(cells[idAt]);
      const geneId = number === null || number === '0' || number.startsWith('-') ? null : number;
      const again = rows.again(
        gene,
        geneId,
        row.line,
        at.map((place) => cells[place] ?? ''),
      );
      if (again) {
        found.push({ ...again, missing: specimens.map((specimen) => ({ specimen, gene })) });
        continue;
      }
      for (const [i, place] of at.entries()) {
        const text = known(cells[place]);
        const number = text === null ? Number.NaN : Number(text);
        const value = Number.isFinite(number) && isValue(number) ? number : null;
        if (value !== null) ratios?.look(value);
        if (text !== null && value === null)
          found.push((Number.isFinite(number) ? noLevel : noNumber)(row.line, specimens[i]!, text));
        const ofClass = value === null ? null : classOf(value);
        if (ofClass === undefined) continue;
        found.push(alteration(specimens[i]!, gene, geneId, row.line, ofClass, value));
      }
    }
    if (found.length > 0) yield found;
  }
  ratios?.refuse();
}

/** Which genes had a row, by whatever of their names, and what it held: of that only a digest, since a matrix is large. */
class GeneRows {
  readonly #rows = new Map<string, { readonly line: number; readonly cells: string }>();

  /** What is wrong with a gene's second row, where it says something else; what says the same twice counts once, and the frame tells. */
  again(gene: string, id: string | null, line: number, cells: readonly string[]): Rejected | undefined {
    if (gene === '' && id === null) return undefined;
    const name = `${geneName(gene, { id }).symbol}\t${id ?? ''}`;
    const digest = createHash('sha256').update(cells.join('\t')).digest('base64');
    const before = this.#rows.get(name);
    if (!before) {
      this.#rows.set(name, { line, cells: digest });
      return undefined;
    }
    if (before.cells === digest) return undefined;
    return {
      line,
      rule: 'duplicate-gene',
      says: `${gene || id} stands in line ${before.line} too, with other values: where that tells of no alteration the gene is missing`,
      remedy: 'Keep the row that is right.',
    };
  }
}

/** A number among levels that is none. */
export function noLevel(line: number, column: string, value: string): Rejected {
  return {
    line,
    column,
    value: value.slice(0, 200),
    level: 'cell',
    rule: 'not-a-level',
    says: 'the number is no level of copy number (-2, -1.5, -1, 0, 1, 2): the gene is missing there',
    remedy: 'Correct it, or leave the cell empty.',
  };
}

/** An alteration of copy number. */
export function alteration(
  specimenIdentifier: string,
  gene: string,
  geneId: string | null,
  line: number,
  ofClass: string | null,
  value: number | null,
): AlterationText {
  return {
    specimenIdentifier,
    gene,
    geneId,
    kind: 'copy number',
    class: ofClass,
    protein: null,
    chromosome: null,
    position: null,
    ref: null,
    alt: null,
    alleleFraction: null,
    depth: null,
    filter: null,
    line,
    end: null,
    value,
  };
}
