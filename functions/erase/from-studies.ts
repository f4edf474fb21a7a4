import type { Actor } from '../../lib/audit/index.ts';
import { type ErasedFromStudies, eraseFromStudies, isRecall, type SitePorts } from '../../lib/sharing/index.ts';
import type { GivenRelease, KeptLock, StudyRecords } from '../../lib/store/index.ts';

/** What an erasure needs of studies and releases. */
export interface StudyErasurePorts {
  /** What a site keeps of studies. */
  records(site: string): StudyRecords;
  /** What the site works with in whichever of its studies. Throws SignetError where it has no card or keys. */
  across(site: string, who: Actor): Promise<SitePorts>;
  /** Releases that the site gave. */
  releases(site: string): Promise<readonly GivenRelease[]>;
  /** The deployment's sites, by id. */
  tenants(): Promise<readonly string[]>;
  /** Takes a release back, in the name of who asked. */
  takeBack(who: Actor, given: GivenRelease): Promise<unknown>;
  /** Removes for good what the site no longer keeps of its studies. */
  removeOld(site: string): Promise<number>;
}

/** What a partner still holds of her, and by which lock the steward records that it was destroyed. */
export interface Recall {
  readonly what: 'study' | 'release';
  /** Digest of the study or release. */
  readonly digest: string;
  /** A site, or `link`. */
  readonly partner: string;
  /** Of a release: by what it is taken back. */
  readonly share?: string;
  readonly lock: string;
}

/** What came of it in studies and releases. */
export interface LeftStudies {
  readonly studies: ErasedFromStudies['studies'];
  readonly recalls: readonly Recall[];
}

/**
 * Takes a patient, by her opaque key, out of what a site keeps of a cohort's studies and releases, takes back the copies of her that lie with sites of
 * this deployment, and names what is to be recalled. A link, and a site of another deployment, is shown nothing of a withdrawn result, and told why.
 */
export async function eraseInStudies(
  who: Actor,
  { cohort, patient }: { readonly cohort: string; readonly patient: string },
  ports: StudyErasurePorts,
): Promise<LeftStudies> {
  const records = ports.records(who.site);
  const isSent = (await records.sent(cohort)).some(({ patients }) => patients.includes(patient));
  const { studies } = isSent
    ? await eraseFromStudies(patient, cohort, await ports.across(who.site, who))
    : { studies: [] };
  await records.forget(cohort, patient);
  await ports.removeOld(who.site);
  const releases = await ports.releases(who.site);
  const locks = (await records.locks(cohort)).filter(isRecall);
  const recalled = new Set(locks.map(({ recalls }) => recalls));
  const tenants = await ports.tenants();
  for (const given of releases)
    if (recalled.has(given.release) && given.revoked === undefined && tenants.includes(given.receiver))
      await ports.takeBack(who, given);
  return { studies, recalls: locks.map((lock) => recallOf(lock, releases)) };
}

function recallOf({ id, recalls, partner }: KeptLock, releases: readonly GivenRelease[]): Recall {
  const digest = recalls ?? '';
  const given = releases.find(({ release }) => release === digest);
  return given
    ? { what: 'release', digest, partner, share: given.share, lock: id }
    : { what: 'study', digest, partner, lock: id };
}
