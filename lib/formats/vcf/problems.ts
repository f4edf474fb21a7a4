import type { Rejected } from '../rejected.ts';

/** Where something is, in a VCF: its line, and the column's name with the key inside. */
export interface VcfPlace {
  readonly line: number;
  readonly column: string;
  readonly value?: string;
}

const NOTHING = 'Nothing that is read depends on it. Tell whoever wrote the file.';

const MOST_SHOWN = 100;

/** Kinds of warning that a file may have: beyond them only the rows of known ones are counted. */
const MOST_KINDS = 1_000;

/** A row that is set apart, since what breaks the specification in it could change a value. */
export function apart(rule: string, place: VcfPlace, says: string, remedy: string): Rejected {
  return { rule: `vcf-${rule}`, ...shown(place), says, remedy };
}

/** A field that is missing in a row that is read. */
export function cellLost(rule: string, place: VcfPlace, says: string, remedy: string): Rejected {
  return { rule: `vcf-${rule}`, level: 'cell', ...shown(place), says, remedy };
}

function shown({ line, column, value }: VcfPlace): VcfPlace {
  return { line, column, ...(value !== undefined && { value: value.slice(0, MOST_SHOWN) }) };
}

interface Counted {
  readonly first: Rejected;
  rows: number;
}

/**
 * What breaks the specification without changing a value: said once a kind and column, at its first place, with how many lines have it. A
 * caller that writes one key wrongly does so in each of its records.
 */
export class SpecificationWarnings {
  readonly #counted = new Map<string, Counted>();

  /** Takes note of it. The sentence is made when it is first needed. */
  add(rule: string, line: number, column: string, says: () => string, value?: () => string, remedy = NOTHING): void {
    const key = `${rule} ${column}`;
    const known = this.#counted.get(key);
    if (known) {
      known.rows += 1;
      return;
    }
    if (this.#counted.size >= MOST_KINDS) return;
    const first: Rejected = {
      rule: `vcf-${rule}`,
      level: 'warning',
      ...shown({ line, column, ...(value && { value: value() }) }),
      says: says(),
      remedy,
    };
    this.#counted.set(key, { first, rows: 1 });
  }

  /** All of them, in the order of their first lines. */
  list(): readonly Rejected[] {
    return [...this.#counted.values()]
      .map(({ first, rows }) => (rows > 1 ? { ...first, rows } : first))
      .sort((a, b) => a.line - b.line);
  }
}
