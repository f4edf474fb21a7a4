import { type Actor, type Agent, AuditLog } from '../../lib/audit/index.ts';
import { isSignetError, SignetError } from '../../lib/base/index.ts';
import {
  admittedBy,
  type Card,
  type Codebook,
  checkProposal,
  documentDigest,
  fingerprintOf,
  type Protocol,
  proposeStudy,
  readCard,
  type SiteKeys,
  type SitePorts,
  signDocument,
  signExchangeRequest,
} from '../../lib/sharing/index.ts';
import type { Exchange } from '../../lib/sharing/ports.ts';
import {
  type Admits,
  announcementOf,
  type Clients,
  type Environment,
  JoinedExchange,
  type KnownStudy,
  MOST_NEW,
  RemoteFolder,
  type RemoteOptions,
  RemoteReleases,
  readSites,
  type Silences,
  StoredPeers,
  StoredStudies,
  type StudyRecords,
  setting,
  siteKeysIn,
  wireAudit,
} from '../../lib/store/index.ts';

/** What a site works with, before any study. */
export interface SiteAtWork {
  readonly site: string;
  readonly card: Card;
  readonly keys: SiteKeys;
  /** Cards that people confirmed, the site's own among them. */
  readonly peers: ReadonlyMap<string, Card>;
  readonly records: StudyRecords;
}

/** What a site works with in a study; its records besides what a study needs. */
export type StudyPorts = SitePorts & { readonly records: StudyRecords };

/** A confirmed site of another deployment, and what it gave. */
export interface PeerElsewhere {
  readonly card: Card;
  readonly releases: Pick<RemoteReleases, 'list' | 'get'>;
}

/** Folders that open to nobody here any more. */
const CLOSED: Exchange = { put: async () => false, list: async () => [] };

/** Studies as the sites of this deployment take part in them: the store's side and the studies' own put together. */
export class SiteStudies {
  readonly stored: StoredStudies;
  readonly #clients: Clients;
  readonly #bucket: string;
  readonly #peers: StoredPeers;
  readonly #log: AuditLog;
  readonly #now: () => number;
  readonly #keys = new Map<string, SiteKeys>();
  readonly #silences: Silences = new Map();
  readonly #looking = new Map<string, Promise<SiteAtWork>>();

  constructor(environment: Environment, clients: Clients, now: () => number = Date.now) {
    this.#clients = clients;
    this.#bucket = setting(environment, 'SIGNET_DERIVED');
    this.#peers = new StoredPeers(clients, environment);
    this.stored = new StoredStudies(clients, environment);
    this.#log = new AuditLog(wireAudit(environment, clients));
    this.#now = now;
  }

  /** A site of the deployment with its keys and confirmed peers. Throws SignetError `no-card`, `no-keys`, `other-key`. */
  at(site: string): Promise<SiteAtWork> {
    const underWay = this.#looking.get(site);
    if (underWay) return underWay; // who asks at the same time looks once
    const looking = this.#look(site).finally(() => this.#looking.delete(site));
    this.#looking.set(site, looking);
    return looking;
  }

