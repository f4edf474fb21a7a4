import type { Expression, Rows } from '../expressions/expression.ts';
import { type FrameTables, MISSING, type Table } from '../values/frame.ts';
import { type TextVector, take, textVector, type Vector, vectorOf } from '../values/vector.ts';
import { codonsOf } from './codons.ts';
import { doubtsOf } from './doubts.ts';
import { geneName } from './gene-names.ts';

/** What a panel sequences; null is every gene. */
export interface Panel {
  readonly genes: readonly string[] | null;
  /** Megabases covered, where they are known. */
  readonly coveredMb?: number;
}

/** A qualifying alteration of a gene in the specimen that counts. */
export interface FoundAlteration {
  /** Row of the patient. */
  readonly patient: number;
  /** mutation, copy number or fusion. */
  readonly kind: string;
  /** Variant_Classification of a mutation; Amplification or Deletion of a copy number. */
  readonly class: string | null;
}

/** Genes as two bit sets a gene: bit `row & 31` of word `row >>> 5` is the patient's. What is altered is covered. */
export interface GeneMatrix {
  /** Sorted. */
  readonly symbols: readonly string[];
  readonly words: number;
  altered(gene: number): Uint32Array;
  /** Shared between genes of one panel. */
  covered(gene: number): Uint32Array;
  /** What makes the altered so, in the frame's order. */
  found(gene: number): readonly FoundAlteration[];
  /**
   * Patients who were looked at with a panel that covers the gene of this symbol, whatever is known of it there; a gene that nothing names is
   * covered by panels of every gene.
   */
  covering(symbol: string): Uint32Array;
}

const KINDS = ['mutation', 'copy number', 'fusion'] as const;

const KLEENE_AND = [0, 0, 0, 0, 1, MISSING, 0, MISSING, MISSING];

function textOf(table: Table, name: string): TextVector {
  const column = table.columns.get(name);
  if (!column) return { kind: 'text', levels: [], codes: new Int32Array(table.rows).fill(-1) };
  return vectorOf(column) as TextVector;
}

/** The alterations of the specimens that count, by gene and patient. */
export class GeneIndex {
  /** Every gene that an alteration or a panel names, sorted. */
  readonly symbols: readonly string[];
  readonly #patients: number;
  readonly #table: Table;
  /** By alteration: the patient whose counting specimen it is of, or -1. */
  readonly #patientOf: Int32Array;
  readonly #qualifies: Uint8Array;
  readonly #kinds: TextVector;
  readonly #rowsOf: ReadonlyMap<string, readonly number[]>;
  /** By kind of alteration and by patient: the panels that her counting specimen was looked at with for it. */
  readonly #panelsOf: ReadonlyMap<string, readonly ReadonlySet<string>[]>;
  /** What a gene is taken for known by: mutations, where any specimen was looked at for them, else all kinds there are. */
  readonly #mainKinds: readonly string[];
  readonly #panels: Readonly<Record<string, Panel>>;
  readonly #coverings = new Map<string, Uint32Array>();
  readonly #whole: string;
  readonly #listing = new Map<string, string[]>();
  #doubts: ReadonlyMap<string, readonly number[]> | undefined;

