import { canonicalJson, type Json } from '../../lib/base/index.ts';

/** All that a cohort says of itself, but for names and times: what must not depend on the way there. */
export interface Outcome {
  /** By file: verdict, reason, digest, counts, and what answers. */
  readonly sources: Readonly<Record<string, unknown>>;
  readonly problems: readonly unknown[];
  readonly revision: string | undefined;
  readonly frame: string | undefined;
  /** SHA-256 of each table of the frame. */
  readonly tables: Readonly<Record<string, string>>;
}

/** Whatever the API said was JSON. */
const canonical = (value: unknown): string => (value === undefined ? 'absent' : canonicalJson(value as Json));

/** Where two outcomes differ, a line each. */
export function differencesOf(found: Outcome, fresh: Outcome): readonly string[] {
  const lines: string[] = [];
  const compare = (what: string, a: unknown, b: unknown): void => {
    const [left, right] = [canonical(a), canonical(b)];
    if (left !== right) lines.push(`${what}: ${left} after the storm, ${right} afresh`);
  };
  for (const file of new Set([...Object.keys(found.sources), ...Object.keys(fresh.sources)]))
    compare(file, found.sources[file], fresh.sources[file]);
  compare('problems', found.problems.map(canonical).sort(), fresh.problems.map(canonical).sort());
  compare('revision', found.revision, fresh.revision);
  compare('frame', found.frame, fresh.frame);
  compare('tables', found.tables, fresh.tables);
  return lines;
}
