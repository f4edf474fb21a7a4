import { clinicalRow } from './clinical.ts';
import { type Events, eventsOf } from './events.ts';
import { type Features, PLAIN } from './features.ts';
import type { Patient } from './patients.ts';
import { mutationRows, segmentRows, specimenRow } from './sequencing.ts';
import type { SiteRow, SiteTables, TableName } from './tables.ts';

/** A patient with all that her site writes of her. A fault is planted by changing a row. */
export interface Person {
  readonly patient: Patient;
  readonly features: Features;
  readonly events: Events;
  readonly rows: Record<TableName, SiteRow[]>;
}

/** Writes a patient's rows. */
export function personOf(seed: number, patient: Patient, features: Features = PLAIN): Person {
  const events = eventsOf(seed, patient, features);
  const { treatment, response, surgery } = events;
  return {
    patient,
    features,
    events,
    rows: {
      clinical: [clinicalRow(seed, patient, events)],
      treatment,
      response,
      surgery,
      specimens: [specimenRow(seed, patient)],
      mutations: mutationRows(seed, patient),
      segments: segmentRows(seed, patient),
    },
  };
}

/** The tables of people, in their order. */
export function tablesOf(people: readonly Person[], panels: SiteTables['panels']): SiteTables {
  const rows = (name: TableName): SiteRow[] => people.flatMap((person) => person.rows[name]);
  return {
    clinical: rows('clinical'),
    treatment: rows('treatment'),
    response: rows('response'),
    surgery: rows('surgery'),
    specimens: rows('specimens'),
    mutations: rows('mutations'),
    segments: rows('segments'),
    panels,
  };
}
