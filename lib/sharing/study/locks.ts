import type { Protocol } from '../documents.ts';
import type { Lock } from '../ports.ts';
import { outcomeOf } from './protocol.ts';
import type { SitePorts } from './site-ports.ts';
import type { Bare } from './verdict.ts';

/** Outcomes of which a protocol asks anything. */
function outcomesOf({ analyses }: Protocol): ReadonlySet<string> {
  return new Set(analyses.flatMap((analysis) => outcomeOf(analysis) ?? []));
}

/**
 * Whether something is closed to a site of the study. A lock closes an endpoint to a partner, whoever proposes what would be sent to it; a recall
 * closes the whole cohort to who holds what was sent of a patient who withdrew, until it is destroyed.
 */
export function lockVerdicts(cohort: string, protocol: Protocol, locks: readonly Lock[]): Bare[] {
  const sites = new Set(protocol.sites.map(({ site }) => site));
  const outcomes = outcomesOf(protocol);
  const named = locks.filter((lock) => lock.cohort === cohort && sites.has(lock.partner));
  const closed = named.filter(({ recalls, endpoint }) => recalls === undefined && outcomes.has(endpoint));
  const held = named.filter(isRecall);
  const closedTo = closed.map(({ endpoint, partner }) => `${endpoint} to ${partner}`).join(', ');
  const heldBy = [...new Set(held.map(({ partner }) => partner))].join(', ');
  return [
    {
      rule: 'lock',
      holds: closed.length === 0,
      says:
        closed.length === 0
          ? 'Nothing that is asked is closed to a site of the study'
          : `Of this cohort is closed, until the steward lifts it: ${closedTo}`,
    },
    {
      rule: 'erasure',
      holds: held.length === 0,
      says:
        held.length === 0
          ? 'No site of the study holds what was sent of a patient who withdrew'
          : `${heldBy} may still hold what was sent of a patient who withdrew: record that it was destroyed`,
    },
  ];
}

/** Whether a lock is a recall that waits: the partner is still to destroy what it names. */
export function isRecall({ recalls, lifted }: Lock): boolean {
  return recalls !== undefined && lifted === undefined;
}

/** Closes what a protocol asks of a cohort to who proposed it, where it isn't closed yet. */
export async function closeTo(
  { study, protocol, cohort }: { readonly study: string; readonly protocol: Protocol; readonly cohort: string },
  locks: readonly Lock[],
  { records, auditHead }: Pick<SitePorts, 'records' | 'auditHead'>,
): Promise<void> {
  const partner = protocol.proposer;
  for (const endpoint of outcomesOf(protocol)) {
    const isSame = (lock: Lock): boolean => lock.endpoint === endpoint && lock.partner === partner;
    if (locks.some((lock) => lock.recalls === undefined && lock.cohort === cohort && isSame(lock))) continue;
    await records.lock({ cohort, endpoint, partner });
    await auditHead({ what: 'lock.set', cohort, object: study, decisions: { endpoint, partner } });
  }
}

/** Recalls of which a steward recorded that these partners destroyed them: each a waiver, for whoever reads what is sent after it. */
export function destroyed(
  locks: readonly Lock[],
  partners: readonly string[],
): { readonly rule: string; readonly says: string }[] {
  return locks
    .filter((lock) => lock.recalls !== undefined && lock.lifted !== undefined && partners.includes(lock.partner))
    .map(({ partner, recalls, lifted }) => ({
      rule: 'erasure',
      says: `${partner} destroyed what it held of ${recalls!.slice(0, 8)}, as the steward recorded on ${lifted!.slice(0, 10)}`,
    }))
    .sort((a, b) => (a.says < b.says ? -1 : 1));
}