  async #look(site: string): Promise<SiteAtWork> {
    // first: nothing is done under the name of a site that isn't one
    const jws = (await readSites(this.#clients, this.#bucket)).find(({ id }) => id === site)?.card;
    if (jws === undefined)
      throw new SignetError('no-card', 'This site has no card', {
        remedy: 'Whoever runs the deployment makes it: npm run sites -- add.',
      });
    const { card } = await readCard(site, jws);
    const confirmed = await Promise.all((await this.#peers.list(site)).map((peer) => readCard(peer.site, peer.jws)));
    const peers = new Map([...confirmed.map((peer) => [peer.site, peer.card] as const), [site, card]]);
    return { site, card, keys: await this.#keysOf(card), peers, records: this.stored.records(site) };
  }

  /** The keys in the key service that the card shows; read again where they were others. */
  async #keysOf(card: Card): Promise<SiteKeys> {
    const known = this.#keys.get(card.site);
    if (known && fingerprintOf(known) === card.fingerprint) return known;
    const keys = await siteKeysIn(this.#clients.of(card.site).keys, card.site);
    if (fingerprintOf(keys) !== card.fingerprint)
      throw new SignetError('other-key', "The site's card shows other keys than it has", {
        remedy: 'Whoever runs the deployment offers a newer card: npm run sites -- add.',
      });
    this.#keys.set(card.site, keys);
    return keys;
  }

  /** Studies that the site is named in, with those that others announced since it last looked. */
  async known(site: string): Promise<readonly KnownStudy[]> {
    const at = await this.at(site);
    await this.stored.learn(site, admitsTo(at), (owner) => at.peers.get(owner)?.fingerprint);
    const known = await at.records.known();
    const isKnown = new Set(known.map(({ study }) => study));
    const learnt = await Promise.all(remotesOf(at).map((peer) => this.#learnFrom(peer, at, isKnown)));
    return [...known, ...learnt.flat()];
  }

  /** Enters what a site of another deployment announces. */
  async #learnFrom(peer: Card, at: SiteAtWork, isKnown: ReadonlySet<string>): Promise<KnownStudy[]> {
    const folder = this.#folderOf(peer, at);
    const learnt: KnownStudy[] = [];
    const unknown = (await folder.announced()).filter((study) => !isKnown.has(study));
    for (const study of unknown.slice(0, MOST_NEW)) {
      const jws = await folder.protocol(study);
      if (jws === undefined) continue;
      const entered = await this.stored.admit(at.site, { proposer: peer.site, jws }, admitsTo(at));
      if (entered !== undefined) learnt.push({ study: entered, proposer: peer.site });
    }
    return learnt;
  }

  #folderOf(peer: Card, at: SiteAtWork): RemoteFolder {
    return new RemoteFolder({ ...this.#remote(peer, at), recent: this.stored.recent }, this.#silences);
  }

  #remote(peer: Card, { site, keys }: SiteAtWork): RemoteOptions {
    const sign = (path: string) => signExchangeRequest({ from: site, to: peer.site, path }, keys, this.#now());
    return { from: site, site: peer.site, address: peer.address!, sign, now: this.#now };
  }

  /** Confirmed sites of other deployments, and what each gave to the site. */
  elsewhere(at: SiteAtWork): readonly PeerElsewhere[] {
    return remotesOf(at).map((card) => ({
      card,
      releases: new RemoteReleases(this.#remote(card, at), this.#silences),
    }));
  }

  /**
   * What the site works with in a study, and in whose name its log tells of it. Throws SignetError `unknown-study` unless its signed protocol names the site.
   */
  async ports(site: string, study: string, who: Actor | Agent = { site, agent: 'worker' }): Promise<StudyPorts> {
    return this.#portsOf(await this.at(site), study, who);
  }

  async #portsOf(at: SiteAtWork, study: string, who: Actor | Agent): Promise<StudyPorts> {
    return this.#portsOn(await this.#exchangeOf(at, study), at, who);
  }

  /** The folders of a study, wherever they lie; of one whose keys are others by now than its protocol names, none: what this site kept of it stays readable. */
  async #exchangeOf(at: SiteAtWork, study: string): Promise<Exchange> {
    try {
      const { exchange, sites } = await this.stored.open(at.site, study, at.records, admitsTo(at));
      const elsewhere = remotesOf(at).filter((peer) => sites.includes(peer.site));
      return new JoinedExchange(
        exchange,
        elsewhere.map((peer) => this.#folderOf(peer, at)),
      );
    } catch (error) {
      if (isSignetError(error, 'unknown-study') && (await at.records.kept(study)).length > 0) return CLOSED;
      throw error;
    }
  }

  #portsOn(exchange: Exchange, { site, card, keys, peers, records }: SiteAtWork, who: Actor | Agent): StudyPorts {
    return {
      exchange,
      clock: { now: this.#now },
      records,
      keys,
      card,
      peers: (other) => peers.get(other),
      auditHead: async (entry) => (await (entry ? this.#log.record(who, entry) : this.#log.head(site))).digest,
    };
  }

  /**
   * What the site works with in whichever of its studies: folders open as they are asked for, and of what is no study that it is named in there are no documents.
   */
  async across(site: string, who: Actor | Agent): Promise<StudyPorts> {
    const at = await this.at(site);
    const opened = new Map<string, Promise<Exchange>>();
    const openedOf = (study: string): Promise<Exchange> => {
      const exchange = opened.get(study) ?? this.#exchangeOf(at, study);
      opened.set(study, exchange);
      return exchange;
    };
    const exchange: Exchange = {
      put: async (study, file) => (await openedOf(study)).put(study, file),
      list: async (study) => {
        try {
          return await (await openedOf(study)).list(study);
        } catch (error) {
          if (isSignetError(error, 'unknown-study')) return [];
          throw error;
        }
      },
    };
    return this.#portsOn(exchange, at, who);
  }

  /**
   * Proposes a study, and announces it to the other sites that it names. Asked again after an interruption, it puts the same bytes. Throws SignetError `invalid-protocol`,
   * `not-named` where the protocol doesn't name its proposer by her present keys.
   */
  async propose(who: Actor | Agent, protocol: Protocol, codebook: Codebook): Promise<string> {
    const { site } = who;
    checkProposal(protocol, codebook);
    const at = await this.at(site);
    const study = documentDigest(protocol);
    const signed = await signDocument(protocol, at.keys);
    if ((await this.stored.admit(site, { proposer: site, jws: signed }, admitsTo(at))) !== study)
      throw new SignetError(
        'not-named',
        'The protocol does not name this site, its proposer, by the fingerprint of its keys',
        {
          place: { pointer: '/sites' },
        },
      );
    const ports = await this.#portsOf(at, study, who);
    await proposeStudy(protocol, codebook, ports);
    const own = (await ports.records.kept(study)).find((file) => file.site === site && file.name === 'protocol.json');
    for (const { site: receiver } of protocol.sites)
      if (receiver !== site)
        await this.stored.shares.put({ receiver, owner: site, name: announcementOf(study) }, own?.jws ?? signed);
    return study;
  }
}

/** How a site's store is told whom a protocol names. */
export function admitsTo({ card, peers }: Pick<SiteAtWork, 'card' | 'peers'>): Admits {
  return async (proposer, jws) => {
    const of = peers.get(proposer);
    return of && (await admittedBy(jws, of, card));
  };
}

/** Confirmed sites of other deployments. */
function remotesOf({ card, peers }: SiteAtWork): Card[] {
  return [...peers.values()].filter((peer) => isApart(peer, card));
}

/** Whether a site is of another deployment, and where it can be asked. Plain HTTP is for deployments on one machine, which say so of themselves. */
export function isApart({ address }: Pick<Card, 'address'>, own: Pick<Card, 'address'>): boolean {
  const isHttp = (of: string | null): boolean => of?.startsWith('http://') ?? false;
  if (address === null || address === own.address) return false;
  return address.startsWith('https://') || (isHttp(address) && isHttp(own.address));
}
