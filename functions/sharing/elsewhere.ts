import { isSignetError, SignetError } from '../../lib/base/index.ts';
import type { Card } from '../../lib/sharing/index.ts';
import type { Ended, OfferedRelease, Unheard } from '../../lib/store/index.ts';
import type { PeerElsewhere, SiteAtWork } from './site-studies.ts';

/** What is needed to ask other deployments. */
export interface ElsewherePorts {
  at(site: string): Promise<SiteAtWork>;
  /** The site's confirmed peers of other deployments. */
  elsewhere(at: SiteAtWork): readonly PeerElsewhere[];
}

/** What sites elsewhere have for a site, and which of them couldn't be asked. */
export interface ReceivedElsewhere {
  readonly received: readonly (OfferedRelease & { readonly owner: string })[];
  readonly unreachable: readonly { readonly site: string; readonly why: Unheard }[];
}

/** Asks all of them at once. A site that can't sign, for want of a card or its keys, asks nobody. */
export async function receivedElsewhere(site: string, ports: ElsewherePorts): Promise<ReceivedElsewhere> {
  const peers = await peersOf(site, ports);
  const heard = await Promise.all(
    peers.map(async (peer) => ({ owner: peer.card.site, said: await peer.releases.list() })),
  );
  return {
    received: heard.flatMap(({ owner, said }) =>
      'offered' in said ? said.offered.map((each) => ({ ...each, owner })) : [],
    ),
    unreachable: heard.flatMap(({ owner, said }) => ('unheard' in said ? [{ site: owner, why: said.unheard }] : [])),
  };
}

async function peersOf(site: string, ports: ElsewherePorts): Promise<readonly PeerElsewhere[]> {
  try {
    return ports.elsewhere(await ports.at(site));
  } catch (error) {
    if (isSignetError(error)) return [];
    throw error;
  }
}

/**
 * A release of a site of another deployment, as its owner signed it; undefined where none lists it. It is asked for of who lists it alone: what one site gave, no
 * other is told of. Throws SignetError `peer-unreachable` where a site that may have it doesn't answer; `share-expired`, `withdrawn` as its owner says.
 */
export async function fetchedElsewhere(
  share: string,
  peers: readonly PeerElsewhere[],
): Promise<{ readonly owner: string; readonly jws: string; readonly card: Card } | undefined> {
  const peer = await listedBy(share, peers);
  if (peer === undefined) return undefined;
  const { card } = peer;
  const said = await peer.releases.get(share);
  if ('jws' in said) return { owner: card.site, jws: said.jws, card };
  if (said.ended) throw new SignetError(said.ended, ENDED[said.ended], { remedy: 'Ask its owner to share it again.' });
  if (said.unheard === 'silent') throw unreachable([card.site]);
  return undefined;
}

const ENDED: Readonly<Record<Ended, string>> = {
  'share-expired': 'This was shared until a time that is over',
  withdrawn: 'The result was withdrawn since: its owner took a patient of it out',
};

/** The first that lists it; whoever doesn't answer is waited for only while nobody does. */
async function listedBy(share: string, peers: readonly PeerElsewhere[]): Promise<PeerElsewhere | undefined> {
  const looks = peers.map(async (peer) => ({ peer, said: await peer.releases.list() }));
  const finds = looks.map(async (look) => {
    const { peer, said } = await look;
    if ('offered' in said && said.offered.some((each) => each.share === share)) return peer;
    throw new Error('not listed');
  });
  try {
    return await Promise.any(finds);
  } catch {
    const silent = (await Promise.all(looks)).filter(({ said }) => 'unheard' in said && said.unheard === 'silent');
    if (silent.length > 0) throw unreachable(silent.map(({ peer }) => peer.card.site));
    return undefined;
  }
}

function unreachable(sites: readonly string[]): SignetError {
  return new SignetError('peer-unreachable', `No such release is here, and ${sites.join(', ')} did not answer`, {
    remedy: 'Ask again in a minute; if it stays so, tell the steward there.',
  });
}
