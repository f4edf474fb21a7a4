import { OF_286 } from './laws.ts';
import type { Patient } from './patients.ts';
import { stream } from './streams.ts';

/** How liver and primary were cleared. */
export type Operation = 'together' | 'primary first' | 'liver first' | 'two-stage hepatectomy';

/** What a patient has of which the cohort has exactly so many, or what was planted in her. */
export interface Features {
  readonly operation: Operation;
  readonly margin: 'R0' | 'R1';
  readonly radiotherapy: boolean;
  /** Before the first dose: no treatment of the cancer. */
  readonly stoma: boolean;
  /** An operation on the liver that did not clear her, and why. */
  readonly notCleared?: 'R2' | 'primary left' | 'extrahepatic left';
  /** Ended for toxicity at the second cycle. */
  readonly toxic?: boolean;
}

/** Of a patient of whom nothing is counted. */
export const PLAIN: Features = { operation: 'together', margin: 'R0', radiotherapy: false, stoma: false };

/** Days from the first dose that a liver operation before the conversion needs. */
const ROOM = 150;

/** Features of the eligible, by patient's place. */
export function featuresOf(seed: number, eligible: readonly Patient[]): ReadonlyMap<number, Features> {
  const counts = (of: number): number => Math.round((of * eligible.length) / 286);
  const some = (name: string, of: number, may: (patient: Patient) => boolean): ReadonlySet<number> =>
    new Set(
      eligible
        .filter(may)
        .map(({ index }) => ({ index, at: stream(seed, index, name).uniform() }))
        .sort((a, b) => a.at - b.at)
        .slice(0, counts(of))
        .map(({ index }) => index),
    );
  const late = ({ conversion, t0 }: Patient): boolean => conversion !== undefined && conversion - t0 > ROOM;
  const liverFirst = some('liver first', OF_286.liverFirst, late);
  const staged = some('staged', OF_286.stagedHepatectomy, (patient) => late(patient) && !liverFirst.has(patient.index));
  const r1 = some(
    'R1',
    OF_286.r1,
    ({ index, conversion }) => conversion !== undefined && !liverFirst.has(index) && !staged.has(index),
  );
  const radiotherapy = some(
    'radiotherapy',
    OF_286.rectalRadiotherapy,
    ({ primary, end, t0 }) => primary === 'rectum' && end - t0 > 240,
  );
  const stoma = some('stoma', OF_286.stoma, ({ primary, t0, diagnosed }) => primary !== 'right' && t0 - diagnosed > 12);
  return new Map(
    eligible.map((patient) => {
      const { index, conversion, t0 } = patient;
      const staging =
        conversion !== undefined && conversion - t0 > ROOM && stream(seed, index, 'staging').uniform() < 0.3;
      const operation = liverFirst.has(index)
        ? 'liver first'
        : staged.has(index)
          ? 'two-stage hepatectomy'
          : staging
            ? 'primary first'
            : 'together';
      return [
        index,
        {
          operation,
          margin: r1.has(index) ? 'R1' : 'R0',
          radiotherapy: radiotherapy.has(index),
          stoma: stoma.has(index),
        },
      ];
    }),
  );
}
