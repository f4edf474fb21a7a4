import { SignetError } from '../../base/index.ts';
import type { Findings } from '../../result/index.ts';

/** Printed across what compares by something that is known only after time zero. */
export const NAIVE = 'NAIVE: group known only after time zero';

/** Something asked for by name, and the date at which it became known, where that is after time zero. */
interface Known {
  readonly asked: string;
  readonly known?: string | undefined;
  readonly pointer: string;
}

/** Something that is known only after time zero can't explain survival from time zero: who was to get there had to live so long. Throws `group-known-later`. */
export function guardTime({ asked, known, pointer }: Known, naive: boolean): void {
  if (known === undefined || naive) return;
  throw new SignetError(
    'group-known-later',
    `${asked} becomes known only at ${known}, after time zero: its members had to live until then, so that a comparison by it flatters them (immortal time)`,
    {
      place: { pointer },
      remedy:
        'Ask survival of an endpoint by dates, by a group of two labels: it compares in time, and at landmarks. Or ask with "naive": true for the naive comparison, which is stamped as such; or compare by something known at time zero.',
    },
  );
}

/** What must be said where it was asked for all the same. */
export function immortalTime({ asked, known }: Known): Findings['warnings'] {
  if (known === undefined) return [];
  return [
    {
      code: 'immortal-time',
      says: `Naive comparison: ${asked} becomes known only at ${known}, after time zero. Its members had to live until then, so that the comparison flatters them; the difference is not its effect.`,
    },
  ];
}
