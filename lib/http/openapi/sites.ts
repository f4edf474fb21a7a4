import * as z from 'zod';
import * as bodies from '../bodies/index.ts';
import { RESULT_REPRESENTATIONS, SHARED_REPRESENTATIONS } from '../negotiation.ts';
import { type Content, content, JSON_TYPE, type Operations, ok, paging, result } from './said.ts';

/** A release as JSON is the document; otherwise it is drawn. */
const shared: Content = Object.fromEntries(
  SHARED_REPRESENTATIONS.map(({ type }) => [
    type.split(';')[0]!,
    { schema: type === JSON_TYPE ? z.looseObject({ type: z.string() }).meta({ id: 'Release' }) : z.string() },
  ]),
);

/** How a request bears who asks, where it has no token. */
const SIGNED =
  'The request is signed by the site that asks, whose card the site asked has confirmed: `Authorization: Signet`, and a JWS of who asks whom for which path in which minute.';

/** What goes between sites: peers, studies, shares and links, the exchange, the log. `study`: what a steward proposes, and under which code she declines. */
export function ofSites(study: { readonly proposal: z.ZodType; readonly refusal: z.ZodType }) {
  return {
    'GET /peers': {
      summary: 'Cards of sites: those that were confirmed, and those that are offered, the own one among them',
      replies: ok(bodies.PeerList),
    },
    'PUT /peers/{site}': {
      summary: "Confirm a site's card by the fingerprint that people compared",
      request: { types: [JSON_TYPE], schema: bodies.PeerRequest },
      replies: ok(bodies.PeerView, 'Confirmed'),
    },
    'GET /studies': {
      summary: 'Studies over sites that the site is named in, and what each waits for',
      replies: ok(bodies.StudyList),
    },
    'POST /studies': {
      summary: 'Propose a study over sites: sign its codebook and protocol and announce them to the sites named',
      request: { types: [JSON_TYPE], schema: study.proposal },
      replies: { 201: { description: 'Proposed; Location names it', content: content(bodies.StudyName) } },
    },
    'GET /studies/{study}': {
      summary:
        'A study: its protocol in plain words, who approved, the open round, who is late, without whom it goes on and why',
      replies: ok(bodies.StudyState),
    },
    'GET /studies/{study}/answers': {
      summary: 'All that sites sent, those of closed rounds too, as many as a reply holds',
      query: paging.pick({ from: true }),
      replies: ok(bodies.StudyAnswers),
    },
    'GET /studies/{study}/attestations': {
      summary: 'What each site came to, signed',
      replies: ok(bodies.StudyAttestations),
    },
    'GET /studies/{study}/result': {
      summary: 'The result that every site derives alike, in any form of a result',
      description:
        'Signet-Study says whether all sites attested it, or came to other numbers (contested). An address for a browser names its form by `form`.',
      query: z.object({
        form: z.enum(RESULT_REPRESENTATIONS.map(({ suffix }) => suffix) as [string, ...string[]]).optional(),
        figure: z.string().optional().meta({ description: 'Of SVG: the one figure' }),
        table: z.string().optional().meta({ description: 'Of CSV: the one table' }),
      }),
      replies: {
        200: { description: 'The document', content: result },
        202: { description: 'The study goes on', content: content(bodies.StudyName) },
        304: { description: 'You have it already' },
      },
    },
    'POST /studies/{study}/dry-runs': {
      summary: "Try a study on the site's own data: what would leave, and each rule's verdict; nothing leaves",
      request: { types: [JSON_TYPE], schema: bodies.StudyCohortRequest },
      replies: ok(bodies.StudyDryRun),
    },
    'POST /studies/{study}/approvals': {
      summary: 'Approve a study: freeze whom it is about, and let the site answer its rounds by itself',
      request: { types: [JSON_TYPE], schema: bodies.StudyCohortRequest },
      replies: { 201: { description: 'The signed approval', content: content(bodies.StudyDocument) } },
    },
    'POST /studies/{study}/refusals': {
      summary: 'Decline a study, or leave it, under a code that tells nothing of patients',
      request: { types: [JSON_TYPE], schema: study.refusal },
      replies: { 201: { description: 'The signed refusal', content: content(bodies.StudyDocument) } },
    },
    'GET /locks': { summary: 'Endpoints of cohorts that are closed to a partner', replies: ok(bodies.LockList) },
    'DELETE /locks/{lock}': {
      summary: 'Lift a lock; of a recall, record that what was sent is destroyed',
      replies: { 204: { description: 'Lifted' } },
    },
    'POST /cohorts/{cohort}/results/{result}/shares': {
      summary: 'Share a result: a release of it, made anew under the rules of disclosure control',
      description:
        'To a site, or as a link. A signed copy is laid into the folder of a site of this deployment; for a site of another one it stays here, and is served at each view. The receiver sees neither result nor cohort.',
      request: { types: [JSON_TYPE], schema: bodies.ShareRequest },
      replies: {
        200: { description: 'Tried: nothing has left', content: content(bodies.TriedShare) },
        201: { description: 'Given; Location names it', content: content(bodies.MadeShare) },
      },
    },
    'GET /shares': {
      summary: 'Releases that the site gave, and those it received',
      description:
        'Confirmed sites of other deployments are asked at once what they have for this one, for five seconds at most.',
      replies: ok(bodies.ShareList),
    },
    'DELETE /shares/{share}': {
      summary: 'Revoke a release: delete its copy',
      replies: ok(bodies.RevokedShare, 'Revoked; what was seen stays seen'),
    },
    'GET /shares/received/{share}': {
      summary: 'A release of another site, in its form by suffix or Accept; each view is in the log of its owner',
      replies: { 200: { description: 'The release', content: shared } },
    },
    'GET /shared/{site}/{share}': {
      summary: 'A release by its link; no token, the key opens it',
      query: z.object({ key: z.string().meta({ description: '128 random bits' }) }),
      replies: { 200: { description: 'The release', content: shared } },
    },
    'GET /exchange': {
      summary: 'Studies that a site of this deployment proposed and that name the site of another one that asks',
      description: SIGNED,
      replies: ok(bodies.ExchangeStudies),
    },
    'GET /exchange/{study}/{site}': {
      summary: "What lies in a site's own folder of a study",
      description: SIGNED,
      replies: ok(bodies.ExchangeFolder),
    },
    'GET /exchange/{study}/{site}/{name}': {
      summary: 'A document of a study, as it was signed',
      description: SIGNED,
      replies: { 200: { description: 'A compact JWS', content: content(z.string(), 'application/jose') } },
    },
    'GET /releases/{site}': {
      summary: 'Releases that a site of this deployment gave to the site of another one that asks',
      description: SIGNED,
      replies: ok(bodies.OfferedReleases),
    },
    'GET /releases/{site}/{share}': {
      summary: 'One of them, as it was signed; the view is entered in the log of its owner before',
      description: SIGNED,
      replies: { 200: { description: 'A compact JWS', content: content(z.string(), 'application/jose') } },
    },
    'GET /audit': {
      summary: "The site's audit log as JSON lines",
      description:
        'Append-only: each entry has the digest of the one before. Signet-Audit-Head names number and digest of the last entry of all, Link the next page. `npm run audit -- verify FILE` verifies the pages put together.',
      query: z.object({
        from: z.int().min(1).optional().meta({ description: 'The number of the first entry to show, from 1' }),
        limit: z.int().min(1).max(1000).optional(),
      }),
      replies: { 200: { description: 'An entry a line', content: content(z.string(), 'application/x-ndjson') } },
    },
  } as const satisfies Partial<Operations>;
}
