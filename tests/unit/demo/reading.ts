import {
  buildFrame,
  type CohortFrame,
  type FrameSource,
  openCohort,
  type Problem,
  parseDefinition,
  type SourceRecords,
} from '../../../lib/cohort/index.ts';
import { contentOf } from '../../../lib/ingest/content.ts';
import { mannerOf } from '../../../lib/ingest/definition.ts';
import type { AttemptWriter } from '../../../lib/ingest/index.ts';
import { readRecords } from '../../../lib/ingest/read.ts';
import { pseudonymsUnder } from '../../../lib/store/index.ts';

const pseudonym = pseudonymsUnder(new Uint8Array(32));

/** The opaque key that a patient's identifier gets. */
export function keyOf(patient: string): string {
  return pseudonym('patient', patient);
}

type Collected = { -readonly [K in keyof SourceRecords]-?: NonNullable<SourceRecords[K]>[number][] };

/** What ingestion makes of a file, as an attempt would hold it. */
async function recordsOf(definition: ReturnType<typeof parseDefinition>, file: string, content: string | Uint8Array) {
  const records: Collected = { patients: [], specimens: [], events: [], alterations: [], unreadable: [], facts: [] };
  const problems: Problem[] = [];
  const writer: AttemptWriter = {
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
  const open = async () =>
    (async function* () {
      yield Buffer.from(content as Uint8Array);
    })();
  const kind = await contentOf(open, file);
  const { reading, alone } = mannerOf(definition, file, kind);
  const asked = reading ?? alone;
  if (!asked) throw new RangeError(`nothing reads ${file}, which is ${kind}`);
  await readRecords(open, asked, { file, pseudonym, content: kind }, writer);
  return { records, problems };
}

/** A cohort's files by the way that ingestion and publication read and join them. */
export async function throughIngestion(
  yaml: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<{ readonly frame: CohortFrame; readonly problems: readonly Problem[]; readonly tables: FrameTablesOf }> {
  const definition = parseDefinition(yaml, 'cohort.yaml');
  const sources: FrameSource[] = [];
  const problems: Problem[] = [];
  for (const [key, content] of Object.entries(files)) {
    const read = await recordsOf(definition, key, content);
    sources.push({ key, records: read.records });
    problems.push(...read.problems);
  }
  const built = buildFrame(definition, sources);
  const frame = openCohort({ definition, ...built, digest: 'd', revision: 'r', name: 'synthetic' });
  return { frame, problems: [...problems, ...built.problems], tables: built.tables };
}

type FrameTablesOf = ReturnType<typeof buildFrame>['tables'];
