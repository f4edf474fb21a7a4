import type { AttemptWriter } from './ports.ts';

/** Milliseconds of one reading: what went by until records were on their way, and all the rest of it. */
export interface Took {
  readonly read: number;
  readonly write: number;
}

/**
 * Writes to `writer`, and knows how long whoever reads waited for it: records are packed and sent while the reader waits, so that the rest of a
 * reading's time is the reader's own. `now`: milliseconds.
 */
export function timed(writer: AttemptWriter, now: () => number): AttemptWriter & { readonly milliseconds: number } {
  let milliseconds = 0;
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    const began = now();
    const result = await work();
    milliseconds += now() - began;
    return result;
  };
  return {
    patients: (rows) => during(() => writer.patients(rows)),
    specimens: (rows) => during(() => writer.specimens(rows)),
    events: (rows) => during(() => writer.events(rows)),
    alterations: (rows, unreadable) => during(() => writer.alterations(rows, unreadable)),
    facts: (facts) => during(() => writer.facts(facts)),
    problems: (problems) => during(() => writer.problems(problems)),
    complete: () => during(() => writer.complete()),
    get milliseconds() {
      return milliseconds;
    },
  };
}
