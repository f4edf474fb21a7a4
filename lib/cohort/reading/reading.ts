import { digestOf, type Json } from '../../base/index.ts';
import { ownerOf, typeOf } from '../definition/dictionary.ts';
import type { AlterationsDefinition, ColumnType, Definition, TableDefinition } from '../definition/schema.ts';
import { matches, mayMatchUnder, specimenIn } from '../values/glob.ts';

/** Raised when the same source read in the same manner comes out otherwise: all sources are then read anew. */
export const PARSER_VERSION = 8;

/** How a column's cells become values. */
export interface ColumnReading {
  readonly name: string;
  readonly from: string;
  readonly type: ColumnType;
  readonly of: 'patient' | 'specimen' | 'event';
  readonly codes?: readonly (readonly [string, string | number | boolean])[];
  readonly range?: readonly [number | null, number | null];
  readonly bounds?: true;
  readonly part?: readonly [number, number];
  readonly missing: readonly string[];
  readonly place?: DefinitionPlace;
}

/** Line and column in the definition's text; no part of a reading's digest. */
export type DefinitionPlace = readonly [line: number, column: number];

/** How a table's rows become records. */
export interface TableReading {
  readonly sheet?: string;
  readonly header?: number | readonly number[];
  readonly only: readonly (readonly [string, readonly string[]])[];
  readonly rows: 'patient' | 'specimen' | 'event';
  /** Of a table of events. */
  readonly name?: string;
  /** Columns that are not to be looked at, direct identifiers among them. */
  readonly ignore?: readonly string[];
  readonly patient: string;
  readonly specimen?: string;
  readonly panel?: string;
  /** By name. */
  readonly columns: readonly ColumnReading[];
  readonly places?: { readonly panel?: DefinitionPlace; readonly only?: DefinitionPlace };
}

/** All of a definition that concerns reading one source. A label, a unit, a derived variable, a group are not in it. */
export interface Reading {
  readonly tables: readonly TableReading[];
  readonly alterations?: AlterationsReading;
  /** Of an archive: what the definition asks of files in it, by the part of the pattern that is theirs. */
  readonly members?: readonly MemberReading[];
}

/** What is asked of files of an archive whose key fits. */
interface MemberReading {
  readonly match: string;
  readonly reading: Reading;
}

/** How a file of alterations is read. */
export interface AlterationsReading {
  /** The column that holds the specimen's identifier, where the file has columns. */
  readonly specimen: string;
  /** The specimen that the file is of, by its key. */
  readonly ofKey?: string;
  /** Something asks for what is neither coding nor at a splice site: an annotated VCF is then read with all of it. */
  readonly outside?: true;
  /** Columns that are not to be looked at. */
  readonly ignore?: readonly string[];
  /** Levels and ratios of copy number that are kept. */
  readonly levels?: readonly number[];
  readonly log2?: readonly [number, number];
}

/** Classes that are always read: coding, or at a splice site. */
const ALWAYS_READ: ReadonlySet<string> = new Set([
  'Missense_Mutation',
  'Nonsense_Mutation',
  'Nonstop_Mutation',
  'Frame_Shift_Del',
  'Frame_Shift_Ins',
  'In_Frame_Del',
  'In_Frame_Ins',
  'Silent',
  'Splice_Region',
  'Splice_Site',
  'Translation_Start_Site',
]);

