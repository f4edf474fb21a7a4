import { isSignetError } from '../../lib/base/index.ts';
import type { OpenRequest } from '../../lib/http/index.ts';
import { type Card, claimedBy, verifyExchangeRequest } from '../../lib/sharing/index.ts';
import type { SiteAtWork } from './site-studies.ts';

/** What a request of another deployment's site says: its `authorization`, and the path that the route was called by. */
export interface SignedCall {
  readonly authorization: string | undefined;
  readonly path: string;
}

/** A call of the route whose path is made of these parts. */
export function calledBy(request: OpenRequest, ...parts: readonly string[]): SignedCall {
  return { authorization: request.header('authorization'), path: ['', ...parts].join('/') };
}

/** What is needed to know who asks. */
export interface AskedPorts {
  at(site: string): Promise<SiteAtWork>;
  now(): number;
}

/**
 * Who asks and who is asked, once the signature was held against the card that the latter confirmed. `site`: who is asked, where the path says it. Throws SignetError
 * `unsigned-request`, of a site that isn't here as of a signature that doesn't hold.
 */
export async function askedUnder(
  { authorization, path }: SignedCall,
  ports: AskedPorts,
  site?: string,
): Promise<{ readonly at: SiteAtWork; readonly caller: Card }> {
  const { jws, from, to } = claimedBy(authorization);
  const called = { to: site ?? to, path, now: ports.now() };
  const at = await siteAt(called.to, ports);
  const caller = await verifyExchangeRequest(jws, called, at?.peers.get(from));
  return { at: at!, caller };
}

async function siteAt(site: string, { at }: AskedPorts): Promise<SiteAtWork | undefined> {
  try {
    return await at(site);
  } catch (error) {
    if (isSignetError(error, 'no-card')) return undefined;
    throw error;
  }
}
