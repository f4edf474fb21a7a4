import * as z from 'zod';
import { SignetError } from '../base/index.ts';
import type { AnalysisSet } from '../sharing/ports.ts';

const Columns = z.record(z.string(), z.string());

/** How a frozen set lies in the bucket: columns as base64 of their bytes, little-endian, so that they come back to the last bit. */
const StoredSet = z.strictObject({
  format: z.literal('analysis-set/1'),
  cohort: z.string(),
  digest: z.string(),
  patients: z.array(z.string()),
  left: z.int(),
  n: z.int(),
  variables: Columns,
  endpoints: z.record(z.string(), z.strictObject({ time: z.string(), cause: z.string() })),
  genes: Columns.optional(),
});

type Column = Float64Array | Uint8Array;

function textOf(column: Column): string {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('base64');
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

function numbersOf(text: string): Float64Array {
  return new Float64Array(bytesOf(text).buffer);
}

function mapped<A, B>(record: Readonly<Record<string, A>>, to: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]));
}

/** A set as text. */
export function storedSet({ cohort, digest, patients, left, rows }: AnalysisSet): string {
  const stored: z.infer<typeof StoredSet> = {
    format: 'analysis-set/1',
    cohort,
    digest,
    patients: [...patients],
    left,
    n: rows.n,
    variables: mapped(rows.variables, textOf),
    endpoints: mapped(rows.endpoints, ({ time, cause }) => ({ time: textOf(time), cause: textOf(cause) })),
    ...(rows.genes && { genes: mapped(Object.fromEntries(rows.genes), textOf) }),
  };
  return JSON.stringify(stored);
}

/** The set that {@link storedSet} wrote. Throws SignetError `invalid-set`. */
export function readSet(text: string): AnalysisSet {
  const parsed = StoredSet.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new SignetError('invalid-set', 'The set of patients that a study was approved with is not one of ours');
  const { cohort, digest, patients, left, n, variables, endpoints, genes } = parsed.data;
  return {
    cohort,
    digest,
    patients,
    left,
    rows: {
      n,
      variables: mapped(variables, numbersOf),
      endpoints: mapped(endpoints, ({ time, cause }) => ({ time: numbersOf(time), cause: bytesOf(cause) })),
      ...(genes && { genes: new Map(Object.entries(mapped(genes, bytesOf))) }),
    },
  };
}
