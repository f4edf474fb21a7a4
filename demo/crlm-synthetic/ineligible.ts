import { isoDate } from '../../lib/base/index.ts';
import { treatmentRow } from './events.ts';
import { type Features, PLAIN } from './features.ts';
import { crs, day, type Otherwise, type Patient, patientAt } from './patients.ts';
import { type Person, personOf } from './people.ts';
import { type Leaves, type Planted, told } from './planted.ts';
import { dated, type TableName } from './tables.ts';

/** A patient who is not eligible for one reason. */
interface Plan {
  readonly fault: string;
  readonly leaves: Leaves;
  /** The sensitivity analysis that lets her in. */
  readonly within?: string;
  /** Whether a patient drawn by the laws can be hers; she has a CRS of 3 or more unless this says its own. */
  readonly may?: (patient: Patient) => boolean;
  readonly anyScore?: true;
  readonly otherwise?: Otherwise;
  readonly features?: Partial<Features>;
  /** Changes her rows; returns the fault as it then stands, `clinical` and its first row where it doesn't say. */
  readonly plant?: (person: Person) => Partial<Planted> | undefined;
}

const SET_APART: Leaves = { step: 0, why: 'set apart' };
const no = (step: number): Leaves => ({ step, why: 'no' });
const notRecorded = (step: number): Leaves => ({ step, why: 'not recorded' });

/** Sets a cell of her row at diagnosis. */
function clinical(column: string, value: string, more: Partial<Planted> = {}): NonNullable<Plan['plant']> {
  return ({ rows }) => {
    rows.clinical[0]![column] = value;
    return { column, ...more };
  };
}

/** A second row that says otherwise. */
function conflict(column: string, other: (value: string) => string): NonNullable<Plan['plant']> {
  return ({ rows }) => {
    const [first] = rows.clinical;
    const row = { ...first!, [column]: other(first![column]!) };
    rows.clinical.push(row);
    return { row, column, told: told('conflicting-values', 'error') };
  };
}

/** A treatment that the study excludes, so many days after the first dose or after the decision. */
function treated(kind: string, from: 't0' | 'decision', after: number): NonNullable<Plan['plant']> {
  return ({ patient, events, rows }) => {
    const start = (from === 't0' ? patient.t0 : decision(patient, events.course.first.end)) + after;
    const row = treatmentRow(patient.id, start, start + 10, { kind });
    rows.treatment.push(row);
    return { table: 'treatment', row, column: 'kind' };
  };
}

function decision({ conversion }: Patient, courseEnd: number): number {
  return conversion ?? courseEnd;
}

const long = ({ t0, end }: Patient): boolean => end - t0 > 400;
/** Long enough after the decision for a treatment and for being seen after it. */
const longAfter = (patient: Patient): boolean =>
  long(patient) && patient.end - (patient.conversion ?? patient.t0 + 168) > 120;
const unconverted = (patient: Patient): boolean => patient.conversion === undefined && long(patient);

function operated(fault: string, notCleared: NonNullable<Features['notCleared']>, extrahepatic = false): Plan {
  const r2 = notCleared === 'R2';
  return {
    fault,
    leaves: no(11),
    within: 'S1',
    may: (patient) => unconverted(patient) && patient.extrahepatic === extrahepatic,
    features: { notCleared },
    plant: ({ rows }) => {
      const row = rows.surgery.find(({ organ }) => organ !== 'other')!;
      if (!r2) return { table: 'surgery', row, column: extrahepatic ? 'extrahepatic_left' : 'primary_left' };
      rows.clinical[0]!['site_group'] = 'SCTG';
      return { table: 'surgery', row, column: 'ned_claimed', told: told('r2-ned', 'warning') };
    },
  };
}

const twice = (plan: Plan, times: number): Plan[] => Array.from({ length: times }, () => plan);

const diedBeforeDiagnosis: Plan = {
  fault: 'death before diagnosis',
  leaves: SET_APART,
  may: ({ died }) => died,
  plant: ({ patient, rows }) => {
    rows.clinical[0]!['death_date'] = isoDate(patient.diagnosed - 40);
    // A death before diagnosis lies before the last contact too.
    const both = [...told('death-before-diagnosis', 'error'), ...told('death-order', 'cell')];
    return { column: 'death_date', told: both };
  },
};

