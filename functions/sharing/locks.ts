import type { Audit } from '../../lib/audit/index.ts';
import { type ApiRequest, json, notFound, type Reply } from '../../lib/http/index.ts';
import type { StudyRecords } from '../../lib/store/index.ts';

/** What the routes of locks work on. */
export interface LockPorts {
  /** What a site keeps of studies. */
  records(site: string): Pick<StudyRecords, 'allLocks' | 'lift'>;
  readonly audit: Audit;
  now(): number;
}

/** `GET /locks`: what is closed to partners, and by which id the steward lifts it. */
export async function listLocks({ site }: ApiRequest, { records }: LockPorts): Promise<Reply> {
  return json(200, { locks: await records(site).allLocks() });
}

/** `DELETE /locks/{lock}`: the steward lifts it; of a recall she thereby records that what was sent is destroyed. */
export async function liftLock(request: ApiRequest, { records, audit, now }: LockPorts): Promise<Reply> {
  const id = request.parameter('lock');
  const of = records(request.site);
  const lock = (await of.allLocks()).find((each) => each.id === id);
  if (!lock) throw notFound('lock');
  const { cohort, endpoint, partner } = lock;
  await audit.record(request, { what: 'lock.lifted', cohort, object: id, decisions: { endpoint, partner } });
  await of.lift(id, new Date(now()).toISOString());
  return { status: 204 };
}
