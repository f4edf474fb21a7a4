import type { Expression, Rows } from './expression.ts';
import { MISSING } from './frame.ts';
import { isoDay } from './functions.ts';
import type { Vector } from './vector.ts';

/** Values by name, worked out when they are first asked for. */
export class LazyRows implements Rows {
  readonly rows: number;
  readonly #sources: ReadonlyMap<string, () => Vector>;
  readonly #derived: ReadonlyMap<string, Expression>;
  readonly #altered: Rows['altered'];
  readonly #known = new Map<string, Vector>();

  constructor(
    rows: number,
    sources: ReadonlyMap<string, () => Vector>,
    derived: ReadonlyMap<string, Expression>,
    altered: Rows['altered'],
  ) {
    this.rows = rows;
    this.#sources = sources;
    this.#derived = derived;
    this.#altered = altered;
  }

  vector(name: string): Vector {
    const known = this.#known.get(name);
    if (known) return known;
    const vector = this.#sources.get(name)?.() ?? this.#derived.get(name)?.run(this);
    if (!vector) throw new RangeError(`there is no column ${name}`);
    this.#known.set(name, vector);
    return vector;
  }

  altered(gene: string, condition: Expression | undefined): Uint8Array {
    return this.#altered(gene, condition);
  }
}

/** Genes where nothing is known of them. */
export function noGenes(rows: number): Rows['altered'] {
  return () => new Uint8Array(rows).fill(MISSING);
}

/** The data cut as a date for every row; missing where the definition has none. */
export function cutVector(cut: string | undefined, rows: number): Vector {
  const day = (cut === undefined ? undefined : isoDay(cut)) ?? Number.NaN;
  return { kind: 'date', values: new Float64Array(rows).fill(day) };
}
