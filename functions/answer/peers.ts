import { checked } from '../../lib/answer/index.ts';
import type { Audit } from '../../lib/audit/index.ts';
import { type ApiRequest, json, notFound, PeerRequest, type Reply } from '../../lib/http/index.ts';
import type { Peer } from '../../lib/sharing/index.ts';
import type { Site, StoredPeers } from '../../lib/store/index.ts';

/** What confirmed and offered cards are read from. */
export interface PeerPorts {
  readonly peers: StoredPeers;
  /** The deployment's sites, some with the card that they offer. */
  sites(): Promise<readonly Site[]>;
  now(): number;
}

function shown({ card, digest }: Peer, confirmed: string | undefined): object {
  const { site, name, address, fingerprint, sequence, thresholds, methods } = card;
  const state = confirmed === undefined ? { confirmed: false } : { confirmed: true, at: confirmed };
  return { site, name, address, fingerprint, sequence, digest, thresholds, methods, ...state };
}

/**
 * `GET /peers`: cards that were confirmed, and those that sites of this deployment offer, the own one among them: its fingerprint is what people read out. A
 * confirmed site that offers a card of other keys stands there twice, until that is confirmed too.
 */
export async function listPeers({ site }: ApiRequest, ports: PeerPorts): Promise<Reply> {
  const { readCard } = await import('../../lib/sharing/index.ts');
  const confirmed = await ports.peers.list(site);
  const known = await Promise.all(
    confirmed.map(async ({ site: of, jws, at }) => ({ peer: await readCard(of, jws), at })),
  );
  const offered = (await ports.sites()).flatMap(({ id, card }) => (card ? [{ id, card }] : []));
  const offers = await Promise.all(offered.map(({ id, card }) => readCard(id, card)));
  const isConfirmed = (offer: Peer): boolean =>
    known.some(({ peer }) => peer.site === offer.site && peer.card.fingerprint === offer.card.fingerprint);
  return json(200, {
    site,
    peers: [
      ...known.map(({ peer, at }) => shown(peer, at)),
      ...offers.filter((offer) => !isConfirmed(offer)).map((offer) => shown(offer, undefined)),
    ],
  });
}

/** `PUT /peers/{site}`: confirms a card by the fingerprint that was compared by telephone; without a card, the one that the site offers here. */
export async function confirmPeer(request: ApiRequest, ports: PeerPorts, audit: Audit): Promise<Reply> {
  const { readCard, confirmCard } = await import('../../lib/sharing/index.ts');
  const of = request.parameter('site');
  const { fingerprint, card } = checked(PeerRequest, request.json());
  const jws = card ?? (await ports.sites()).find(({ id }) => id === of)?.card;
  if (jws === undefined) throw notFound('card');
  const before = await ports.peers.read(request.site, of);
  const peer = confirmCard(await readCard(of, jws), fingerprint, before && (await readCard(of, before.jws)));
  await audit.record(request, { what: 'peer.confirmed', object: peer.digest, decisions: { peer: of } });
  const at = new Date(ports.now()).toISOString();
  await ports.peers.put(request.site, { site: of, jws, at });
  return json(200, shown(peer, at));
}