  constructor({ patients, alterations, coverage }: FrameTables, panels: Readonly<Record<string, Panel>>) {
    this.#patients = patients.rows;
    this.#table = alterations;
    this.#panels = panels;
    const counting = textOf(patients, 'specimen');
    const patientOf = new Map<string, number>();
    for (let row = 0; row < patients.rows; row++)
      if (counting.codes[row]! >= 0) patientOf.set(counting.levels[counting.codes[row]!]!, row);
    const specimens = textOf(alterations, 'specimen');
    const byLevel = specimens.levels.map((specimen) => patientOf.get(specimen) ?? -1);
    this.#patientOf = specimens.codes.map((code) => byLevel[code] ?? -1);
    this.#kinds = textOf(alterations, 'kind');
    const qualifies = alterations.columns.get('qualifies');
    this.#qualifies = qualifies?.type === 'boolean' ? qualifies.values : new Uint8Array(alterations.rows).fill(MISSING);
    this.#rowsOf = this.#byGene();
    this.#panelsOf = this.#sequenced(coverage, patientOf);
    this.#mainKinds = this.#panelsOf.has('mutation') ? ['mutation'] : [...this.#panelsOf.keys()].sort();
    const listed = new Set<string>();
    for (const [name, { genes }] of Object.entries(panels))
      for (const gene of genes ?? []) {
        listed.add(gene);
        const known = this.#listing.get(gene);
        if (known) known.push(name);
        else this.#listing.set(gene, [name]);
      }
    this.#whole = Object.keys(panels)
      .filter((name) => panels[name]!.genes === null)
      .sort()
      .join('\n');
    this.symbols = [...new Set([...this.#rowsOf.keys(), ...listed])].sort();
  }

  /** Whether nothing is in force that could tell of any gene. */
  get silent(): boolean {
    return this.symbols.length === 0;
  }

  /** Whether the gene, by its current symbol or by one it had, is named by an alteration or by a panel's list. */
  has(gene: string): boolean {
    return this.#has(this.#current(gene));
  }

  #has(symbol: string): boolean {
    return this.#rowsOf.has(symbol) || this.#listing.has(symbol);
  }

  /** The symbol that the frame has for a gene: genes stand by their current symbols in it. */
  #current(gene: string): string {
    return this.#has(gene) ? gene : geneName(gene).symbol;
  }

  /** Rows that may be the gene's: of names that several genes had, where nothing told which. Made when genes are first asked for. */
  #mayBe(gene: string): readonly number[] {
    if (!this.#doubts) {
      const chromosomes = textOf(this.#table, 'chromosome');
      this.#doubts = doubtsOf(this.#rowsOf, (row) => chromosomes.levels[chromosomes.codes[row]!] ?? null);
    }
    return this.#doubts.get(gene) ?? [];
  }

  matrix(): GeneMatrix {
    const words = (this.#patients + 31) >>> 5;
    const altered: (Uint32Array | undefined)[] = [];
    const covered: (Uint32Array | undefined)[] = [];
    return {
      symbols: this.symbols,
      words,
      altered: (gene) => (altered[gene] ??= this.#altered(this.symbols[gene]!, words)),
      covered: (gene) => (covered[gene] ??= this.#known(this.symbols[gene]!, words)),
      found: (gene) => this.#found(this.symbols[gene]!),
      covering: (symbol) => this.#covering(this.#current(symbol)),
    };
  }

  #found(gene: string): FoundAlteration[] {
    const classes = textOf(this.#table, 'class');
    return (this.#rowsOf.get(gene) ?? [])
      .filter((row) => this.#qualifies[row] === 1)
      .map((row) => ({
        patient: this.#patientOf[row]!,
        kind: this.#kinds.levels[this.#kinds.codes[row]!] ?? 'mutation',
        class: classes.levels[classes.codes[row]!] ?? null,
      }));
  }

  /**
   * By patient: whether a qualifying alteration of the gene is there, for which the condition holds. One that may be of the gene, by a name that
   * several had, leaves it open.
   */
  altered(asked: string, condition: Expression | undefined): Uint8Array {
    const gene = this.#current(asked);
    if (!this.#has(gene)) return new Uint8Array(this.#patients).fill(MISSING);
    const rows = this.#rowsOf.get(gene) ?? [];
    const kinds = condition?.names.has('kind') ? this.#kindsFor(condition) : this.#mainKinds;
    const covering = this.#covering(gene, kinds);
    const found = new Uint8Array(this.#patients);
    for (let row = 0; row < found.length; row++) found[row] = (covering[row >>> 5]! >>> (row & 31)) & 1 ? 0 : MISSING;
    const { places, holds } = condition ? this.#judged(rows, condition) : { places: rows, holds: undefined };
    for (const [i, place] of places.entries()) {
      const patient = this.#patientOf[place]!;
      const value = KLEENE_AND[3 * this.#qualifies[place]! + (holds ? holds[i]! : 1)]!;
      if (value === 1) found[patient] = 1;
      else if (value === MISSING && found[patient] === 0 && this.#matters(place, kinds)) found[patient] = MISSING;
    }
    const doubts = this.#mayBe(gene);
    const open =
      condition && doubts.length > 0 ? this.#judged(doubts, condition) : { places: doubts, holds: undefined };
    for (const [i, place] of open.places.entries()) {
      const patient = this.#patientOf[place]!;
      const may = this.#qualifies[place] !== 0 && (open.holds?.[i] ?? 1) !== 0 && this.#matters(place, kinds);
      if (may && found[patient] === 0) found[patient] = MISSING;
    }
    return found;
  }

  /**
   * The kinds of alteration that a condition may hold for: one of which nothing else is known is asked of each. A patient who wasn't looked
   * at for one of them can't be told free of it.
   */
  #kindsFor(condition: Expression): readonly string[] {
    const { rows, columns } = this.#table;
    const nothingBut = (kind: string): Rows => ({
      rows: 1,
      vector(name): Vector {
        if (name === 'kind') return { kind: 'text', levels: [kind], codes: Int32Array.of(0) };
        if (name === 'codon') return { kind: 'number', values: Float64Array.of(Number.NaN) };
        const column = columns.get(name);
        if (!column) throw new RangeError(`alterations have no ${name}`);
        return take(vectorOf(column), Int32Array.of(-1));
      },
      altered: () => {
        throw new RangeError('altered does not stand inside altered');
      },
    });
    const may = (kind: string): boolean => (condition.run(nothingBut(kind)) as { values: Uint8Array }).values[0] !== 0;
    return rows === 0 ? this.#mainKinds : KINDS.filter(may);
  }

  /** The condition for each alteration and each residue that it names; once, with none, where it names none. */
  #judged(rows: readonly number[], condition: Expression): { places: readonly number[]; holds: Uint8Array } {
    const proteins = textOf(this.#table, 'protein');
    const places: number[] = [];
    const codons: number[] = [];
    const perResidue = condition.names.has('codon');
    for (const row of rows) {
      const named = perResidue ? codonsOf(proteins.levels[proteins.codes[row]!] ?? null) : [];
      for (const codon of named.length > 0 ? named : [Number.NaN]) {
        places.push(row);
        codons.push(codon);
      }
    }
    const taken = Int32Array.from(places);
    const columns = this.#table.columns;
    const scope: Rows = {
      rows: places.length,
      vector(name): Vector {
        if (name === 'codon') return { kind: 'number', values: Float64Array.from(codons) };
        const column = columns.get(name);
        if (!column) throw new RangeError(`alterations have no ${name}`);
        return take(vectorOf(column), taken);
      },
      altered: () => {
        throw new RangeError('altered does not stand inside altered');
      },
    };
    return { places, holds: (condition.run(scope) as { values: Uint8Array }).values };
  }

  #byGene(): ReadonlyMap<string, readonly number[]> {
    const genes = textOf(this.#table, 'gene');
    const rows: number[][] = genes.levels.map(() => []);
    for (let row = 0; row < genes.codes.length; row++)
      if (this.#patientOf[row]! >= 0) rows[genes.codes[row]!]?.push(row);
    return new Map(genes.levels.map((gene, code) => [gene, rows[code]!]));
  }

  #sequenced(
    coverage: Table,
    patientOf: ReadonlyMap<string, number>,
  ): ReadonlyMap<string, readonly ReadonlySet<string>[]> {
    const byKind = new Map<string, Set<string>[]>();
    const [specimens, panels, kinds] = [
      textOf(coverage, 'specimen'),
      textOf(coverage, 'panel'),
      textOf(coverage, 'kind'),
    ];
    for (let row = 0; row < coverage.rows; row++) {
      const patient = patientOf.get(specimens.levels[specimens.codes[row]!] ?? '');
      const panel = panels.levels[panels.codes[row]!];
      if (patient === undefined || panel === undefined) continue;
      const kind = kinds.levels[kinds.codes[row]!] ?? 'mutation';
      const sets = byKind.get(kind) ?? Array.from({ length: this.#patients }, () => new Set<string>());
      byKind.set(kind, sets);
      sets[patient]!.add(panel);
    }
    return byKind;
  }

  /** Whether what isn't known of an alteration leaves its gene open to who asks for these kinds: a row set apart always does. */
  #matters(row: number, kinds: readonly string[]): boolean {
    const kind = this.#kinds.levels[this.#kinds.codes[row]!];
    return kind === undefined || kind === 'unreadable' || kinds.includes(kind);
  }

  /** Patients who were looked at for all these kinds with a panel that covers the gene. */
  #covering(gene: string, kinds: readonly string[] = this.#mainKinds): Uint32Array {
    const lists = this.#listing.get(gene) ?? [];
    const signature = `${kinds.join(',')}\n${lists.length === 0 ? this.#whole : `${this.#whole}\n${lists.join('\n')}`}`;
    const known = this.#coverings.get(signature);
    if (known) return known;
    const bits = new Uint32Array((this.#patients + 31) >>> 5);
    const covers = (name: string): boolean =>
      Object.hasOwn(this.#panels, name) && (this.#panels[name]!.genes === null || lists.includes(name));
    for (let row = 0; row < this.#patients; row++) {
      const all = kinds.every((kind) => [...(this.#panelsOf.get(kind)?.[row] ?? [])].some(covers));
      if (all && kinds.length > 0) bits[row >>> 5]! |= 1 << (row & 31);
    }
    this.#coverings.set(signature, bits);
    return bits;
  }

  #altered(gene: string, words: number): Uint32Array {
    const bits = new Uint32Array(words);
    for (const row of this.#rowsOf.get(gene) ?? []) {
      const patient = this.#patientOf[row]!;
      if (this.#qualifies[row] === 1) bits[patient >>> 5]! |= 1 << (patient & 31);
    }
    return bits;
  }

  /** The covered, without those of whom an alteration leaves it open, and with those in whom it was found all the same. */
  #known(gene: string, words: number): Uint32Array {
    const covering = this.#covering(gene);
    const altered = this.#altered(gene, words);
    const open = new Uint32Array(words);
    for (const row of this.#rowsOf.get(gene) ?? []) {
      const patient = this.#patientOf[row]!;
      if (this.#qualifies[row] === MISSING && this.#matters(row, this.#mainKinds))
        open[patient >>> 5]! |= 1 << (patient & 31);
    }
    for (const row of this.#mayBe(gene)) {
      const patient = this.#patientOf[row]!;
      if (this.#qualifies[row] !== 0 && this.#matters(row, this.#mainKinds))
        open[patient >>> 5]! |= 1 << (patient & 31);
    }
    const known = covering.map((word, w) => (word & ~open[w]!) | altered[w]!);
    return known.every((word, w) => word === covering[w]) ? covering : known;
  }
}

/** Text columns of the alterations, by code, as a frame holds them. */
export function categoryOf(values: readonly (string | null)[]): {
  type: 'category';
  levels: readonly string[];
  codes: Int32Array;
} {
  const sorted = [...new Set(values)].filter((value) => value !== null).sort();
  const { levels, codes } = textVector(values, sorted);
  return { type: 'category', levels, codes };
}