function alterationsReading(
  { match, specimen, levels, log2, ignore }: AlterationsDefinition,
  definition: Definition,
  key: string,
): AlterationsReading {
  const { classes } = definition.qualifying;
  const ofKey = specimenIn(match, key);
  const outside = classes === 'any' || (typeof classes !== 'string' && classes.some((one) => !ALWAYS_READ.has(one)));
  return {
    specimen,
    ...(ofKey !== undefined && { ofKey }),
    ...(outside && { outside }),
    ...(levels && { levels: [...new Set(levels)].sort((a, b) => a - b) }),
    ...(log2 && { log2 }),
    ...(ignore && { ignore: [...new Set(ignore)].sort() }),
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function tableReading(table: TableDefinition, { missing, places = {} }: Definition, pointer: string): TableReading {
  const [panelPlace, onlyPlace] = [places[`${pointer}/panel`], places[`${pointer}/only`]];
  const { sheet, header, only = {}, rows, patient, specimen, panel } = table;
  const columns = Object.entries(table.columns).map(([name, column]): ColumnReading => {
    const { codes, range, bounds, part } = column;
    const place = places[`${pointer}/columns/${name}${column.from === undefined ? '' : '/from'}`];
    return {
      name,
      from: column.from ?? name,
      type: typeOf(column)!,
      of: ownerOf(table, column),
      ...(codes && { codes }),
      ...(range && { range }),
      ...(bounds && { bounds }),
      ...(part && { part }),
      missing: [...new Set([...missing, ...(column.missing ?? [])])].sort(),
      ...(place && { place }),
    };
  });
  return {
    ...(sheet !== undefined && { sheet }),
    ...(header !== undefined && { header }),
    only: Object.entries(only).sort(([a], [b]) => (a < b ? -1 : 1)),
    rows,
    ...(rows === 'event' && table.name !== undefined && { name: table.name }),
    ...(table.ignore && { ignore: [...new Set(table.ignore)].sort() }),
    patient,
    ...(specimen !== undefined && { specimen }),
    ...(panel !== undefined && { panel }),
    columns: columns.sort(byName),
    ...((panelPlace || onlyPlace) && {
      places: { ...(panelPlace && { panel: panelPlace }), ...(onlyPlace && { only: onlyPlace }) },
    }),
  };
}

/** What the definition asks of the source `key` (after the cohort's prefix); undefined where it doesn't map it. */
export function planReading(definition: Definition, key: string): Reading | undefined {
  const tables = definition.tables.flatMap((table, i) =>
    matches(table.match, key) ? [tableReading(table, definition, `/tables/${i}`)] : [],
  );
  const alterations = definition.alterations.find(({ match }) => matches(match, key));
  if (tables.length === 0 && !alterations) return undefined;
  return {
    tables,
    ...(alterations && { alterations: alterationsReading(alterations, definition, key) }),
  };
}

/**
 * What the definition asks of the files in the archive `key`; undefined where none of its patterns can fit a file there. Which files there
 * are isn't known yet: {@link planReading} says what is asked of each.
 */
export function planArchive(definition: Definition, key: string): Reading | undefined {
  const inside = ({ match }: { readonly match: string }): boolean => mayMatchUnder(match, `${key}/`);
  const tables = definition.tables.flatMap((table, i): MemberReading[] =>
    inside(table)
      ? [{ match: table.match, reading: { tables: [tableReading(table, definition, `/tables/${i}`)] } }]
      : [],
  );
  const alterations = definition.alterations.filter(inside).map((entry): MemberReading => {
    const reading = { tables: [], alterations: alterationsReading(entry, definition, entry.match) };
    return { match: entry.match, reading };
  });
  const members = [...tables, ...alterations];
  return members.length === 0 ? undefined : { tables: [], members };
}

/** Of an archive's reading, what is asked of the file `key` in it; undefined where it isn't mapped. */
export function memberReading({ members = [] }: Reading, key: string): Reading | undefined {
  const fitting = members.filter(({ match }) => matches(match, key));
  if (fitting.length === 0) return undefined;
  const found = fitting.find(({ reading }) => reading.alterations);
  const ofKey = found && specimenIn(found.match, key);
  return {
    tables: fitting.flatMap(({ reading }) => reading.tables),
    ...(found && { alterations: { ...found.reading.alterations!, ...(ofKey !== undefined && { ofKey }) } }),
  };
}

/** The digest of a reading under this release's parser. */
export function readingDigest(reading: Reading): string {
  return digestOf({ parser: PARSER_VERSION, reading: withoutPlaces(reading) as unknown as Json });
}

function withoutPlaces({ members, ...reading }: Reading): unknown {
  const tables = reading.tables.map(({ places: _, columns, ...table }) => ({
    ...table,
    columns: columns.map(({ place: __, ...column }) => column),
  }));
  return {
    ...reading,
    tables,
    ...(members && { members: members.map(({ match, reading: of }) => ({ match, reading: withoutPlaces(of) })) }),
  };
}
