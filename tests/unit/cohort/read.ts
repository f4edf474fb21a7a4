import { createHmac } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import {
  type AlterationText,
  buildFrame,
  type CohortFrame,
  createAlterationReader,
  createTableReader,
  type Definition,
  type FrameSource,
  openCohort,
  type Problem,
  parseDefinition,
  planReading,
  type SourceFacts,
  type SourceRecords,
} from '../../../lib/cohort/index.ts';
import { MUTATION } from '../../../tools/sites/frame.ts';

/** Opaque keys as a site makes them. */
export function pseudonym(kind: string, identifier: string): string {
  return createHmac('sha256', 'a site').update(`${kind}\0${identifier}`).digest('hex').slice(0, 32);
}

/** An alteration of which little is known. */
export function alteration(
  specimenIdentifier: string,
  gene: string,
  more: Partial<AlterationText> = {},
): AlterationText {
  return { ...MUTATION, specimenIdentifier, gene, line: 2, ...more };
}

/** What a file of text or alterations comes to: a reading of bytes that is no more than the tests need. */
export interface Read {
  readonly source: FrameSource;
  readonly problems: readonly Problem[];
}

interface Alterations {
  readonly rows: readonly AlterationText[];
  /** Specimen and gene of rows that were set apart. */
  readonly apart?: readonly (readonly [string, string])[];
  /** What the file says beside its rows; specimens by their keys. */
  readonly facts?: readonly SourceFacts[];
}

/** Reads a file in the manner of the definition; nothing where it isn't mapped. */
export function read(definition: Definition, key: string, content: string | Alterations): Read {
  const reading = planReading(definition, key);
  const records = { patients: [], specimens: [], events: [], alterations: [], unreadable: [], facts: [] } as {
    -readonly [K in keyof SourceRecords]-?: NonNullable<SourceRecords[K]>[number][];
  };
  const problems: Problem[] = [];
  const options = { file: key, pseudonym };
  if (typeof content === 'string')
    for (const table of reading?.tables ?? []) {
      const rows: string[][] = parse(content, {
        delimiter: content.includes('\t') ? '\t' : content.includes(';') ? ';' : ',',
        ...(content.includes('\t') && { quote: null }),
      });
      const head = rows.findIndex((cells) => cells.some((cell) => cell !== ''));
      const reader = createTableReader(table, rows[head]!, options);
      for (const [i, cells] of rows.entries()) if (i > head) reader.add({ line: i + 1, cells });
      const { patients, specimens, events, problems: told } = reader.finish();
      records.patients.push(...patients);
      records.events.push(...events);
      records.specimens.push(...specimens);
      problems.push(...told);
    }
  else records.facts.push(...(content.facts ?? []));
  if (typeof content !== 'string' && reading?.alterations) {
    const reader = createAlterationReader(reading, options);
    for (const row of content.rows) reader.add(row);
    for (const [specimen, gene] of content.apart ?? []) reader.apart(specimen, gene);
    const { alterations, unreadable, problems: told } = reader.take();
    records.alterations.push(...alterations);
    records.unreadable.push(...unreadable);
    problems.push(...told);
  }
  return { source: { key, records }, problems };
}

/** A frame of these files, and every problem. */
export function frameOf(
  yaml: string,
  files: Readonly<Record<string, string | Alterations>>,
): { readonly frame: CohortFrame; readonly problems: readonly Problem[] } {
  const definition = parseDefinition(yaml, 'cohort.yaml');
  const reads = Object.entries(files).map(([key, content]) => read(definition, key, content));
  const built = buildFrame(
    definition,
    reads.map(({ source }) => source),
  );
  const frame = openCohort({ definition, ...built, digest: 'd', revision: 'r', name: 'small' });
  return { frame, problems: [...reads.flatMap(({ problems }) => problems), ...built.problems] };
}

/** How many rows have each value, missing as -1. */
export function tally(values: Iterable<number>): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
