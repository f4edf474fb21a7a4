import type { Actor, Audit } from '../../lib/audit/index.ts';
import type { GivenRelease, Releases, Shares } from '../../lib/store/index.ts';
import { releaseName } from './share-name.ts';

/** What taking a release back needs. */
export interface TakeBackPorts {
  readonly audit: Audit;
  readonly shares: Shares;
  readonly releases: Releases;
  now(): number;
}

/** Takes a release back: enters it in the log, deletes its copy and notes when, ISO, which it answers. Of one that was taken back before the copy alone. */
export async function takeBack(who: Actor, given: GivenRelease, ports: TakeBackPorts): Promise<string> {
  const { share, receiver, cohort, release, views, revoked } = given;
  const at = revoked ?? new Date(ports.now()).toISOString();
  if (revoked === undefined)
    await ports.audit.record(who, {
      what: 'release.revoked',
      cohort,
      object: release,
      decisions: { share, to: receiver, views },
    });
  await ports.shares.delete({ receiver, owner: who.site, name: releaseName(share) });
  await ports.releases.revoke(who.site, share, at);
  return at;
}
