import * as z from 'zod';
import { isSignetError, SignetError } from '../base/index.ts';
import type { Card } from './documents.ts';
import { type SiteKeys, signPayload, verifiedPayload } from './signing.ts';

/** What a site of another deployment asks of a site, as it signs it: who, of whom, which path, and in which minute since 1970. */
const ExchangeRequest = z.strictObject({
  type: z.literal('exchange-request/1'),
  from: z.string(),
  to: z.string(),
  path: z.string(),
  minute: z.int(),
});

/** What is asked, and of whom. */
export interface Asking {
  readonly from: string;
  readonly to: string;
  /** From the deployment's address on: `/exchange/…`, `/releases/…`. */
  readonly path: string;
}

/** How a request's signature is borne: `authorization: Signet {JWS}`. */
const SCHEME = /^Signet ([\w-]+\.[\w-]+\.[\w-]+)$/;
const MOST_HEADER = 2000;

/** Clocks of hospitals differ by so much at most. */
const MINUTES = 2;

const minuteOf = (now: number): number => Math.floor(now / 60_000);

/** The `authorization` header of a request to another deployment. */
export async function signExchangeRequest(asking: Asking, keys: SiteKeys, now: number): Promise<string> {
  return `Signet ${await signPayload({ type: 'exchange-request/1', ...asking, minute: minuteOf(now) }, keys)}`;
}

/** The one answer to whoever may not have what she asks for: it tells neither which sites nor which studies or releases there are. */
export function unsignedRequest(): SignetError {
  return new SignetError(
    'unsigned-request',
    'This is served to sites whose cards are confirmed, and which sign what they ask',
    {
      remedy: 'Have the other site confirm the card, and compare the clocks.',
    },
  );
}

/** Who claims to ask whom, before anything was verified. Throws SignetError `unsigned-request`. */
export function claimedBy(authorization: string | undefined): { readonly jws: string } & Asking {
  const jws = (authorization?.length ?? 0) <= MOST_HEADER ? SCHEME.exec(authorization ?? '')?.[1] : undefined;
  if (jws === undefined) throw unsignedRequest();
  return { jws, ...requestIn(Buffer.from(jws.split('.')[1]!, 'base64url').toString('utf8')) };
}

function requestIn(payload: string): z.infer<typeof ExchangeRequest> {
  try {
    return ExchangeRequest.parse(JSON.parse(payload));
  } catch {
    throw unsignedRequest();
  }
}

/**
 * Holds a request against the card that the site asked has confirmed of who asks, the path that was called and the time. Throws SignetError `unsigned-request`.
 */
export async function verifyExchangeRequest(
  jws: string,
  called: { readonly to: string; readonly path: string; readonly now: number },
  caller: Card | undefined,
): Promise<Card> {
  if (caller === undefined) throw unsignedRequest();
  try {
    const { from, to, path, minute } = requestIn(await verifiedPayload(jws, caller.sign));
    const isFresh = Math.abs(minuteOf(called.now) - minute) <= MINUTES;
    if (from !== caller.site || to !== called.to || path !== called.path || !isFresh) throw unsignedRequest();
    return caller;
  } catch (error) {
    if (isSignetError(error)) throw unsignedRequest();
    throw error;
  }
}
