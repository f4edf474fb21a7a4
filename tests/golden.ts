import type { ResultDocument } from '../lib/result/index.ts';

/** What a golden report keeps of an item: what it counts, its one estimate, what it shows, and of each table the numbers of its first rows. */
export interface GoldenPart {
  readonly id: string;
  readonly analysis: string;
  readonly refused: string | null;
  readonly used: number | null;
  readonly events: number | null;
  readonly primary: readonly (number | null)[] | null;
  readonly figures: readonly string[];
  readonly warnings: readonly string[];
  readonly tables: Readonly<Record<string, GoldenTable>>;
}

interface GoldenTable {
  readonly rows: number;
  readonly columns: readonly string[];
  /** Of so many rows, each number that its columns show with its interval, in their order. */
  readonly numbers: readonly (readonly (number | null)[])[];
}

/** A report by what it means: neither its words nor its digests. */
export interface Golden {
  readonly patients: number;
  readonly used: number;
  readonly primary: readonly (number | null)[] | null;
  readonly parts: readonly GoldenPart[];
  readonly checklists: Readonly<Record<string, number>>;
}

const ROWS = 2;
const DIGITS = 8;

type Table = ResultDocument['findings']['tables'][number];
type Primary = ResultDocument['findings']['primary'];

const kept = (x: unknown): number | null => (typeof x === 'number' ? Number(x.toPrecision(DIGITS)) : null);

function numbersOf({ columns, rows }: Table): (number | null)[][] {
  const keys = columns
    .flatMap(({ key, format, low, high }) => (format === 'text' ? [] : [key, low, high]))
    .filter((key) => key !== undefined);
  return rows.slice(0, ROWS).map((row) => keys.map((key) => kept(row[key])));
}

function primaryOf(primary: Primary): (number | null)[] | null {
  return primary ? [primary.estimate, primary.low, primary.high, primary.p, primary.n, primary.events].map(kept) : null;
}

/** What a document of a report means. Of what is varied only counts and estimate are kept: the item itself is kept beside it. */
export function meaningOf({ findings }: ResultDocument): Golden {
  const { counts, primary, report } = findings;
  return {
    patients: counts.patients,
    used: counts.used,
    primary: primaryOf(primary),
    parts: report!.parts.map(({ id, analysis, findings: found, refused, sensitivity }) => ({
      id,
      analysis,
      refused: refused?.code ?? null,
      used: found?.counts.used ?? null,
      events: found?.counts.events ?? null,
      primary: primaryOf(found?.primary),
      figures: found?.figures.map((figure) => figure.id) ?? [],
      warnings: found?.warnings.map(({ code }) => code) ?? [],
      tables: Object.fromEntries(
        (sensitivity ? [] : (found?.tables ?? [])).map((table) => [
          table.id,
          { rows: table.rows.length, columns: table.columns.map(({ key }) => key), numbers: numbersOf(table) },
        ]),
      ),
    })),
    checklists: Object.fromEntries(
      report!.checklists.map(({ name, items }) => [name, items.filter(({ where }) => where !== null).length]),
    ),
  };
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.max(1e-3, Math.abs(a), Math.abs(b));

/** Where two meanings differ, by place: numbers by more than a millionth, all else at all. */
export function differences(golden: unknown, seen: unknown, place = ''): string[] {
  if (typeof golden === 'number' && typeof seen === 'number')
    return near(golden, seen) ? [] : [`${place}: ${golden} became ${seen}`];
  if (typeof golden !== 'object' || golden === null || typeof seen !== 'object' || seen === null)
    return golden === seen ? [] : [`${place}: ${JSON.stringify(golden)} became ${JSON.stringify(seen)}`];
  const [before, after] = [golden, seen] as [Record<string, unknown>, Record<string, unknown>];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    differences(before[key], after[key], `${place}/${key}`),
  );
}
