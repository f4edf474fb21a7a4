import { SignetError } from '../../../lib/base/index.ts';
import type { CohortFrame, Column } from '../../../lib/cohort/index.ts';

/** What a small frame is made of: rows by hand, expressions by their text. */
export interface SmallFrame {
  readonly title?: string;
  readonly time: readonly number[];
  /** 2 is missing. */
  readonly event: readonly number[];
  readonly origin?: string;
  readonly groups?: Readonly<
    Record<
      string,
      {
        readonly labels: readonly string[];
        readonly codes: readonly number[];
        readonly by?: string;
        readonly known?: string;
      }
    >
  >;
  /** By CEL text. */
  readonly expressions?: Readonly<Record<string, Column>>;
  /** Rows for which `where` is 1, 0, or 2 (missing), by CEL text. */
  readonly where?: Readonly<Record<string, readonly number[]>>;
  /** By symbol: the rows altered, and those covered (default all). */
  readonly genes?: Readonly<
    Record<string, { readonly altered: readonly number[]; readonly covered?: readonly number[] }>
  >;
}

function bits(rows: readonly number[], words: number): Uint32Array {
  const set = new Uint32Array(words);
  for (const row of rows) set[row >>> 5]! |= 1 << (row & 31);
  return set;
}

function unknown(code: string, name: string, pointer: string | undefined): SignetError {
  return new SignetError(code, `There is no ${name}`, { place: { pointer: pointer ?? '' } });
}

/** A frame of one endpoint, `os`, in months. */
export function frameOf(small: SmallFrame): CohortFrame {
  const rows = small.time.length;
  const all = [...small.time.keys()];
  const words = (rows + 31) >>> 5;
  const { groups = {}, genes = {}, expressions = {}, where = {} } = small;
  const symbols = Object.keys(genes);
  const everybody = bits(all, words);
  const covers = symbols.map((symbol) => {
    const { covered } = genes[symbol]!;
    return covered === undefined ? everybody : bits(covered, words);
  });
  const alters = symbols.map((symbol) => bits(genes[symbol]!.altered, words));
  const definition = {
    groups: Object.fromEntries(
      Object.entries(groups).map(([name, { by = name, known }]) => [
        name,
        known === undefined ? { by } : { by, known },
      ]),
    ),
  };
  return {
    name: 'small',
    title: small.title ?? 'Small',
    digest: '0'.repeat(64),
    revision: 'r',
    definition: definition as unknown as CohortFrame['definition'],
    rows,
    variables: () => [],
    bounds: () => undefined,
    sequenced: () => false,
    variable: (name, pointer) => {
      throw unknown('unknown-variable', name, pointer);
    },
    evaluate(cel, pointer) {
      const column = expressions[cel];
      if (column === undefined) throw unknown('invalid-expression', cel, pointer);
      return column;
    },
    eligibility: () => ({
      steps: [],
      eligible: Int32Array.from(all),
      leftAt: new Int32Array(rows).fill(-1),
      notRecorded: new Uint8Array(rows),
      apart: undefined,
    }),
    under(name, pointer) {
      throw unknown('unknown-sensitivity', name, pointer);
    },
    where(cel) {
      if (cel === undefined) return { rows: Int32Array.from(all), no: 0, missing: 0 };
      const holds = where[cel]!;
      const count = (value: number) => holds.filter((v) => v === value).length;
      return { rows: Int32Array.from(all.filter((row) => holds[row] === 1)), no: count(0), missing: count(2) };
    },
    endpoint(name, pointer) {
      if (name !== 'os') throw unknown('unknown-endpoint', name, pointer);
      return {
        name,
        origin: small.origin ?? 'diagnosis',
        time: Float64Array.from(small.time),
        event: Uint8Array.from(small.event),
        columns: ['os_time', 'died'],
      };
    },
    entry(_, cel, pointer) {
      throw unknown('invalid-expression', cel, pointer);
    },
    group(name, pointer) {
      const group = groups[name];
      if (group === undefined) throw unknown('unknown-variable', name, pointer);
      const { labels, codes, known } = group;
      return {
        name,
        labels: [...labels],
        codes: Int32Array.from(codes),
        columns: [name],
        ...(known === undefined ? {} : { known }),
      };
    },
    genes: () => ({
      symbols,
      words,
      altered: (i: number) => alters[i]!,
      covered: (i: number) => covers[i]!,
      found: (i: number) =>
        genes[symbols[i]!]!.altered.map((patient) => ({ patient, kind: 'mutation', class: 'Missense_Mutation' })),
      covering: (symbol: string) => covers[symbols.indexOf(symbol)] ?? everybody,
    }),
  } as CohortFrame;
}

/** Nobody listens, and nobody stops it. */
export const SILENT = { stage: () => undefined, stopped: () => undefined };
