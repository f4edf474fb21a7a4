import type { Problem, SourceRecords } from '../../../lib/cohort/index.ts';
import type { AttemptWriter } from '../../../lib/ingest/index.ts';

/** Records while they come. */
export type Writable = { -readonly [K in keyof SourceRecords]-?: NonNullable<SourceRecords[K]>[number][] };

/** Keeps what a reader hands on. */
export function recordWriter(records: Writable, problems: Problem[]): AttemptWriter {
  return {
    patients: async (rows) => void records.patients.push(...rows),
    specimens: async (rows) => void records.specimens.push(...rows),
    events: async (rows) => void records.events.push(...rows),
    alterations: async (rows, unreadable) => {
      records.alterations.push(...rows);
      records.unreadable.push(...unreadable);
    },
    facts: async (facts) => void records.facts.push(facts),
    problems: async (more) => void problems.push(...more),
    complete: async () => ({ patients: 0, specimens: 0, alterations: 0, problems: 0 }),
  };
}
