import { createHash, randomBytes } from 'node:crypto';
import {
  type AnswerPorts,
  checked,
  finishedItem,
  frameOfResult,
  isResultId,
  readDocument,
  withdrawn,
} from '../../lib/answer/index.ts';
import type { Actor, Agent, Audit } from '../../lib/audit/index.ts';
import { isSignetError, SignetError, ulid } from '../../lib/base/index.ts';
import { type ApiRequest, json, notFound, type Reply, ShareRequest } from '../../lib/http/index.ts';
import {
  type MadeRelease,
  makeRelease,
  type ReleaseAsk,
  type ReleasePorts,
  type TriedRelease,
  tryRelease,
} from '../../lib/sharing/index.ts';
import { type GivenRelease, LINK, type Releases, type Shares } from '../../lib/store/index.ts';
import { type ElsewherePorts, receivedElsewhere } from './elsewhere.ts';
import { releaseName, shareIn } from './share-name.ts';
import { isApart, type SiteAtWork } from './site-studies.ts';
import { takeBack } from './take-back.ts';

/** What the routes of shares work on. */
export interface ShareRoutePorts extends ElsewherePorts {
  readonly cohorts: AnswerPorts;
  readonly audit: Audit;
  readonly shares: Shares;
  readonly releases: Releases;
  /** The deployment's sites, by id. */
  tenants(): Promise<readonly string[]>;
  now(): number;
}

/** Days that a release is shown, unless the request says until when, and at most. */
const DAYS = { otherwise: 90, most: 366 };
const DAY = 86_400_000;

/** What is kept of a link's key: who reads the store can't make the address. */
export function keyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** What a release needs, its locks logged in somebody's name. */
function releasePorts({ records, keys, card }: SiteAtWork, audit: Audit, who: Actor | Agent): ReleasePorts {
  return { records, keys, card, auditHead: async (entry) => (entry ? (await audit.record(who, entry)).digest : '') };
}

/**
 * Who is to receive it: a confirmed site, of this deployment or of another one that can ask for it, or whoever has the link. Throws SignetError `unknown-receiver`,
 * `no-address`.
 */
async function receiverOf({ to, link }: ShareRequest, at: SiteAtWork, ports: ShareRoutePorts): Promise<string> {
  if (link === true) return LINK;
  if (to === at.site || !at.peers.has(to!))
    throw new SignetError('unknown-receiver', 'The receiver is no other site whose card is confirmed', {
      place: { pointer: '/to' },
      remedy: 'Compare fingerprints by telephone and confirm its card: PUT /peers/{site}.',
    });
  if (isApart(at.peers.get(to!)!, at.card) || (await ports.tenants()).includes(to!)) return to!;
  throw new SignetError(
    'no-address',
    'The receiver is no site of this deployment, and its card or this site’s says no address to ask from and at',
    {
      place: { pointer: '/to' },
      remedy: 'Have newer cards made that say where each deployment answers: npm run sites -- add … --address.',
    },
  );
}

function untilOf({ until }: ShareRequest, now: number): string {
  const ends = until === undefined ? now + DAYS.otherwise * DAY : Date.parse(until);
  if (ends > now && ends <= now + DAYS.most * DAY) return new Date(ends).toISOString();
  throw new SignetError('invalid-request', `A release is shown until a time ahead, ${DAYS.most} days at most`, {
    place: { pointer: '/until' },
  });
}

/** Throws SignetError `withdrawn` where a patient of the result was taken out since. */
export async function checkStanding(
  { site, cohort, result }: { readonly site: string; readonly cohort: string; readonly result: string },
  { cohorts }: Pick<ShareRoutePorts, 'cohorts'>,
): Promise<void> {
  const item = isResultId(result) ? await cohorts.results.read({ site, cohort }, result) : undefined;
  if (item?.state === 'withdrawn') throw withdrawn();
}

/** What the result is, and whom it is of. */
async function resultAsked(request: ApiRequest, ports: ShareRoutePorts) {
  const cohort = { site: request.site, cohort: request.parameter('cohort') };
  const id = request.parameter('result');
  await checkStanding({ ...cohort, result: id }, ports);
  const item = await finishedItem(cohort, id, ports.cohorts);
  const document = await readDocument(cohort, id, ports.cohorts);
  if (document === undefined) throw notFound('result');
  const { frame, keys } = await frameOfResult(cohort, item, ports.cohorts);
  return { document, cohort: { name: cohort.cohort, frame, keys: keys.map((key) => key ?? '') } };
}

