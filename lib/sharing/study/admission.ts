import { isSignetError } from '../../base/index.ts';
import type { Card } from '../documents.ts';
import { readDocument } from '../signing.ts';

/** A study, and the sites that its protocol names. */
export interface Admission {
  readonly study: string;
  readonly sites: readonly string[];
}

/**
 * Whether a signed protocol lets a site into its study: signed by its proposer, whose card people confirmed, and naming both by the fingerprints of their keys. Answers the
 * study; undefined where it isn't that. Nobody enters the folders of a study before.
 */
export async function admittedBy(jws: string, proposer: Card, own: Card): Promise<Admission | undefined> {
  try {
    const { document, digest } = await readDocument(jws, proposer.sign);
    if (document.type !== 'protocol/1' || document.proposer !== proposer.site) return undefined;
    const names = ({ site, fingerprint }: Card): boolean =>
      document.sites.some((named) => named.site === site && named.fingerprint === fingerprint);
    if (!names(proposer) || !names(own)) return undefined;
    return { study: digest, sites: document.sites.map(({ site }) => site) };
  } catch (error) {
    if (isSignetError(error)) return undefined;
    throw error;
  }
}
