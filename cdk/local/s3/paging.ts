/** What a list is asked for. */
export interface Asked<Cursor> {
  readonly prefix: Buffer;
  /** Empty where keys aren't grouped. */
  readonly delimiter: Buffer;
  readonly start: Cursor;
  readonly max: number;
}

/** A page of a list. Rows and groups together are at most `max`. */
export interface Page<Row, Cursor> {
  readonly rows: readonly Row[];
  /** What keys have in common up to the delimiter. */
  readonly groups: readonly string[];
  /** What was listed last. */
  readonly last: Row | string | undefined;
  /** Where the next page begins; absent on the last one. */
  readonly next?: Cursor;
}

const BATCH = 1000;

/** The first bytes after all that begin with `prefix`. No byte of UTF-8 is 255. */
export function after(prefix: Buffer): Buffer {
  const bytes = Buffer.from(prefix);
  bytes[bytes.length - 1]! += 1;
  return bytes;
}

/** The later of two keys. */
export function later(a: Buffer, b: Buffer): Buffer {
  return a.compare(b) < 0 ? b : a;
}

/**
 * Lists rows in the order of their keys. `fetch` gives rows from a cursor on (inclusive), `at` the cursor of a row, `from` that of a key.
 * A group is stepped over by one look-up, however many keys are in it.
 */
export function page<Row extends { readonly key: string }, Cursor>(
  { prefix, delimiter, start, max }: Asked<Cursor>,
  {
    fetch,
    at,
    from,
  }: {
    readonly fetch: (cursor: Cursor, limit: number) => readonly Row[];
    readonly at: (row: Row) => Cursor;
    readonly from: (key: Buffer) => Cursor;
  },
): Page<Row, Cursor> {
  const rows: Row[] = [];
  const groups: string[] = [];
  let last: Row | string | undefined;
  const done = (next?: Cursor): Page<Row, Cursor> => ({ rows, groups, last, ...(next !== undefined && { next }) });
  if (max === 0) return done();
  for (let cursor: Cursor | undefined = start; cursor !== undefined; ) {
    const batch = fetch(cursor, Math.min(max - rows.length - groups.length + 1, BATCH));
    cursor = undefined;
    for (const row of batch) {
      const key = Buffer.from(row.key);
      if (!key.subarray(0, prefix.length).equals(prefix)) return done();
      if (rows.length + groups.length === max) return done(at(row));
      const cut = delimiter.length > 0 ? key.indexOf(delimiter, prefix.length) : -1;
      if (cut >= 0) {
        const group = key.subarray(0, cut + delimiter.length);
        last = group.toString();
        groups.push(last);
        cursor = from(after(group));
        break;
      }
      last = row;
      rows.push(row);
    }
    if (cursor === undefined) {
      const final = batch.at(-1);
      if (!final) return done();
      const next = fetch(at(final), 2)[1]; // `at` is inclusive
      if (!next) return done();
      cursor = at(next);
    }
  }
  return done();
}
