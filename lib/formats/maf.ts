import type { AlterationText } from '../cohort/index.ts';
import { fault } from './fault.ts';
import { classOf, UnknownClasses } from './maf-class.ts';
import { NotSomatic } from './maf-status.ts';
import type { NamedBuilds } from './named-builds.ts';
import { writtenProtein } from './protein.ts';
import type { Rejected } from './rejected.ts';
import type { Source } from './source.ts';

/** An alteration, or what is wrong with a row. */
type Alterations = AsyncIterable<readonly (AlterationText | Rejected)[]>;

/**
 * The columns that are read, each with the names it goes by (GDC's MAF, older ones after), compared without regard to case.
 * https://docs.gdc.cancer.gov/Data/File_Formats/MAF_Format/
 */
const COLUMNS = {
  gene: ['Hugo_Symbol'],
  geneId: ['Entrez_Gene_Id'],
  class: ['Variant_Classification'],
  protein: ['HGVSp_Short', 'Protein_Change', 'Amino_Acid_Change', 'AAChange'],
  proteinToo: ['HGVSp'],
  chromosome: ['Chromosome'],
  position: ['Start_Position'],
  ref: ['Reference_Allele'],
  alt: ['Tumor_Seq_Allele2'],
  altToo: ['Tumor_Seq_Allele1'],
  refReads: ['t_ref_count'],
  altReads: ['t_alt_count'],
  depth: ['t_depth'],
  fraction: ['t_vaf', 'tumor_f', 'VAF'],
  filter: ['FILTER'],
  status: ['Mutation_Status'],
  build: ['NCBI_Build'],
  /** Of a study that Signet gave away: of a gene whose row had been set apart nothing is known. */
  signet: ['Signet_Kind'],
  signetId: ['Signet_Gene_Id'],
} as const;

type Name = keyof typeof COLUMNS | 'specimen';

/** What tools write into a cell of which they know nothing. */
const NOTHING: ReadonlySet<string> = new Set(['', '.', 'NA', 'N/A', 'NaN', '__UNKNOWN__']);

/** How a MAF is read. */
interface MafOptions {
  /** Holds the specimen's identifier. */
  readonly specimenColumn: string;
  /** Is told what each row says its build is. */
  readonly builds?: NamedBuilds;
}

/**
 * Alterations of a MAF, in the file's order, symbols as written. What Mutation_Status calls germline, a loss of heterozygosity or no variant is left
 * out, and counted in a note at the end, as is a class that isn't known.
 * A number that can't be one leaves its field missing and comes as a {@link Rejected} beside the row. Throws `no-specimen-column`, and
 * `no-header` where the file is no MAF.
 */
export function mafAlterations(source: Source, { specimenColumn, builds }: MafOptions): Alterations {
  const places = placesOf(source.columns, specimenColumn);
  return read(source, places, builds);
}

/** Where the columns are in the file. */
function placesOf(columns: readonly string[], specimenColumn: string): ReadonlyMap<Name, number> {
  const lower = columns.map((column) => column.toLowerCase());
  const places = new Map<Name, number>();
  for (const [name, titles] of Object.entries(COLUMNS) as [keyof typeof COLUMNS, readonly string[]][]) {
    const at = titles.map((title) => lower.indexOf(title.toLowerCase())).find((place) => place >= 0);
    if (at !== undefined) places.set(name, at);
  }
  for (const name of ['gene', 'class'] as const)
    if (!places.has(name))
      throw fault(
        'no-header',
        `the definition takes the file for alterations, and it is a table without the column ${COLUMNS[name][0]}, which every MAF has`,
        { column: COLUMNS[name][0] },
        'Look whether the file is a MAF, or correct `alterations` in the definition.',
      );
  const exact = columns.indexOf(specimenColumn);
  const specimen = exact >= 0 ? exact : lower.indexOf(specimenColumn.toLowerCase());
  if (specimen < 0)
    throw fault(
      'no-specimen-column',
      `the file has no column ${specimenColumn}, which holds the specimen's identifier`,
      { column: specimenColumn },
      'Name the column that holds it in the definition; of most MAFs it is Tumor_Sample_Barcode.',
    );
  return places.set('specimen', specimen);
}

async function* read(
  source: Source,
  places: ReadonlyMap<Name, number>,
  builds: NamedBuilds | undefined,
): Alterations & AsyncGenerator {
  const at = [...places.values()];
  const build = [...places.keys()].indexOf('build');
  const row = new MafRow(source.columns, places);
  const leftOut = new NotSomatic();
  const classes = new UnknownClasses();
  for await (const batch of source.pick(at)) {
    const read: (AlterationText | Rejected)[] = [];
    for (const item of batch) {
      if (build >= 0 && !('rule' in item)) builds?.add(item.line, item.cells[build]!);
      if (!('rule' in item)) {
        if (row.isUnreadable(item.cells)) read.push(unreadable(item.line, row.names(item.cells)));
        else if (!leftOut.takes(item.line, row.status(item.cells))) {
          const alteration = row.alteration(item.line, item.cells);
          classes.look(alteration);
          read.push(alteration);
        }
      } else read.push(item.level === undefined && item.cells ? { ...item, ...row.names(item.cells) } : item);
      if (row.faults.length > 0) read.push(...row.faults.splice(0));
    }
    yield read;
  }
  const notes = [...leftOut.notes(), ...classes.notes()];
  if (notes.length > 0) yield notes;
}

/** What Signet writes for a gene whose row was set apart in the cohort that a study is of. */
export const UNREADABLE = 'unreadable';

