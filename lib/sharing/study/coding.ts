import { SignetError } from '../../base/index.ts';
import { type CohortFrame, type Column, expressionWords } from '../../cohort/index.ts';
import type { Codebook, CodebookVariable } from '../documents.ts';

/** Where a cohort and a codebook differ, at its place in the codebook. Shown to the site's own steward alone: it may name her cohort's levels. */
export interface CodebookFault {
  readonly pointer: string;
  readonly says: string;
  readonly remedy: string;
}

/** A cohort's variable as the codebook codes it: NaN where it isn't known. */
export interface Coded {
  readonly values: Float64Array;
  readonly faults: readonly CodebookFault[];
}

const DERIVE = 'Add a derived variable of that name to the definition.';

/** How a variable that is there comes to be what the codebook says: a definition has each name once. */
function remedyFor({ definition }: CohortFrame, name: string): string {
  if (Object.hasOwn(definition.derived ?? {}, name)) return `Derive ${name} otherwise in the definition.`;
  return `Give the column another name in the definition (own_${name}: { from: ${name}, … }), let its expressions use that one, and add a derived variable ${name}.`;
}

/** A kind as it is called in a sentence. */
const aKind = (kind: string): string => (kind === 'integer' ? 'an integer' : `a ${kind}`);

/**
 * Codes a variable of the cohort as the codebook says, and tells where the two differ: no such variable, another kind, another unit, levels that
 * the codebook lacks, values beyond its range. `rows` are who is looked at.
 */
export function codedVariable(frame: CohortFrame, { variables }: Codebook, name: string, rows: Int32Array): Coded {
  const pointer = `/variables/${name}`;
  const asked = variables[name]!;
  const known = frame.variables().find((variable) => variable.name === name);
  if (known === undefined)
    return unusable(rows, { pointer, says: `The cohort has no variable ${name}`, remedy: DERIVE });
  const column = frame.variable(name, pointer);
  const at: At = { rows, pointer, remedy: remedyFor(frame, name) };
  if (asked.type === 'boolean') return codedTruth(column, at);
  if (asked.type === 'category') return codedLevels(column, asked, at);
  return codedNumber(column, asked, known.unit, at);
}

/** Who is looked at, where the variable stands in the codebook, and what is done where the two differ. */
interface At {
  readonly rows: Int32Array;
  readonly pointer: string;
  readonly remedy: string;
}

function unusable(rows: Int32Array, fault: CodebookFault): Coded {
  return { values: new Float64Array(rows.length).fill(Number.NaN), faults: [fault] };
}

function codedTruth(column: Column, { rows, pointer, remedy }: At): Coded {
  if (column.type !== 'boolean')
    return unusable(rows, {
      pointer: `${pointer}/type`,
      says: `It is ${aKind(column.type)} in the cohort, and a boolean in the codebook`,
      remedy,
    });
  return {
    values: Float64Array.from(rows, (row) => (column.values[row]! < 2 ? column.values[row]! : Number.NaN)),
    faults: [],
  };
}

function codedLevels(
  column: Column,
  { levels }: Extract<CodebookVariable, { type: 'category' }>,
  { rows, pointer, remedy }: At,
): Coded {
  if (column.type !== 'category')
    return unusable(rows, {
      pointer: `${pointer}/type`,
      says: `It is ${aKind(column.type)} in the cohort, and a category in the codebook`,
      remedy,
    });
  const places = column.levels.map((level) => levels.indexOf(level));
  const unmapped = new Set<string>();
  const values = Float64Array.from(rows, (row) => {
    const code = column.codes[row]!;
    if (code < 0) return Number.NaN;
    if (places[code]! < 0) unmapped.add(column.levels[code]!);
    return places[code]! < 0 ? Number.NaN : places[code]!;
  });
  const faults = [...unmapped].sort().map((level) => ({
    pointer: `${pointer}/levels`,
    says: `The cohort has a level ${level}, which the codebook lacks: it has ${levels.join(', ')}`,
    remedy: `${remedy} Every level is to be one of the codebook.`,
  }));
  return { values, faults };
}

function codedNumber(
  column: Column,
  { type, unit, range: [low, high] }: Exclude<CodebookVariable, { type: 'boolean' | 'category' }>,
  ownUnit: string | undefined,
  { rows, pointer, remedy }: At,
): Coded {
  if (column.type !== 'number')
    return unusable(rows, {
      pointer: `${pointer}/type`,
      says: `It is ${aKind(column.type)} in the cohort, and ${aKind(type)} in the codebook`,
      remedy,
    });
  const values = Float64Array.from(rows, (row) => column.values[row]!);
  const faults: CodebookFault[] = [];
  // a unit that the definition doesn't state can't be compared; ranges then are what tells
  if (unit !== undefined && ownUnit !== undefined && unit !== ownUnit)
    faults.push({
      pointer: `${pointer}/unit`,
      says: `It is in ${ownUnit} in the cohort, and in ${unit} in the codebook`,
      remedy,
    });
  const beyond = values.filter((value) => value < low || value > high).length;
  if (beyond > 0)
    faults.push({
      pointer: `${pointer}/range`,
      says: `${beyond} values lie outside ${low} to ${high}`,
      remedy: 'Check their unit, or let the proposer widen the range.',
    });
  if (type === 'integer' && values.some((value) => !Number.isNaN(value) && !Number.isInteger(value)))
    faults.push({ pointer: `${pointer}/type`, says: 'Some values are no whole numbers', remedy });
  return { values, faults };
}

const FUNCTIONS = new Set(['missing', 'when', 'abs', 'min', 'max', 'log2', 'sqrt', 'round']);

/**
 * Holds a criterion to the codebook: names of it, and functions of a patient's own values; answers the names. Throws SignetError
 * `invalid-criterion`: a name that only one site has would mean something else at each, and genes or rows of tables could single a patient out
 * unseen. And `invalid-expression`.
 */
export function checkCriterion(cel: string, { variables }: Codebook, pointer: string): ReadonlySet<string> {
  const { names, calls } = expressionWords(cel, pointer);
  const unknown = [
    ...[...names].filter((name) => !Object.hasOwn(variables, name)),
    ...[...calls].filter((name) => !FUNCTIONS.has(name)),
  ];
  if (unknown.length === 0) return names;
  throw new SignetError('invalid-criterion', `A criterion names ${unknown[0]}, which the codebook doesn't have`, {
    place: { pointer, value: unknown[0]! },
    remedy: 'Criteria are over the variables of the codebook.',
  });
}
