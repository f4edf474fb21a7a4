import { type Asked, type Expected, expectedOf } from './expected.ts';
import { featuresOf } from './features.ts';
import { type Ineligible, ineligibleOf } from './ineligible.ts';
import { Mess, plantClinical } from './mess.ts';
import { plantGenomic } from './mess-genomic.ts';
import { crs, type Patient, patientAt } from './patients.ts';
import { type Person, personOf, tablesOf } from './people.ts';
import { panelFiles } from './sequencing.ts';
import { stream } from './streams.ts';
import type { SiteTables } from './tables.ts';

/** A site's tables, and the truth about them. */
export interface SyntheticCohort {
  readonly tables: SiteTables;
  readonly expected: Expected;
}

/**
 * Draws the synthetic conversion cohort. The same request gives the same cohort; a clean one has the eligible patients of the other, without
 * its faults. Throws SignetError `too-few-patients` where the faults find no place.
 */
export function syntheticCohort(asked: Asked): SyntheticCohort {
  const { seed, patients, clean } = asked;
  const { eligible, drawn, next } = drawEligible(seed, patients);
  const features = featuresOf(seed, eligible);
  const people = eligible.map((patient) => personOf(seed, patient, features.get(patient.index)));
  const truth = { asked, people };
  if (clean) {
    const tables = tablesOf(people, panelFiles());
    return { tables, expected: expectedOf({ ...truth, tables, planted: [], within: new Map() }) };
  }
  const others: Ineligible = ineligibleOf(seed, drawn, next);
  const mess = new Mess(seed, people);
  plantClinical(mess);
  const { strangers } = plantGenomic(mess, seed);
  const tables = tablesOf(shuffled(seed, [...people, ...others.people]), panelFiles());
  tables.mutations.push(...strangers);
  const planted = [...others.planted, ...mess.planted];
  return { tables, expected: expectedOf({ ...truth, tables, planted, within: others.within }) };
}

/** The first so many whose CRS is 3 or more; all who are drawn, by place, and the place after the last. */
function drawEligible(seed: number, patients: number) {
  const known: Patient[] = [];
  const drawn = (index: number): Patient => {
    known[index] ??= patientAt(seed, index);
    return known[index]!;
  };
  const eligible: Patient[] = [];
  let next = 0;
  for (; eligible.length < patients; next += 1) {
    const patient = drawn(next);
    if (crs(patient) >= 3) eligible.push(patient);
  }
  return { eligible, drawn, next };
}

/** As a register has them: in no order that tells anything. */
function shuffled(seed: number, people: readonly Person[]): readonly Person[] {
  return people
    .map((person) => ({ person, at: stream(seed, person.patient.index, 'row').uniform() }))
    .sort((a, b) => a.at - b.at)
    .map(({ person }) => person);
}