/** What it writes beside a gene's number that no row of the cohort gave. */
export const NO_GENE_ID = 'none';

function unreadable(line: number, names: Pick<Rejected, 'specimen' | 'gene'>): Rejected {
  return {
    line,
    ...names,
    rule: 'set-apart-before',
    says: 'the row stands for one that was set apart before: the gene is missing there',
    remedy: 'Mend the original, and give the study away again.',
  };
}

/** Makes an alteration of the cells that were picked. */
class MafRow {
  /** What the last row had wrong. */
  readonly faults: Rejected[] = [];
  readonly #columns: readonly string[];
  readonly #places: ReadonlyMap<Name, number>;
  readonly #at: Readonly<Record<Name, number>>;
  #line = 0;
  #cells: readonly string[] = [];

  constructor(columns: readonly string[], places: ReadonlyMap<Name, number>) {
    this.#columns = columns;
    this.#places = places;
    const picked = [...places.keys()];
    const names = ['specimen', ...(Object.keys(COLUMNS) as Name[])] as readonly Name[];
    this.#at = Object.fromEntries(names.map((name) => [name, picked.indexOf(name)])) as Record<Name, number>;
  }

  alteration(line: number, cells: readonly string[]): AlterationText {
    this.#line = line;
    this.#cells = cells;
    const ref = this.#text('ref');
    const alt = this.#alt(ref);
    const ofClass = classOf(this.#text('class'), ref, alt);
    return {
      specimenIdentifier: this.#identifier('specimen'),
      gene: this.#identifier('gene'),
      geneId: this.#geneId(),
      kind: ofClass === 'Fusion' ? 'fusion' : 'mutation',
      class: ofClass,
      protein: this.#protein(),
      chromosome: this.#text('chromosome'),
      position: this.#count('position'),
      ref,
      alt,
      ...this.#reads(),
      filter: this.#text('filter'),
      line,
    };
  }

  /** Of Mutation_Status what the file says. */
  status(cells: readonly string[]): string {
    return this.#at.status < 0 ? '' : (cells[this.#at.status] ?? '').trim();
  }

  isUnreadable(cells: readonly string[]): boolean {
    return this.#at.signet >= 0 && cells[this.#at.signet]?.trim() === UNREADABLE;
  }

  /** Specimen and gene of a row that can't be read whole. */
  names(cells: readonly string[]): Pick<Rejected, 'specimen' | 'gene'> {
    this.#cells = cells;
    const specimen = this.#identifier('specimen');
    const gene = this.#identifier('gene');
    return { ...(specimen && { specimen }), ...(gene && { gene }) };
  }

  #cell(name: Name): string {
    return this.#cells[this.#at[name]] ?? '';
  }

  #identifier(name: Name): string {
    return this.#cell(name).trim();
  }

  #text(name: Name): string | null {
    const cell = this.#cell(name).trim();
    return NOTHING.has(cell) ? null : cell;
  }

  #geneId(): string | null {
    const id = this.#text('geneId');
    return id === '0' || this.#cell('signetId') === NO_GENE_ID ? null : id;
  }

  #protein(): string | null {
    const change = this.#text('protein') ?? this.#text('proteinToo');
    return change === null ? null : writtenProtein(change);
  }

  #alt(ref: string | null): string | null {
    const alt = this.#text('alt');
    if (alt !== null && alt !== ref) return alt;
    const other = this.#text('altToo');
    return other === ref ? alt : (other ?? alt);
  }

  /** Share of reads and depth: by counts where they are there, else as the file states them. */
  #reads(): Pick<AlterationText, 'alleleFraction' | 'depth'> {
    const ref = this.#count('refReads');
    const alt = this.#count('altReads');
    const depth = this.#count('depth') ?? (ref !== null && alt !== null ? ref + alt : null);
    const reads = ref !== null && alt !== null ? ref + alt : depth;
    const counted = alt !== null && reads !== null && reads > 0 && alt <= reads ? alt / reads : null;
    if (alt !== null && reads !== null && alt > reads) this.#beyondOne('altReads', String(alt));
    return { alleleFraction: counted ?? this.#number('fraction', (value) => value <= 1), depth };
  }

  #count(name: Name): number | null {
    return this.#number(name, Number.isInteger);
  }

  /** More reads carry the allele than there are. */
  #beyondOne(name: Name, text: string): void {
    this.faults.push({
      line: this.#line,
      column: this.#columns[this.#places.get(name)!]!,
      value: text.slice(0, 200),
      level: 'cell',
      rule: 'allele-fraction',
      says: 'the share of reads that carry the allele is not between 0 and 1: it is taken for missing',
      remedy: 'Correct the reads or the share.',
    });
  }

  /** A number from 0 on; a cell that holds none is missing and told of. */
  #number(name: Name, passes: (value: number) => boolean): number | null {
    const text = this.#text(name);
    if (text === null || text === '-') return null;
    const value = Number(text);
    if (value >= 0 && passes(value)) return value;
    if (name === 'fraction' && Number.isFinite(value)) {
      this.#beyondOne(name, text);
      return null;
    }
    const column = this.#columns[this.#places.get(name)!]!;
    this.faults.push({
      line: this.#line,
      column,
      value: text.slice(0, 200),
      level: 'cell',
      rule: 'not-a-number',
      says: `${column} is not a ${name === 'fraction' ? 'share' : 'whole number'} from 0 on: it is taken for missing`,
      remedy: 'Correct the number, or leave the cell empty.',
    });
    return null;
  }
}
