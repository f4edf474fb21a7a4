import { type Dictionary, dictionaryOf } from '../definition/dictionary.ts';
import type { Apart } from '../definition/eligibility.ts';
import type { Definition } from '../definition/schema.ts';
import { cutVector, LazyRows } from '../expressions/rows.ts';
import { categoryOf, GeneIndex, type Panel } from '../genes/genes.ts';
import { sequencingOf } from '../genes/sequencing.ts';
import { byMember } from '../people/members.ts';
import { type FrameSource, type People, peopleOf } from '../people/people.ts';
import { DEFINITION_FILE } from '../reading/table-reader.ts';
import type { Column, FrameTables, Table } from '../values/frame.ts';
import type { Problem } from '../values/problem.ts';
import { take, type Vector } from '../values/vector.ts';
import { takeOut, warn } from './checks.ts';
import { countingSpecimens } from './counting.ts';
import { forExpressions, listsOf, listTables, orderedLists, setAsideIn } from './events.ts';
import { columnsOf, SET_ASIDE, vectorOfRecords } from './frame-columns.ts';

/** A revision as tables, what its panels sequence, and what is wrong between its sources. */
export interface BuiltFrame {
  readonly tables: FrameTables;
  readonly panels: Readonly<Record<string, Panel>>;
  /** Patients whom a source lists and who are no rows of it, by key. */
  readonly apart: readonly Apart[];
  readonly problems: readonly Problem[];
}

/** Builds a frame of all that is in force. The order in which sources are given plays no part. */
export function buildFrame(definition: Definition, sources: readonly FrameSource[]): BuiltFrame {
  const inOrder = sources.flatMap(byMember).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const dictionary = dictionaryOf(definition);
  const told = peopleOf(definition, inOrder, dictionary.variables);
  const listed = listsOf(definition, inOrder, told);
  const checked = takeOut(definition, dictionary, told, listed.lists);
  const sequencing = sequencingOf(definition, inOrder, checked.people);
  const { alterations, coverage, panels, problems } = sequencing;
  const people = { ...checked.people, specimens: sequencing.specimens };
  const lists = orderedLists(checked.lists, people.patients, dictionary);
  const counting = countingSpecimens(definition, dictionary, people, forExpressions(lists));
  const bare = new Map<string, Column>([
    ['patient', { type: 'text', values: people.patients.map(({ key }) => key) }],
    ['specimen', { type: 'text', values: Array.from(counting, (place) => people.specimens[place]?.key ?? null) }],
  ]);
  const tables = { patients: { rows: people.patients.length, columns: bare }, alterations, coverage };
  const genes = new GeneIndex(tables, panels);
  const sourcesOf = patientSources(definition, dictionary, people, counting);
  const rows = new LazyRows(
    people.patients.length,
    sourcesOf,
    dictionary.derived,
    (gene, condition) => genes.altered(gene, condition),
    forExpressions(lists),
  );
  const columns = new Map(bare);
  for (const [name, variable] of [...dictionary.variables].sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const [key, column] of columnsOf(variable, rows.vector(name))) columns.set(key, column);
  columns.set(SET_ASIDE, setAside(people, counting, setAsideIn(lists, people.patients.length)));
  const patients: Table = { rows: people.patients.length, columns };
  return {
    tables: {
      patients,
      alterations,
      coverage,
      ...(lists.size > 0 && { lists: listTables(lists, rows, people.patients, dictionary) }),
    },
    panels,
    apart: [...people.apart]
      .map(([patient, rule]) => ({ patient, rule }))
      .sort((a, b) => (a.patient < b.patient ? -1 : 1)),
    problems: sorted([
      ...told.problems,
      ...listed.problems,
      ...checked.problems,
      ...problems,
      ...warn(definition, dictionary, people, lists, rows),
      ...unknownGenes(definition, dictionary, genes),
    ]),
  };
}

/** Columns of the patients' own and of the specimen that counts. */
function patientSources(
  { cut }: Definition,
  { variables }: Dictionary,
  { patients, specimens }: People,
  counting: Int32Array,
): ReadonlyMap<string, () => Vector> {
  const sources = new Map<string, () => Vector>();
  sources.set('cut', () => cutVector(cut, patients.length));
  for (const [name, variable] of variables) {
    if (variable.cel !== undefined) continue;
    const own = (): Vector => vectorOfRecords(variable, patients);
    sources.set(name, variable.of === 'patient' ? own : () => take(vectorOfRecords(variable, specimens), counting));
  }
  return sources;
}

/** By patient the columns, of hers and of the specimen that counts, whose cell was set aside: missing, and not the same as empty. */
function setAside(
  { patients, specimens }: People,
  counting: Int32Array,
  inLists: readonly ReadonlySet<string>[],
): Column {
  const values = patients.map((patient, row) => {
    const names = new Set([...patient.setAside, ...(specimens[counting[row]!]?.setAside ?? []), ...inLists[row]!]);
    return names.size === 0 ? null : [...names].sort().join(' ');
  });
  return categoryOf(values);
}

/** A gene that no alteration names may be misspelt, so that what is derived from it can't be taken for wild type. */
function unknownGenes({ places = {} }: Definition, { derived, lists }: Dictionary, genes: GeneIndex): Problem[] {
  if (genes.silent) return [];
  return [...derived, ...[...lists.values()].flatMap((list) => [...list.derived])].flatMap(([name, expression]) =>
    [...expression.genes]
      .filter((gene) => !genes.has(gene))
      .map(
        (gene): Problem => ({
          rule: 'unknown-gene',
          level: 'warning',
          file: DEFINITION_FILE,
          ...placed(places[`/derived/${name}`]),
          value: gene,
          says: `${name} asks for ${gene}, which no alteration of the cohort and no list of a panel names: it is missing, not wild type`,
          remedy: 'Correct the symbol.',
        }),
      ),
  );
}

function placed(place: readonly [number, number] | undefined): Pick<Problem, 'line' | 'column'> {
  return place ? { line: place[0], column: String(place[1]) } : {};
}

function sorted(problems: readonly Problem[]): readonly Problem[] {
  const key = ({ file, line = 0 }: Problem): [string, number] => [file, line];
  return [...problems].sort((a, b) => {
    const [[fileA, lineA], [fileB, lineB]] = [key(a), key(b)];
    if (fileA !== fileB) return fileA < fileB ? -1 : 1;
    if (lineA !== lineB) return lineA - lineB;
    const [x, y] = [JSON.stringify(a), JSON.stringify(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  });
}
