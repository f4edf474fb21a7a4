import type { Features } from './features.ts';
import type { Patient } from './patients.ts';
import { stream, whole } from './streams.ts';

/** An operation as the site's table has it. */
export interface Surgery {
  readonly day: number;
  readonly organ: 'liver' | 'primary' | 'both' | 'other';
  readonly margin?: 'R0' | 'R1' | 'R2';
  readonly primaryLeft?: boolean;
  readonly extrahepaticLeft?: boolean;
  readonly ned?: boolean;
}

/** The first systemic course. */
export interface FirstCourse {
  readonly end: number;
  readonly planned: number;
  readonly given: number;
  readonly stop: 'complete' | 'resection' | 'progression' | 'toxicity' | 'death';
}

/** What happened to a patient after time zero. */
export interface Course {
  readonly first: FirstCourse;
  readonly progression: number | undefined;
  readonly surgery: readonly Surgery[];
}

const CYCLE_DAYS = 14;

/** Days of a course that cannot have been judged to progress. */
const FIRST_LOOK = 42;

/** Draws what happened to a patient. Nothing of it tells of another survival than hers. */
export function courseOf(seed: number, patient: Patient, features: Features): Course {
  const surgery = surgeryOf(seed, patient, features);
  const progression = progressionOf(seed, patient, features);
  return { surgery, progression, first: firstCourse(seed, patient, features, { surgery, progression }) };
}

/** Half of those converted recur within a year of it; half of the others progress within eight months of the first dose. */
function progressionOf(seed: number, patient: Patient, { toxic }: Features): number | undefined {
  const { t0, conversion, end } = patient;
  const waits = -Math.log(1 - stream(seed, patient.index, 'progression').uniform()) / Math.LN2;
  const from = conversion ?? t0;
  const at = from + Math.max(conversion === undefined ? FIRST_LOOK : 31, Math.round(waits * (conversion ? 365 : 240)));
  return at < end && !toxic ? at : undefined;
}

function firstCourse(
  seed: number,
  { index, t0, end, died }: Patient,
  { toxic }: Features,
  { surgery, progression = Number.POSITIVE_INFINITY }: Omit<Course, 'first'>,
): FirstCourse {
  const draw = (name: string) => stream(seed, index, name);
  const planned = [8, 10, 12][draw('planned').below(3)]!;
  if (toxic) return { end: t0 + CYCLE_DAYS + 6, planned, given: 2, stop: 'toxicity' };
  const first = surgery.find(({ day, organ }) => day > t0 && organ !== 'other');
  const cyclesBy = (day: number): number => Math.max(1, Math.min(40, Math.ceil((day - t0) / CYCLE_DAYS)));
  if (first) {
    const last = first.day - whole(draw('before operation'), 21, 35);
    return { end: last, planned: Math.max(planned, cyclesBy(last)), given: cyclesBy(last), stop: 'resection' };
  }
  const natural = t0 + planned * CYCLE_DAYS;
  const stopped = Math.min(natural, progression, end);
  const given = cyclesBy(stopped);
  if (stopped === progression) return { end: stopped, planned, given, stop: 'progression' };
  if (stopped === end) return { end, planned, given, stop: died ? 'death' : 'complete' };
  const toxicLate = draw('late toxicity').uniform() < 0.12;
  const cycles = toxicLate ? whole(draw('toxic at'), 4, planned - 1) : planned;
  return { end: t0 + cycles * CYCLE_DAYS, planned, given: cycles, stop: toxicLate ? 'toxicity' : 'complete' };
}

/** Operations, in order. */
function surgeryOf(seed: number, patient: Patient, features: Features): readonly Surgery[] {
  const { t0, conversion, index, end } = patient;
  const { stoma, notCleared } = features;
  const before: Surgery[] = stoma ? [{ day: t0 - whole(stream(seed, index, 'stoma'), 4, 6), organ: 'other' }] : [];
  if (notCleared) return [...before, failed(t0 + 150, patient, notCleared)];
  if (conversion !== undefined) return [...before, ...clearing(seed, patient, conversion, features)];
  const palliative = t0 + 120 < end - 60 && stream(seed, index, 'palliative').uniform() < 0.08;
  return palliative ? [...before, { day: t0 + 120, organ: 'primary', margin: 'R0', primaryLeft: false }] : before;
}

/** An operation on the liver after which not all is clear. */
function failed(day: number, { extrahepatic }: Patient, why: NonNullable<Features['notCleared']>): Surgery {
  const left = { primaryLeft: why === 'primary left', ...(extrahepatic && { extrahepaticLeft: true }) };
  if (why === 'R2') return { day, organ: 'both', margin: 'R2', ...left, ned: true };
  return { day, organ: why === 'primary left' ? 'liver' : 'both', margin: 'R0', ...left, ned: false };
}

/** The operations that ended with nothing left, on the day of conversion. */
function clearing(seed: number, patient: Patient, day: number, { operation, margin }: Features): readonly Surgery[] {
  const last = { day, ned: true, ...(patient.extrahepatic && { extrahepaticLeft: false }) };
  const earlier = day - whole(stream(seed, patient.index, 'between operations'), 40, 60);
  switch (operation) {
    case 'together':
      return [{ ...last, organ: 'both', margin, primaryLeft: false }];
    case 'primary first': // the table says nothing more of the primary at the liver's operation
      return [
        { day: earlier, organ: 'primary', margin: 'R0' },
        { ...last, organ: 'liver', margin },
      ];
    case 'liver first':
      return [
        { day: earlier, organ: 'liver', margin: 'R0', primaryLeft: true },
        { ...last, organ: 'primary', margin: 'R0' },
      ];
    case 'two-stage hepatectomy':
      return [
        { day: earlier, organ: 'liver', margin: 'R2', ned: false },
        { ...last, organ: 'both', margin: 'R0', primaryLeft: false },
      ];
  }
}
