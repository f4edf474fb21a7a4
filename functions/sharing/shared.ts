import { timingSafeEqual } from 'node:crypto';
import { SignetError, ulid } from '../../lib/base/index.ts';
import {
  type ApiRequest,
  bySuffix,
  negotiated,
  notFound,
  type OpenRequest,
  type Reply,
  SHARED_REPRESENTATIONS,
} from '../../lib/http/index.ts';
import { type Card, type Release, readDocument, releaseDocument, signDocument } from '../../lib/sharing/index.ts';
import { LINK } from '../../lib/store/index.ts';
import { checkStanding, keyHash, releaseName, type ShareRoutePorts } from './shares.ts';

type Form = (typeof SHARED_REPRESENTATIONS)[number];

const SHARE = /^[0-9a-z]{26}$/;

/** The document itself as JSON; as a page, a picture or tables it is shown as results are. */
async function bodyOf(release: Release, { suffix }: Form): Promise<string> {
  if (suffix === 'json') return JSON.stringify(release);
  const { renderCsv, renderHtml, renderSvg } = await import('../../lib/render/index.ts');
  const document = releaseDocument(release);
  if (suffix === 'csv') return renderCsv(document);
  return suffix === 'svg' ? renderSvg(document) : renderHtml(document);
}

async function replyOf(release: Release, form: Form): Promise<Reply> {
  return {
    status: 200,
    headers: { 'content-type': form.type, 'cache-control': 'no-store', vary: 'Accept' },
    body: await bodyOf(release, form),
  };
}

/** Throws SignetError `share-expired`. */
function checkTime({ until }: Release, now: number): void {
  if (now < Date.parse(until)) return;
  throw new SignetError('share-expired', 'This was shared until a time that is over', {
    remedy: 'Ask its owner to share it again.',
  });
}

/** A release in the site's folder: of a confirmed owner, whose signature can be held against her card. Throws SignetError `not-found`, `unknown-owner`. */
async function received(
  site: string,
  share: string,
  { shares }: ShareRoutePorts,
  peers: ReadonlyMap<string, Card>,
): Promise<{ readonly owner: string; readonly jws: string; readonly card: Card }> {
  if (!SHARE.test(share)) throw notFound('share');
  const name = releaseName(share);
  const found = await Promise.all(
    [...peers].map(async ([owner, card]) => ({ owner, card, jws: await shares.get({ receiver: site, owner, name }) })),
  );
  for (const { jws, ...from } of found) if (jws !== undefined) return { ...from, jws };
  for await (const page of shares.list(site))
    for (const { owner, name: other } of page)
      if (other === name)
        throw new SignetError(
          'unknown-owner',
          `The card of ${owner} is not confirmed, so that its signature says nothing`,
          {
            remedy: 'Compare fingerprints by telephone and confirm its card: PUT /peers/{site}.',
          },
        );
  throw notFound('share');
}

/**
 * `GET /shares/received/{share}`: what another site gave, once its signature was held against the confirmed card, and once a signed receipt of this view
 * lies in the owner's folder.
 */
export async function getReceived(request: ApiRequest, ports: ShareRoutePorts): Promise<Reply> {
  const { name: share, representation } = bySuffix(
    request.parameter('share'),
    request.header('accept'),
    SHARED_REPRESENTATIONS,
  );
  const { site } = request;
  const { peers, keys } = await ports.at(site);
  const { owner, jws, card } = await received(site, share, ports, peers);
  const { document, digest } = await readDocument(jws, card.sign);
  if (document.type !== 'release/1' || document.owner !== owner || document.receiver !== site)
    throw new SignetError('invalid-document', 'What lies there is no release of its owner to this site');
  const now = ports.now();
  checkTime(document, now);
  const at = new Date(now).toISOString();
  const receipt = await signDocument({ type: 'receipt/1', site, owner, release: digest, share, at }, keys);
  await ports.shares.put({ receiver: owner, owner: site, name: `receipt-${ulid(now).toLowerCase()}.json` }, receipt);
  return replyOf(document, representation);
}

function hashOf(copy: string): { readonly key: string; readonly jws: string } | undefined {
  const read = JSON.parse(copy) as { readonly key?: unknown; readonly jws?: unknown };
  return typeof read.key === 'string' && typeof read.jws === 'string' ? { key: read.key, jws: read.jws } : undefined;
}

/**
 * `GET /shared/{site}/{share}?key=`: without a token. The address says whose folder of links is looked into, the hash of the key decides; whatever fails is
 * not there. A view is in the owner's log before it is shown.
 */
export async function getShared(request: OpenRequest, ports: ShareRoutePorts): Promise<Reply> {
  const [site, share] = [request.parameter('site'), request.parameter('share')];
  const given = request.query('key') ?? '';
  if (!SHARE.test(share) || !(await ports.tenants()).includes(site)) throw notFound('share');
  const copy = await ports.shares.get({ receiver: LINK, owner: site, name: releaseName(share) });
  const kept = copy === undefined ? undefined : hashOf(copy);
  const isKey = kept !== undefined && timingSafeEqual(Buffer.from(keyHash(given)), Buffer.from(kept.key));
  if (!isKey) throw notFound('share');
  const { card } = await ports.at(site);
  const { document, digest } = await readDocument(kept.jws, card.sign);
  if (document.type !== 'release/1' || document.owner !== site) throw notFound('share');
  const now = ports.now();
  checkTime(document, now);
  // what stays in the owner's hand is no longer shown once a patient of it was taken out
  const known = await ports.releases.read(site, share);
  if (known === undefined || known.revoked !== undefined) throw notFound('share');
  await checkStanding({ site, cohort: known.cohort, result: known.result }, ports);
  const form = negotiated(request.header('accept'), [...SHARED_REPRESENTATIONS].reverse());
  const reply = await replyOf(document, form);
  await ports.audit.record({ site, agent: 'link' }, { what: 'release.viewed', object: digest, decisions: { share } });
  await ports.releases.view(site, share, new Date(now).toISOString());
  return { ...reply, headers: { ...reply.headers, 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' } };
}
