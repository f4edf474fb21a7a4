import {
  buildFrame,
  type CohortFrame,
  createAlterationReader,
  createTableReader,
  type FrameSource,
  openCohort,
  parseDefinition,
  planReading,
  type SourceRecords,
} from '../../lib/cohort/index.ts';

/** A table of patients: columns by name, one of them `patient`; null is an empty cell. */
export type Columns = Readonly<Record<string, readonly (string | number | null)[]>>;

const NONE: SourceRecords = { patients: [], specimens: [], alterations: [], unreadable: [] };

/**
 * A table as a cohort's frame, in memory, read as ingestion reads a file `patients.csv` under the definition. Identifiers stand for opaque keys:
 * `keys` are those of the frame's rows. `altered` lists, where the definition reads `mutations.maf`, each specimen with a gene.
 */
export function frameOfColumns(
  yaml: string,
  columns: Columns,
  altered: readonly (readonly [specimen: string, gene: string])[] = [],
): { readonly frame: CohortFrame; readonly keys: readonly string[] } {
  const definition = parseDefinition(yaml, 'cohort.yaml');
  const names = Object.keys(columns);
  const pseudonym = (kind: 'patient' | 'specimen', identifier: string): string => `${kind} ${identifier}`;
  const file = 'patients.csv';
  const reader = createTableReader(planReading(definition, file)!.tables[0]!, names, { file, pseudonym });
  const rows = columns[names[0]!]!.length;
  for (let i = 0; i < rows; i++)
    reader.add({ line: i + 2, cells: names.map((name) => String(columns[name]![i] ?? '')) });
  const sources: FrameSource[] = [{ key: file, records: { ...NONE, ...reader.finish() } }];
  if (definition.alterations.length > 0) {
    const maf = 'mutations.maf';
    const genes = createAlterationReader(planReading(definition, maf) ?? { tables: [] }, { file: maf, pseudonym });
    for (const [i, [specimenIdentifier, gene]] of altered.entries())
      genes.add({ ...MUTATION, specimenIdentifier, gene, line: i + 2 });
    sources.push({ key: maf, records: { ...NONE, ...genes.take() } });
  }
  const built = buildFrame(definition, sources);
  const frame = openCohort({ definition, ...built, digest: 'in memory', revision: 'in memory', name: 'in memory' });
  const patient = built.tables.patients.columns.get('patient');
  return { frame, keys: patient?.type === 'text' ? patient.values.map(String) : [] };
}

/** What a mutation is of which nothing is told but gene and specimen. */
export const MUTATION = {
  geneId: null,
  kind: 'mutation',
  class: 'Missense_Mutation',
  protein: null,
  chromosome: null,
  position: null,
  ref: null,
  alt: null,
  alleleFraction: null,
  depth: null,
  filter: null,
} as const;
