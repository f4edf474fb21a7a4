import type { SourceRecords } from '../cohort/index.ts';
import type { CohortName } from '../ingest/ports.ts';
import type { ErasurePorts } from './ports.ts';

/** The patient who is taken out: by what files call her and her specimens, and by the opaque keys of both. */
export interface Her {
  readonly patient: string;
  readonly identifiers: ReadonlySet<string>;
  readonly keys: ReadonlySet<string>;
}

/** As identifiers are compared, everywhere in Signet. */
export function normal(identifier: string): string {
  return identifier.trim().normalize('NFC');
}

/** Records of an attempt, with whether they are somebody's. */
export interface Read {
  readonly attempt: string;
  readonly key: string;
  readonly records: SourceRecords;
}

/** Every attempt of the cohort that was written to its end; those under way are none yet. */
export async function attemptsOf(cohort: CohortName, { attempts }: ErasurePorts): Promise<readonly Read[]> {
  const read: Read[] = [];
  for (const { attempt, key, items, swept } of await attempts.manifests(cohort))
    if (items && !swept) read.push({ attempt, key, records: await attempts.records(cohort, attempt) });
  return read;
}

/** Who she is in this cohort: her specimens are what any attempt says is hers, and what is called as she is and nobody else's. */
export async function herOf(
  { site }: CohortName,
  identifier: string,
  read: readonly Read[],
  { pseudonyms }: ErasurePorts,
): Promise<Her> {
  const patient = (await pseudonyms.of(site))('patient', identifier);
  const identifiers = new Set([normal(identifier)]);
  const keys = new Set([patient]);
  const others = new Set<string>();
  for (const { records } of read)
    for (const row of records.specimens)
      if (row.patient === patient) {
        identifiers.add(normal(row.identifier));
        keys.add(row.specimen);
      } else others.add(row.specimen);
  for (const { records } of read)
    for (const { patient: of, asSpecimen } of records.patients)
      if (of === patient && asSpecimen !== undefined && !others.has(asSpecimen)) keys.add(asSpecimen);
  return { patient, identifiers, keys };
}

/** The opaque keys of all whom records are of. */
function keysIn({ patients, specimens, events = [], alterations, unreadable, facts = [] }: SourceRecords): Set<string> {
  const keys = new Set<string>();
  for (const row of [...patients, ...events]) keys.add(row.patient);
  for (const { specimen, patient } of specimens) keys.add(specimen).add(patient);
  for (const { specimen } of [...alterations, ...unreadable]) keys.add(specimen);
  for (const { covered = [], sequenced = [] } of facts) {
    for (const specimen of covered) keys.add(specimen);
    for (const { specimen } of sequenced) keys.add(specimen);
  }
  return keys;
}

/** Whether records are of nobody in question, of her among others, or of her alone. */
export function shareOf(records: SourceRecords, { keys }: Her): 'none' | 'some' | 'all' {
  const of = [...keysIn(records)];
  const hers = of.filter((key) => keys.has(key)).length;
  return hers === 0 ? 'none' : hers === of.length ? 'all' : 'some';
}
