import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Credential, Credentials } from './credentials.ts';
import type { Principal } from './policy.ts';
import { encodeAll, Target } from './target.ts';

/** A request is refused; the code is the service's own. */
export class Denied extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = 'Denied';
    this.code = code;
    this.status = status;
  }
}

/** What signs one chunk after the other, each with the signature before it. */
export interface ChunkSigner {
  /** Throws {@link Denied} unless the signature is that of the chunk (by its SHA-256, hex) in this place. */
  chunk(sha256: string, signature: string): void;
  /** The same of the trailing headers, as `name:value\n` lines. */
  trailer(lines: string, signature: string): void;
}

/** How the body is bound to the signature. */
type Payload =
  | { readonly kind: 'hash' /** hex, to compare once the body was read */; readonly sha256: string }
  | { readonly kind: 'unsigned' }
  | {
      readonly kind: 'chunked';
      readonly trailer: boolean /** absent where chunks bear no signature */;
      readonly signer?: ChunkSigner;
    };

/** A request whose signature is right. */
export interface Verified {
  readonly principal: Principal;
  /** Path and query that were signed. */
  readonly target: Target;
  readonly presigned: boolean;
  /** Of the signature's scope. */
  readonly region: string;
  readonly payload: Payload;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SKEW = 15 * 60_000;
const LONGEST = 7 * 86_400;
const HEX = /^[0-9a-f]{64}$/;
const UNSIGNED = 'UNSIGNED-PAYLOAD';
const EMPTY = createHash('sha256').digest('hex');

interface Claim {
  readonly presigned: boolean;
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20260102T030405Z` */
  readonly date: string;
  readonly token: string | undefined;
  /** Seconds that a presigned address is good for. */
  readonly expires?: number;
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const hash = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** Equality whose time tells nothing of where the difference is. */
function same(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}

const malformed = (what: string): Denied => new Denied('AuthorizationHeaderMalformed', 400, what);

/** A header's lines as they are signed; undefined where it is absent. */
function header(request: IncomingMessage, name: string): string | undefined {
  return request.headersDistinct[name]?.map((value) => value.trim().replace(/ +/g, ' ')).join(',');
}

function inHeader(request: IncomingMessage): Claim {
  const text = request.headers.authorization ?? '';
  if (!text) throw new Denied('AccessDenied', 403, 'The request bears no signature');
  const space = text.indexOf(' ');
  if (text.slice(0, space) !== ALGORITHM) throw malformed(`Only ${ALGORITHM} is supported`);
  const parts = new Map(
    text
      .slice(space)
      .split(',')
      .map((part) => {
        const at = part.indexOf('=');
        return [part.slice(0, at).trim(), part.slice(at + 1).trim()] as const;
      }),
  );
  const [credential, signed, signature] = ['Credential', 'SignedHeaders', 'Signature'].map((name) => parts.get(name));
  if (!credential || !signed || !signature || parts.size !== 3)
    throw malformed('The authorization header is malformed');
  return {
    presigned: false,
    credential,
    signedHeaders: signed.split(';'),
    signature,
    date: header(request, 'x-amz-date') ?? '',
    token: header(request, 'x-amz-security-token'),
  };
}

function inQuery(request: IncomingMessage, target: Target): Claim {
  const wrong = (what: string): Denied => new Denied('AuthorizationQueryParametersError', 400, what);
  const one = (name: string): string => {
    const [value, more] = target.all(name);
    if (value === undefined || more !== undefined) throw wrong(`${name} must be there once`);
    return value;
  };
  if (request.headers.authorization) throw new Denied('InvalidArgument', 400, 'Only one way of signing is allowed');
  if (one('X-Amz-Algorithm') !== ALGORITHM) throw wrong(`Only ${ALGORITHM} is supported`);
  const expires = one('X-Amz-Expires');
  if (!/^\d{1,6}$/.test(expires) || Number(expires) < 1 || Number(expires) > LONGEST)
    throw wrong(`X-Amz-Expires must be between 1 and ${LONGEST}`);
  return {
    presigned: true,
    credential: one('X-Amz-Credential'),
    signedHeaders: one('X-Amz-SignedHeaders').split(';'),
    signature: one('X-Amz-Signature'),
    date: one('X-Amz-Date'),
    token:
      target.all('X-Amz-Security-Token').length > 0
        ? one('X-Amz-Security-Token')
        : header(request, 'x-amz-security-token'),
    expires: Number(expires),
  };
}

function checkTime({ date, expires }: Claim): void {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const at = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
  if (Number.isNaN(at)) throw new Denied('AccessDenied', 403, 'The date of the signature is missing or malformed');
  const age = Date.now() - at;
  if (expires === undefined) {
    if (Math.abs(age) > SKEW)
      throw new Denied('RequestTimeTooSkewed', 403, 'The request was signed more than 15 minutes from now');
  } else if (age < -SKEW) throw new Denied('AccessDenied', 403, 'Request is not yet valid');
  else if (age > expires * 1000) throw new Denied('AccessDenied', 403, 'Request has expired');
}

function checkSession(credential: Credential, token: string | undefined): void {
  if (!same(credential.sessionToken ?? '', token ?? ''))
    throw new Denied('InvalidToken', 403, 'The session token is missing or not that of the key');
  if (credential.expires !== undefined && credential.expires <= Date.now())
    throw new Denied('ExpiredToken', 400, 'The session has ended');
}

/** What of a request has to be signed but isn't would be anyone's to change. */
function checkHeaders(request: IncomingMessage, signed: readonly string[]): void {
  const names = new Set(signed);
  const left = Object.keys(request.headers).find(
    (name) => (name.startsWith('x-amz-') || name === 'host') && !names.has(name),
  );
  if (left || !names.has('host'))
    throw new Denied(
      'AccessDenied',
      403,
      `There were headers present in the request which were not signed: ${left ?? 'host'}`,
    );
}

/** The payload's place in the canonical request. */
function payloadHash(
  request: IncomingMessage,
  { presigned }: Claim,
  target: Target,
  service: string,
  body?: Uint8Array,
): string {
  const stated = header(request, 'x-amz-content-sha256');
  if (stated !== undefined) return stated;
  if (presigned) return target.first('X-Amz-Content-Sha256') ?? (service === 's3' ? UNSIGNED : EMPTY);
  if (service === 's3')
    throw new Denied('InvalidRequest', 400, 'Missing required header for this request: x-amz-content-sha256');
  return hash(body ?? '');
}

function signer(key: Buffer, { date }: Claim, scope: string, seed: string): ChunkSigner {
  let before = seed;
  const follow = (text: string, signature: string): void => {
    const right = hmac(key, text).toString('hex');
    if (!same(right, signature)) throw new Denied('SignatureDoesNotMatch', 403, "A chunk's signature does not match");
    before = right;
  };
  return {
    chunk: (sha256, signature) =>
      follow([`${ALGORITHM}-PAYLOAD`, date, scope, before, EMPTY, sha256].join('\n'), signature),
    trailer: (lines, signature) =>
      follow([`${ALGORITHM}-TRAILER`, date, scope, before, hash(lines)].join('\n'), signature),
  };
}

function payloadOf(stated: string, signs: () => ChunkSigner): Payload {
  if (HEX.test(stated)) return { kind: 'hash', sha256: stated };
  switch (stated) {
    case UNSIGNED:
      return { kind: 'unsigned' };
    case `STREAMING-${UNSIGNED}-TRAILER`:
      return { kind: 'chunked', trailer: true };
    case `STREAMING-${ALGORITHM}-PAYLOAD`:
      return { kind: 'chunked', trailer: false, signer: signs() };
    case `STREAMING-${ALGORITHM}-PAYLOAD-TRAILER`:
      return { kind: 'chunked', trailer: true, signer: signs() };
    default:
      throw new Denied('InvalidArgument', 400, 'x-amz-content-sha256 is neither a digest nor a known way of sending');
  }
}

/**
 * Verifies a request's signature, version 4, in its header or its address, and says who sent it and how its body is bound.
 * `body` is for services whose clients don't state the body's digest; where it is given it is compared.
 * Throws {@link Denied}.
 * Source: AWS General Reference, "Create a signed AWS API request"; S3 API Reference, "Signature calculations".
 */
export function verify(
  request: IncomingMessage,
  service: string,
  credentials: Credentials,
  body?: Uint8Array,
): Verified {
  const target = Target.of(request.url ?? '');
  if (!target) throw new Denied('InvalidURI', 400, "Couldn't parse the specified URI");
  const claim = target.first('X-Amz-Algorithm') === undefined ? inHeader(request) : inQuery(request, target);
  const [accessKeyId = '', day = '', region = '', named, end, ...more] = claim.credential.split('/');
  if (named !== service || end !== 'aws4_request' || more.length > 0 || !claim.date.startsWith(day) || day.length !== 8)
    throw new Denied('SignatureDoesNotMatch', 403, 'The scope of the credential is not that of the request');
  checkTime(claim);
  const credential = credentials.find(accessKeyId);
  if (!credential) throw new Denied('InvalidAccessKeyId', 403, 'The access key is unknown');
  checkHeaders(request, claim.signedHeaders);

  const stated = payloadHash(request, claim, target, service, body);
  const canonical = [
    request.method ?? '',
    service === 's3' ? target.canonicalPath : encodeAll(target.rawPath).replaceAll('%2F', '/'),
    target.canonicalQuery,
    ...claim.signedHeaders.map((name) => `${name}:${header(request, name) ?? ''}`),
    '',
    claim.signedHeaders.join(';'),
    stated,
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [region, service, 'aws4_request'].reduce(
    hmac as (key: Buffer, text: string) => Buffer,
    hmac(`AWS4${credential.secretAccessKey}`, day),
  );
  const right = hmac(key, [ALGORITHM, claim.date, scope, hash(canonical)].join('\n')).toString('hex');
  if (!same(right, claim.signature))
    throw new Denied('SignatureDoesNotMatch', 403, 'The signature is not that of the request');
  checkSession(credential, claim.token);

  const payload = payloadOf(stated, () => signer(key, claim, scope, right));
  if (service !== 's3' && payload.kind !== 'hash')
    throw new Denied('SignatureDoesNotMatch', 403, 'Only S3 takes a body that was not signed');
  if (body && payload.kind === 'hash' && hash(body) !== payload.sha256)
    throw new Denied('XAmzContentSHA256Mismatch', 400, 'The body is not the one that was signed');
  return { principal: credential.principal, target, presigned: claim.presigned, region, payload };
}