/** Who is not eligible, in the order of the steps: 32 patients. */
const PLANS: readonly Plan[] = [
  ...twice(diedBeforeDiagnosis, 2),
  { fault: 'conflicting duplicate', leaves: SET_APART, plant: conflict('sex', (sex) => (sex === 'M' ? 'F' : 'M')) },
  {
    fault: 'conflicting duplicate',
    leaves: SET_APART,
    plant: conflict('mets_number', (number) => String(Number(number) + 1)),
  },
  ...[41, 263].map(
    (after): Plan => ({
      fault: 'diagnosed in 2015',
      leaves: no(1),
      otherwise: { diagnosed: day('2015-01-01') + after },
      plant: () => ({ column: 'diagnosis_date' }),
    }),
  ),
  {
    fault: 'metastases after 120 days',
    leaves: no(2),
    within: 'S6',
    otherwise: { metastasesAfter: 120 },
    plant: () => ({ column: 'liver_mets_date' }),
  },
  {
    fault: 'metastases after 400 days',
    leaves: no(2),
    otherwise: { metastasesAfter: 400 },
    plant: () => ({ column: 'liver_mets_date' }),
  },
  ...twice({ fault: 'CRS below 3', leaves: no(3), anyScore: true, may: (patient) => crs(patient) < 3 }, 4),
  {
    fault: 'CRS undetermined',
    leaves: notRecorded(3),
    may: (patient) => crs(patient) === 3 && patient.cea > 200,
    plant: clinical('cea', ''),
  },
  ...twice({ fault: 'MSI-H', leaves: no(4), plant: clinical('msi', 'MSI-H') }, 2),
  { fault: 'MSI not recorded', leaves: notRecorded(4), plant: clinical('msi', 'unknown') },
  ...twice({ fault: 'other malignancy', leaves: no(5), plant: clinical('other_malignancy', 'yes') }, 2),
  { fault: 'previous treatment', leaves: no(6), plant: clinical('prior_treatment', 'yes') },
  ...twice(
    {
      fault: 'toxicity at cycle 2',
      leaves: no(7),
      within: 'S4',
      may: unconverted,
      features: { toxic: true },
      plant: ({ rows }) => ({ table: 'treatment', row: rows.treatment[0]!, column: 'cycles_given' }),
    },
    2,
  ),
  { fault: 'SIRT', leaves: no(8), may: long, plant: treated('sirt', 't0', 25) },
  {
    fault: 'SBRT after the decision',
    leaves: no(8),
    within: 'S5',
    may: longAfter,
    plant: treated('sbrt', 'decision', 30),
  },
  { fault: 'checkpoint inhibitor before the decision', leaves: no(9), may: long, plant: treated('ici', 't0', 20) },
  {
    fault: 'checkpoint inhibitor after the decision',
    leaves: no(9),
    within: 'S5',
    may: longAfter,
    plant: treated('ici', 'decision', 40),
  },
  {
    fault: 'unsequenced',
    leaves: no(10),
    plant: ({ rows }) => {
      for (const table of ['specimens', 'mutations', 'segments'] as const) rows[table].length = 0;
      return { told: told('patient-without-specimen', 'warning') };
    },
  },
  {
    fault: 'biopsy after the first dose',
    leaves: no(10),
    plant: ({ patient, rows }) => {
      const [row] = rows.specimens;
      row!['collected_date'] = dated(patient.t0 + 10);
      row!['reported_date'] = ''; // a report after the first dose would be a second fault
      return { table: 'specimens', row: row!, column: 'collected_date' };
    },
  },
  ...twice(operated('R2 labelled NED', 'R2'), 3),
  operated('primary left', 'primary left'),
  operated('extrahepatic left', 'extrahepatic left', true),
];

/** Who is not eligible, what was planted, and whom a sensitivity analysis lets in. */
export interface Ineligible {
  readonly people: readonly Person[];
  readonly planted: readonly Planted[];
  readonly within: ReadonlyMap<string, number>;
}

/** Takes for each plan the next of the drawn who can be hers. */
export function ineligibleOf(seed: number, drawn: (index: number) => Patient, from: number): Ineligible {
  const people: Person[] = [];
  const planted: Planted[] = [];
  const within = new Map<string, number>();
  const taken = new Set<number>();
  for (const plan of PLANS) {
    const patient = next(seed, plan, drawn, from, taken);
    taken.add(patient.index);
    const person = personOf(seed, patient, { ...PLAIN, ...plan.features });
    people.push(person);
    const { fault, leaves } = plan;
    const base = { fault, leaves, patient: patient.id, table: 'clinical' as TableName, row: person.rows.clinical[0]! };
    planted.push({ ...base, ...plan.plant?.(person) });
    if (fault === 'R2 labelled NED')
      planted.push({
        fault: 'label disagrees',
        patient: patient.id,
        table: 'clinical',
        row: person.rows.clinical[0]!,
        column: 'site_group',
        told: told('label', 'warning'),
      });
    if (plan.within) within.set(plan.within, (within.get(plan.within) ?? 0) + 1);
  }
  return { people, planted, within };
}

function next(
  seed: number,
  { may = () => true, anyScore, otherwise }: Plan,
  drawn: (index: number) => Patient,
  from: number,
  taken: ReadonlySet<number>,
): Patient {
  for (let index = from; ; index += 1) {
    if (taken.has(index)) continue;
    const patient = otherwise ? patientAt(seed, index, otherwise) : drawn(index);
    if ((anyScore || crs(patient) >= 3) && may(patient)) return patient;
  }
}
