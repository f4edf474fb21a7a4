import type { Agent } from '../../lib/audit/index.ts';
import { SignetError } from '../../lib/base/index.ts';
import { type Release, readDocument } from '../../lib/sharing/index.ts';
import type { GivenRelease } from '../../lib/store/index.ts';
import { checkStanding, type ShareRoutePorts } from './shares.ts';

/** A release that its owner shows, and what she keeps of it. */
export interface ShownRelease {
  readonly release: Release;
  readonly digest: string;
  readonly given: GivenRelease;
}

/** Throws SignetError `share-expired`. */
export function checkTime({ until }: Release, now: number): void {
  if (now < Date.parse(until)) return;
  throw new SignetError('share-expired', 'This was shared until a time that is over', {
    remedy: 'Ask its owner to share it again.',
  });
}

/**
 * A copy that stayed in its owner's hand, if she still shows it: her own signature is on it, and she didn't revoke it. Throws SignetError `share-expired`, `withdrawn`.
 */
export async function stillShown(
  { site, share, jws }: { readonly site: string; readonly share: string; readonly jws: string },
  ports: ShareRoutePorts,
): Promise<ShownRelease | undefined> {
  const [{ card }, given] = await Promise.all([ports.at(site), ports.releases.read(site, share)]);
  const { document, digest } = await readDocument(jws, card.sign);
  if (document.type !== 'release/1' || document.owner !== site) return undefined;
  if (given === undefined || given.revoked !== undefined) return undefined;
  checkTime(document, ports.now());
  await checkStanding({ site, cohort: given.cohort, result: given.result }, ports);
  return { release: document, digest, given };
}

/** Enters a view of what stayed in the owner's hand in her log, and counts it: before it is shown. */
export async function enterView(who: Agent, { given, digest }: ShownRelease, ports: ShareRoutePorts): Promise<void> {
  const { share, cohort } = given;
  await ports.audit.record(who, { what: 'release.viewed', cohort, object: digest, decisions: { share } });
  await ports.releases.view(who.site, share, new Date(ports.now()).toISOString());
}
