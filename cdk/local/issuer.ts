import { randomBytes, timingSafeEqual } from 'node:crypto';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import type { Keep } from './keep.ts';
import { bodyOf, type Loopback, listen } from './loopback.ts';

/** Who a token is for. */
export interface TokenRequest {
  readonly site: string;
  readonly roles: readonly string[];
  /** Seconds from now; negative for one that has ended. */
  readonly lifetime?: number;
}

/** Signs tokens for people of this machine, as a hospital's OpenID provider would. */
export interface Issuer extends Loopback {
  readonly audience: string;
  /** Whoever knows it may ask for tokens over HTTP: `POST /token` with it as bearer. */
  readonly secret: string;
  token(request: TokenRequest): Promise<string>;
}

const AUDIENCE = 'signet';
const ALGORITHM = 'RS256';
const LIFETIME_SECONDS = 12 * 3600;

interface Kept {
  readonly key: JWK;
  readonly secret: string;
}

async function newKey(): Promise<Kept> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: randomBytes(8).toString('hex'), alg: ALGORITHM, use: 'sig' };
  return { key, secret: randomBytes(32).toString('base64url') };
}

function knows(secret: string, header: string | undefined): boolean {
  const given = Buffer.from(header ?? '');
  const right = Buffer.from(`Bearer ${secret}`);
  return given.length === right.length && timingSafeEqual(given, right);
}

/** Starts the issuer; its key and its secret are kept where the stack keeps things. Port 0 is any free one. */
export async function startIssuer(keep: Keep, port = 0): Promise<Issuer> {
  const { key, secret } = await keep.orMake('issuer', newKey);
  const { kid, kty, n, e } = key;
  const signingKey = await importJWK(key, ALGORITHM);
  const documents = new Map<string, unknown>([
    ['/.well-known/jwks.json', { keys: [{ kid, kty, n, e, alg: ALGORITHM, use: 'sig' }] }],
  ]);

  const token = ({ site, roles, lifetime = LIFETIME_SECONDS }: TokenRequest): Promise<string> => {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ site, roles })
      .setProtectedHeader({ alg: ALGORITHM, kid: kid ?? '' })
      .setIssuer(server.url)
      .setAudience(AUDIENCE)
      .setSubject(`local-${site}`)
      .setIssuedAt(Math.min(now, now + lifetime))
      .setExpirationTime(now + lifetime)
      .sign(signingKey);
  };

  const server = await listen(async (request, response) => {
    const json = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const document = documents.get(request.url ?? '');
    if (request.method === 'GET' && document) return json(200, document);
    if (request.method !== 'POST' || request.url !== '/token') return json(404, { error: 'not_found' });
    if (!knows(secret, request.headers.authorization)) return json(401, { error: 'invalid_client' });
    const { site, roles } = JSON.parse((await bodyOf(request)).toString()) as TokenRequest;
    return json(200, { token: await token({ site, roles }) });
  }, port);
  documents.set('/.well-known/openid-configuration', {
    issuer: server.url,
    jwks_uri: `${server.url}/.well-known/jwks.json`,
    id_token_signing_alg_values_supported: [ALGORITHM],
  });
  return { ...server, audience: AUDIENCE, secret, token };
}