/** `POST /cohorts/{cohort}/results/{result}/shares`: tries a release, or makes it and gives it away. */
export async function shareResult(request: ApiRequest, ports: ShareRoutePorts): Promise<Reply> {
  const asked = checked(ShareRequest, request.json());
  const looking = ports.at(request.site);
  const [at, receiver, { document, cohort }] = await Promise.all([
    looking,
    looking.then((site) => receiverOf(asked, site, ports)),
    resultAsked(request, ports),
  ]);
  const ask: ReleaseAsk = {
    receiver,
    until: untilOf(asked, ports.now()),
    waivers: asked.waivers,
    test: asked.test,
  };
  const on = releasePorts(at, ports.audit, request);
  if (asked.try) return json(200, shown(await tryRelease(document, cohort, ask, on)));
  const standing = { site: request.site, cohort: cohort.name, result: document.id };
  try {
    const made = await makeRelease(document, cohort, ask, on, () => checkStanding(standing, ports));
    return await given(request, made, cohort.name, ports);
  } catch (error) {
    if (isSignetError(error, 'rule-refuses'))
      await ports.audit.record(request, {
        what: 'release.refused',
        cohort: cohort.name,
        object: document.id,
        decisions: { to: ask.receiver, rule: error.message },
      });
    throw error;
  }
}

function shown({ release, digest, numbers, verdicts, overlaps }: TriedRelease) {
  return { digest, release, numbers, verdicts, overlaps };
}

/** What the log holds of the rules' decisions. */
function decided({ verdicts, release, numbers }: MadeRelease): Record<string, string | number> {
  const words = (rule: string): string =>
    verdicts
      .filter((verdict) => verdict.rule === rule)
      .map(({ says }) => says)
      .join('; ');
  return {
    ...{ to: release.receiver, numbers, withheld: release.withheld.length },
    ...{ atoms: words('atoms'), ledger: words('ledger') },
    waived: release.waivers.map(({ rule }) => rule).join(', '),
  };
}

/** Enters the release in the log and among what was given, and only then lays the copy where it is read. */
async function given(request: ApiRequest, made: MadeRelease, cohort: string, ports: ShareRoutePorts): Promise<Reply> {
  const { release, digest, jws } = made;
  const { receiver, result, title, until } = release;
  const share = ulid(ports.now()).toLowerCase();
  await ports.audit.record(request, {
    what: 'release.made',
    cohort,
    object: digest,
    decisions: { result, share, ...decided(made) },
  });
  const entry: GivenRelease = {
    ...{ share, receiver, cohort, result, release: digest, title, until },
    made: new Date(ports.now()).toISOString(),
    views: 0,
  };
  await ports.releases.give(request.site, entry);
  const key = receiver === LINK ? randomBytes(16).toString('base64url') : undefined;
  const copy = key === undefined ? jws : JSON.stringify({ key: keyHash(key), jws });
  await ports.shares.put({ receiver, owner: request.site, name: releaseName(share) }, copy);
  const link = key === undefined ? {} : { link: `/shared/${request.site}/${share}?key=${key}` };
  return json(201, { share, ...shown(made), ...link }, { location: `/shares/${share}` });
}

/** `GET /shares`: what the site gave, what lies in its folder, and what sites elsewhere say they have for it. */
export async function listShares({ site }: ApiRequest, ports: ShareRoutePorts): Promise<Reply> {
  const asked = receivedElsewhere(site, ports);
  const received: object[] = [];
  for await (const page of ports.shares.list(site))
    for (const { owner, name, modified } of page) {
      const share = shareIn(name);
      if (share !== undefined) received.push({ share, owner, given: new Date(modified).toISOString() });
    }
  const [given, elsewhere] = await Promise.all([ports.releases.list(site), asked]);
  const { unreachable } = elsewhere;
  return json(200, { given, received: [...received, ...elsewhere.received], unreachable });
}

/** `DELETE /shares/{share}`: takes the copy back; what was seen stays seen, and the answer says so. */
export async function revokeShare(request: ApiRequest, ports: ShareRoutePorts): Promise<Reply> {
  const share = request.parameter('share');
  const known = await ports.releases.read(request.site, share);
  if (known === undefined) throw notFound('share');
  const { views, seen } = known;
  const at = await takeBack(request, known, ports);
  return json(200, {
    share,
    revoked: at,
    views,
    ...(seen !== undefined && { seen }),
    says:
      views === 0
        ? 'The copy is deleted. As far as receipts tell, nobody saw it.'
        : `The copy is deleted. It was seen ${views === 1 ? 'once' : `${views} times`}, last at ${seen}: what was seen stays seen, and what was saved of it is not here to delete.`,
  });
}
