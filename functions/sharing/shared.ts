import { timingSafeEqual } from 'node:crypto';
import { isSignetError, SignetError, ulid } from '../../lib/base/index.ts';
import {
  type ApiRequest,
  bySuffix,
  negotiated,
  notFound,
  type OpenRequest,
  problemOf,
  type Reply,
  SHARED_REPRESENTATIONS,
} from '../../lib/http/index.ts';
import { type Card, type Release, readDocument, releaseDocument, signDocument } from '../../lib/sharing/index.ts';
import { LINK } from '../../lib/store/index.ts';
import { fetchedElsewhere } from './elsewhere.ts';
import { isShare, releaseName } from './share-name.ts';
import { keyHash, type ShareRoutePorts } from './shares.ts';
import { checkTime, enterView, stillShown } from './shown.ts';
import type { SiteAtWork } from './site-studies.ts';

type Form = (typeof SHARED_REPRESENTATIONS)[number];

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

/** A release as it came: of a confirmed owner, whose signature can be held against her card. */
interface Received {
  readonly owner: string;
  readonly jws: string;
  readonly card: Card;
  /** Where it lies with its owner, whose log has the view already. */
  readonly isElsewhere?: true;
}

/** A release in the site's folder, or else of an owner elsewhere. Throws SignetError `not-found`, and what {@link inFolder} and {@link fetchedElsewhere} throw. */
async function received(share: string, at: SiteAtWork, ports: ShareRoutePorts): Promise<Received> {
  if (!isShare(share)) throw notFound('share');
  const here = await inFolder(share, at, ports);
  if (here) return here;
  const elsewhere = await fetchedElsewhere(share, ports.elsewhere(at));
  if (elsewhere) return { ...elsewhere, isElsewhere: true };
  throw notFound('share');
}

/** Undefined where it isn't there. Throws SignetError `unknown-owner`. */
async function inFolder(
  share: string,
  { site, peers }: SiteAtWork,
  { shares }: ShareRoutePorts,
): Promise<Received | undefined> {
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
  return undefined;
}

/**
 * `GET /shares/received/{share}`: what another site gave, once its signature was held against the confirmed card, and once a signed receipt of this view
 * lies in the owner's folder; of an owner elsewhere, who entered the view as she served it, it is kept nowhere here.
 */
export async function getReceived(request: ApiRequest, ports: ShareRoutePorts): Promise<Reply> {
  const { name: share, representation } = bySuffix(
    request.parameter('share'),
    request.header('accept'),
    SHARED_REPRESENTATIONS,
  );
  const { site } = request;
  const at = await ports.at(site);
  const { owner, jws, card, isElsewhere } = await received(share, at, ports);
  const { document, digest } = await readDocument(jws, card.sign);
  if (document.type !== 'release/1' || document.owner !== owner || document.receiver !== site)
    throw new SignetError('invalid-document', 'What lies there is no release of its owner to this site');
  const now = ports.now();
  checkTime(document, now);
  if (!isElsewhere) {
    const seen = { site, owner, release: digest, share, at: new Date(now).toISOString() };
    const receipt = await signDocument({ type: 'receipt/1', ...seen }, at.keys);
    await ports.shares.put({ receiver: owner, owner: site, name: `receipt-${ulid(now).toLowerCase()}.json` }, receipt);
  }
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
  try {
    return await shownByLink(request, ports);
  } catch (error) {
    if (!isSignetError(error) || !request.header('accept')?.includes('text/html')) throw error;
    return await nothingToShow(error);
  }
}

/** For who opened the link in a browser: what was shared is gone, or never was, as a page. */
async function nothingToShow(error: SignetError): Promise<Reply> {
  const { renderNotice } = await import('../../lib/render/index.ts');
  const { status, title, detail } = problemOf(error);
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'x-robots-tag': 'noindex' },
    body: renderNotice(title, [...(detail === undefined ? [] : [`${detail}.`]), 'Ask whoever sent you the link.']),
  };
}

async function shownByLink(request: OpenRequest, ports: ShareRoutePorts): Promise<Reply> {
  const [site, share] = [request.parameter('site'), request.parameter('share')];
  const given = request.query('key') ?? '';
  if (!isShare(share) || !(await ports.tenants()).includes(site)) throw notFound('share');
  const copy = await ports.shares.get({ receiver: LINK, owner: site, name: releaseName(share) });
  const kept = copy === undefined ? undefined : hashOf(copy);
  const isKey = kept !== undefined && timingSafeEqual(Buffer.from(keyHash(given)), Buffer.from(kept.key));
  if (!isKey) throw notFound('share');
  const shown = await stillShown({ site, share, jws: kept.jws }, ports);
  if (shown === undefined) throw notFound('share');
  const form = negotiated(request.header('accept'), [...SHARED_REPRESENTATIONS].reverse());
  const reply = await replyOf(shown.release, form);
  await enterView({ site, agent: 'link' }, shown, ports);
  return { ...reply, headers: { ...reply.headers, 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' } };
}
