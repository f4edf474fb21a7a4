import { digestOf, type Json, SignetError } from '../../base/index.ts';
import type { Problem } from '../values/problem.ts';
import { consistencyFaults } from './consistency.ts';
import { type DefinitionText, readDefinitionText } from './definition-text.ts';
import type { DefinitionFault } from './dictionary.ts';
import { type Definition, DefinitionPlaces, DefinitionSchema } from './schema.ts';
import { schemaFaults } from './schema-faults.ts';

const MOST_CHARACTERS = 1_000_000;
const MOST_FAULTS = 100;
const MOST_SHOWN = 200;

/** A definition that can't be used: each fault with its line and column. */
class InvalidDefinition extends SignetError {
  readonly problems: readonly Problem[];

  constructor(file: string, pointer: string, problems: readonly Problem[]) {
    const [first] = problems;
    super('invalid-definition', `The cohort definition is wrong: ${first!.says}`, {
      place: {
        file,
        pointer,
        ...(first!.line !== undefined && { line: first!.line }),
        ...(first!.column !== undefined && { column: first!.column }),
      },
      remedy: first!.remedy,
    });
    this.problems = problems;
  }
}

function problemOf(fault: DefinitionFault, text: DefinitionText, file: string): Problem {
  const key = text.place(`${fault.pointer}#key`);
  const value = text.place(fault.pointer, fault.start);
  // A key that isn't known is shown itself, anything else by its value.
  const { line, column } =
    fault.start === undefined && fault.value !== undefined && fault.pointer.endsWith(`/${fault.value}`) ? key : value;
  return {
    rule: 'invalid-definition',
    level: 'file',
    file,
    line,
    column: String(column),
    ...(fault.value !== undefined && { value: fault.value.slice(0, MOST_SHOWN) }),
    says: fault.pointer === '' ? fault.says : `${fault.pointer}: ${fault.says}`,
    remedy: fault.remedy,
  };
}

function refuse(faults: readonly DefinitionFault[], text: DefinitionText, file: string): never {
  const problems = faults.slice(0, MOST_FAULTS).map((fault) => problemOf(fault, text, file));
  throw new InvalidDefinition(file, faults[0]!.pointer, problems);
}

/**
 * Reads a cohort definition from YAML, or from the JSON it is stored as. `file` is for its problems.
 * Throws {@link InvalidDefinition}, a SignetError `invalid-definition` with `problems`.
 */
export function parseDefinition(text: string, file: string): Definition {
  const read = readDefinitionText(text.length > MOST_CHARACTERS ? '' : text);
  if (text.length > MOST_CHARACTERS)
    refuse(
      [{ pointer: '', says: `a definition has at most ${MOST_CHARACTERS} characters`, remedy: 'Shorten it.' }],
      read,
      file,
    );
  if (read.faults.length > 0) {
    const problems = read.faults.slice(0, MOST_FAULTS).map(
      ({ place, says, remedy }): Problem => ({
        rule: 'invalid-definition',
        level: 'file',
        file,
        line: place.line,
        column: String(place.column),
        says,
        remedy,
      }),
    );
    throw new InvalidDefinition(file, read.faults[0]!.pointer, problems);
  }
  const { value, places } = withoutPlaces(read.value);
  const parsed = DefinitionSchema.safeParse(value);
  if (!parsed.success) refuse(schemaFaults(parsed.error.issues, value), read, file);
  const faults = consistencyFaults(parsed.data);
  if (faults.length > 0) refuse(faults, read, file);
  return { ...parsed.data, places: places ?? placesOf(parsed.data, read) };
}

/** The stored form brings the places of the text it was made from. */
function withoutPlaces(value: unknown): { value: unknown; places?: NonNullable<Definition['places']> } {
  if (typeof value !== 'object' || value === null || !('places' in value)) return { value };
  const { places, ...rest } = value;
  const parsed = DefinitionPlaces.safeParse(places);
  return parsed.success ? { value: rest, places: parsed.data } : { value };
}

/** Places of what a file or the frame may contradict. */
function placesOf({ tables, derived }: Definition, text: DefinitionText): NonNullable<Definition['places']> {
  const places: Record<string, [number, number]> = {};
  const note = (pointer: string): void => {
    const { line, column } = text.place(pointer);
    places[pointer] = [line, column];
  };
  tables.forEach((table, i) => {
    for (const key of ['panel', 'only'] as const) if (table[key] !== undefined) note(`/tables/${i}/${key}`);
    for (const [name, { from }] of Object.entries(table.columns))
      note(`/tables/${i}/columns/${name}${from === undefined ? '' : '/from'}`);
  });
  for (const name of Object.keys(derived)) note(`/derived/${name}`);
  return places;
}

/** Refuses a definition that others find faults in: each with its line and column. Throws {@link InvalidDefinition}. */
export function refuseDefinition(faults: readonly DefinitionFault[], text: string, file: string): never {
  return refuse(faults, readDefinitionText(text), file);
}

/** The digest of the plan of a definition: the analyses that were planned, their sets and sensitivities. */
export function planDigest({ plan }: Pick<Definition, 'plan'>): string {
  return digestOf((plan ?? null) as unknown as Json);
}

/** The digest of what a definition says: comments, order of keys and layout play no part. */
export function definitionDigest({ places: _, ...says }: Definition): string {
  return digestOf(says as unknown as Json);
}
