import type { SentSetRecord } from '../ports.ts';

/** An earlier study or release whose patients a new one shares in part. Shown to the site's own steward alone. */
export interface Overlap {
  /** Digest of the study or release. */
  readonly study: string;
  readonly partners: readonly string[];
  readonly both: number;
  readonly onlyThen: number;
  readonly onlyNow: number;
}

/** What was sent before of a cohort beside these patients; `digest` is the study's or release's own. */
export function overlapsOf(sent: readonly SentSetRecord[], patients: readonly string[], digest: string): Overlap[] {
  const now = new Set(patients);
  const earlier = Map.groupBy(
    sent.filter(({ study }) => study !== digest),
    ({ study }) => study,
  );
  return [...earlier].map(([study, records]) => {
    const then = new Set(records.flatMap((record) => record.patients));
    const both = [...then].filter((patient) => now.has(patient)).length;
    const partners = [...new Set(records.flatMap((record) => record.partners))].sort();
    return { study, partners, both, onlyThen: then.size - both, onlyNow: now.size - both };
  });
}
