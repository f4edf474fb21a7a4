import type { Dictionary } from '../definition/dictionary.ts';
import type { Definition } from '../definition/schema.ts';
import { restingOnSpecimen, specimenScope } from '../definition/specimen-scope.ts';
import { compile } from '../expressions/compile.ts';
import type { ListedRows } from '../expressions/expression.ts';
import { cutVector, LazyRows, type ListRows, noGenes } from '../expressions/rows.ts';
import type { People } from '../people/people.ts';
import { type BooleanVector, type NumberVector, take, type Vector } from '../values/vector.ts';
import { vectorOfRecords } from './frame-columns.ts';

/**
 * For each patient the place among the specimens of the one that counts, -1 where none does: of those that may, the earliest by the table's
 * date (one without a date is last), then by identifier.
 */
export function countingSpecimens(
  definition: Definition,
  dictionary: Dictionary,
  people: People,
  lists: ReadonlyMap<string, ListRows> = new Map(),
): Int32Array {
  const { patients, specimens } = people;
  const place = new Map(patients.map(({ key }, row) => [key, row]));
  const patientOf = Int32Array.from(specimens, ({ patient }) => place.get(patient) ?? -1);
  const may = mayCount(definition, dictionary, people, patientOf, lists);
  const days = earliest(definition, dictionary, people);
  const counting = new Int32Array(patients.length).fill(-1);
  const before = (a: number, b: number): boolean =>
    days[a] !== days[b] ? days[a]! < days[b]! : specimens[a]!.identifier < specimens[b]!.identifier;
  for (const [i, patient] of patientOf.entries()) {
    if (patient < 0 || may[i] !== 1) continue;
    const other = counting[patient]!;
    if (other < 0 || before(i, other)) counting[patient] = i;
  }
  return counting;
}

function mayCount(
  definition: Definition,
  dictionary: Dictionary,
  { patients, specimens }: People,
  patientOf: Int32Array,
  lists: ReadonlyMap<string, ListRows>,
): Uint8Array {
  const cel = definition.specimens?.counts;
  if (cel === undefined) return new Uint8Array(specimens.length).fill(1);
  const resting = restingOnSpecimen(dictionary);
  const derived = new Map([...dictionary.derived].filter(([name]) => !resting.has(name)));
  const ofPatients = new Map<string, () => Vector>();
  const sources = new Map<string, () => Vector>();
  ofPatients.set('cut', () => cutVector(definition.cut, patients.length));
  for (const [name, variable] of dictionary.variables) {
    if (variable.cel !== undefined) continue;
    if (variable.of === 'patient') ofPatients.set(name, () => vectorOfRecords(variable, patients));
    else sources.set(name, () => vectorOfRecords(variable, specimens));
  }
  const rows = new LazyRows(patients.length, ofPatients, derived, noGenes(patients.length), lists);
  for (const name of [...ofPatients.keys(), ...derived.keys()])
    sources.set(name, () => take(rows.vector(name), patientOf));
  const scope = new SpecimenRows(specimens.length, sources, rows, patientOf);
  return (compile(cel, specimenScope(dictionary)).run(scope) as BooleanVector).values;
}

/** By specimen: its day in the tables that say which column it is; infinite without one. */
function earliest({ tables }: Definition, { variables }: Dictionary, { specimens }: People): Float64Array {
  const days = new Float64Array(specimens.length).fill(Number.POSITIVE_INFINITY);
  for (const { date, rows } of tables) {
    if (date === undefined || rows !== 'specimen') continue;
    const { values } = vectorOfRecords(variables.get(date)!, specimens) as NumberVector;
    for (let i = 0; i < days.length; i++) if (values[i]! < days[i]!) days[i] = values[i]!;
  }
  return days;
}

/** Specimens, each with its patient's rows in lists; the place of a specimen of nobody is -1. */
class SpecimenRows extends LazyRows {
  readonly #patients: LazyRows;
  readonly #patientOf: Int32Array;

  constructor(rows: number, sources: ReadonlyMap<string, () => Vector>, patients: LazyRows, patientOf: Int32Array) {
    super(rows, sources, new Map(), noGenes(rows));
    this.#patients = patients;
    this.#patientOf = patientOf;
  }

  override list(name: string): ListedRows {
    return { ...this.#patients.list(name), spread: this.#patientOf };
  }
}
