import * as z from 'zod';
import type { Column } from '../cohort/index.ts';

/** The file's metadata under which the columns are described, since Parquet knows neither labels, nor units, nor the order of levels. */
export const DESCRIPTION_KEY = 'signet';

const Described = z.object({
  name: z.string(),
  type: z.enum(['number', 'date', 'category', 'boolean', 'text']),
  label: z.string().optional(),
  unit: z.string().optional(),
  levels: z.array(z.string()).optional(),
});
type Described = z.infer<typeof Described>;

/** What the columns are, in order, and how many rows there are. */
export const TableDescription = z.object({ rows: z.int(), columns: z.array(Described) });
export type TableDescription = z.infer<typeof TableDescription>;

/** A column without its values. */
export function described(name: string, column: Column): Described {
  const { type, label } = column;
  return {
    name,
    type,
    ...(label !== undefined && { label }),
    ...(type === 'number' && column.unit !== undefined && { unit: column.unit }),
    ...(type === 'category' && { levels: [...column.levels] }),
  };
}

/** Room for what zlib puts out: a page of some hundred rows doesn't need the 64 KiB that it takes by itself, a column at a time. */
export function chunkSize(bytes: number): number {
  return Math.min(Math.max(bytes, 1024), 65_536);
}
