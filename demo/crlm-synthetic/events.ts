import { type Course, courseOf, type Surgery } from './course.ts';
import type { Features } from './features.ts';
import type { Patient } from './patients.ts';
import { choose, stream, whole } from './streams.ts';
import { dated, type SiteRow } from './tables.ts';

/** A patient's dated rows, and the course that they tell. */
export interface Events {
  readonly course: Course;
  readonly treatment: SiteRow[];
  readonly response: SiteRow[];
  readonly surgery: SiteRow[];
  /** The last day of any row. */
  readonly last: number;
}

/** Days between two assessments: two cycles, and what a scanner's waiting list adds. More than 56 are a gap. */
const BETWEEN_LOOKS = [42, 56] as const;

/** What the site's tables of events say of a patient. */
export function eventsOf(seed: number, patient: Patient, features: Features): Events {
  const course = courseOf(seed, patient, features);
  const looks = looksOf(seed, patient, course);
  const treatments = treatmentsOf(seed, patient, course, features);
  const days = [
    patient.t0,
    ...course.surgery.map(({ day }) => day),
    ...looks.map(({ day }) => day),
    ...treatments.map(({ end }) => end),
    ...(course.progression === undefined ? [] : [course.progression]),
  ];
  return {
    course,
    treatment: treatments.map(({ row }) => row),
    response: looks.map(({ row }) => row),
    surgery: course.surgery.map((operation) => operationRow(patient.id, operation)),
    last: Math.max(...days),
  };
}

function said(value: boolean | undefined): string {
  return value === undefined ? '' : value ? 'yes' : 'no';
}

function operationRow(id: string, { day, organ, margin, primaryLeft, extrahepaticLeft, ned }: Surgery): SiteRow {
  return {
    patient_id: id,
    surgery_date: dated(day),
    organ,
    margin: margin ?? '',
    primary_left: said(primaryLeft),
    extrahepatic_left: said(extrahepaticLeft),
    ned_claimed: said(ned),
  };
}

/** A row of treatment: dates, and the cells that its kind has. */
export function treatmentRow(id: string, start: number, end: number, cells: SiteRow): SiteRow {
  const empty = { regimen: '', target: '', cycles_planned: '', cycles_given: '', stop_reason: '' };
  return { patient_id: id, start_date: dated(start), end_date: dated(end), ...empty, ...cells };
}

function treatmentsOf(
  seed: number,
  patient: Patient,
  { first, progression }: Course,
  { radiotherapy }: Features,
): readonly { readonly row: SiteRow; readonly end: number }[] {
  const { id, index, t0, end, primary, kras, nras, braf } = patient;
  const draw = (name: string) => stream(seed, index, name);
  const regimen = choose(draw('regimen'), [
    ['FOLFOX', 0.45],
    ['FOLFIRI', 0.3],
    ['FOLFOXIRI', 0.2],
    ['other', 0.05],
  ]);
  const antiEgfr = !kras && !nras && !braf && primary !== 'right';
  const rows = [
    {
      row: treatmentRow(id, t0, first.end, {
        kind: 'systemic',
        regimen,
        target: antiEgfr ? 'anti-EGFR' : 'anti-VEGF',
        cycles_planned: String(first.planned),
        cycles_given: String(first.given),
        stop_reason: first.stop,
      }),
      end: first.end,
    },
  ];
  if (radiotherapy) {
    const start = first.end + 3;
    rows.push({ row: treatmentRow(id, start, start + 4, { kind: 'rectal_rt' }), end: start + 4 });
  }
  if (progression === undefined) return rows;
  const second = Math.max(progression, first.end) + whole(draw('second line'), 14, 35);
  const length = 14 * whole(draw('second line cycles'), 3, 8);
  if (second + length >= end) return rows;
  const cells = { kind: 'systemic', regimen: 'other', target: 'none', stop_reason: 'progression' };
  const cycles = { cycles_planned: '8', cycles_given: String(length / 14) };
  return [...rows, { row: treatmentRow(id, second, second + length, { ...cells, ...cycles }), end: second + length }];
}

/** Assessments of the first course, and one within a month of a conversion. */
function looksOf(
  seed: number,
  { id, index, t0, cm, number, conversion, end }: Patient,
  { first, progression }: Course,
): readonly { readonly row: SiteRow; readonly day: number }[] {
  const step = stream(seed, index, 'assessments');
  const shrink = conversion === undefined ? 0.97 : 0.8;
  const looks: { row: SiteRow; day: number }[] = [];
  let sum = cm * Math.min(2, number);
  const add = (day: number, recist: string, sumCm: number, resectable: boolean): void => {
    const modality = choose(step, [
      ['CT', 0.6],
      ['MRI', 0.25],
      ['both', 0.15],
    ]);
    const row = { patient_id: id, assessed_date: dated(day), modality, recist, sum_cm: sumCm.toFixed(1) };
    looks.push({ row: { ...row, resectable: said(resectable) }, day });
  };
  for (let day = t0 + whole(step, ...BETWEEN_LOOKS); day <= first.end; day += whole(step, ...BETWEEN_LOOKS)) {
    if (progression !== undefined && day >= progression) break;
    sum *= shrink * (0.9 + 0.15 * step.uniform());
    const response = sum < 0.7 * cm * Math.min(2, number) ? 'PR' : 'SD';
    add(day, response, sum, conversion !== undefined && response === 'PR');
  }
  if (progression !== undefined && progression <= first.end) add(progression, 'PD', sum * 1.3, false);
  if (conversion !== undefined) {
    const after = conversion + whole(step, 20, 30);
    if (after < end) add(after, 'CR', 0, false);
  }
  return looks;
}
