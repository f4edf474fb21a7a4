import type { Lock, SentSetRecord } from '../ports.ts';
import { isRecall } from './locks.ts';
import { refuseStudy } from './site.ts';
import { type SitePorts, studyRecord } from './site-ports.ts';

/** What an erasure came to in studies and releases. */
export interface ErasedFromStudies {
  /** Studies that were left, and finished ones that are marked withdrawn. */
  readonly studies: readonly string[];
  /** What was sent of her and partners still hold: to be recalled, and until a steward recorded that it was destroyed nothing more of the cohort goes to them. */
  readonly recalls: readonly Lock[];
}

/**
 * A patient of a cohort, by her opaque key, withdrew: her site leaves the open studies whose sets held her, finished ones are marked withdrawn by the
 * same document, and she leaves the sets that are kept. Asked again it goes on where it was interrupted.
 */
export async function eraseFromStudies(patient: string, cohort: string, ports: SitePorts): Promise<ErasedFromStudies> {
  const { records } = ports;
  const holding = holdingHer(await records.sent(cohort), patient);
  const studies: string[] = [];
  for (const [object, partners] of holding) {
    const record = await studyRecord(object, ports);
    if (record) {
      await refuseStudy(object, 'erasure', ports);
      studies.push(object);
    }
    // a study of which nothing was answered told no more than how many there are
    const own = ports.card.site;
    const isSent = record === undefined || record.answers.some(({ document }) => document.site === own);
    for (const partner of isSent ? partners : [])
      await records.lock({ cohort, endpoint: '*', partner, recalls: object });
  }
  await records.forget(cohort, patient);
  return { studies: studies.sort(), recalls: (await records.locks(cohort)).filter(isRecall) };
}

/** By study or release that held her, who was sent it. */
function holdingHer(sent: readonly SentSetRecord[], patient: string): Map<string, ReadonlySet<string>> {
  const holding = new Map<string, Set<string>>();
  for (const { study, patients, partners } of sent) {
    if (!patients.includes(patient)) continue;
    const all = holding.get(study) ?? new Set();
    for (const partner of partners) all.add(partner);
    holding.set(study, all);
  }
  return holding;
}
