import { type Actor, type Agent, AuditLog } from '../../lib/audit/index.ts';
import { SignetError } from '../../lib/base/index.ts';
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
} from '../../lib/sharing/index.ts';
import {
  announcementOf,
  type Clients,
  type Environment,
  type KnownStudy,
  readSites,
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

/** Studies as the sites of this deployment take part in them: the store's side and the studies' own put together. */
export class SiteStudies {
  readonly stored: StoredStudies;
  readonly #clients: Clients;
  readonly #bucket: string;
  readonly #peers: StoredPeers;
  readonly #log: AuditLog;
  readonly #now: () => number;
  readonly #keys = new Map<string, SiteKeys>();

  constructor(environment: Environment, clients: Clients, now: () => number = Date.now) {
    this.#clients = clients;
    this.#bucket = setting(environment, 'SIGNET_DERIVED');
    this.#peers = new StoredPeers(clients, environment);
    this.stored = new StoredStudies(clients, environment);
    this.#log = new AuditLog(wireAudit(environment, clients));
    this.#now = now;
  }

  /** A site of the deployment with its keys and confirmed peers. Throws SignetError `no-card`, `no-keys`, `other-key`. */
  async at(site: string): Promise<SiteAtWork> {
    const [sites, stored] = await Promise.all([readSites(this.#clients, this.#bucket), this.#peers.list(site)]);
    const jws = sites.find(({ id }) => id === site)?.card;
    if (jws === undefined)
      throw new SignetError('no-card', 'This site has no card', {
        remedy: 'Whoever runs the deployment makes it: npm run sites -- add.',
      });
    const { card } = await readCard(site, jws);
    const confirmed = await Promise.all(stored.map((peer) => readCard(peer.site, peer.jws)));
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
    await this.stored.learn(site, admitsTo(at));
    return at.records.known();
  }

  /**
   * What the site works with in a study, and in whose name its log tells of it. Throws SignetError `unknown-study` unless its signed protocol names the site.
   */
  async ports(site: string, study: string, who: Actor | Agent = { site, agent: 'worker' }): Promise<StudyPorts> {
    return this.#portsOf(await this.at(site), study, who);
  }

  async #portsOf(at: SiteAtWork, study: string, who: Actor | Agent): Promise<StudyPorts> {
    const { site, card, keys, peers, records } = at;
    return {
      exchange: await this.stored.exchange(site, study, records, admitsTo(at)),
      clock: { now: this.#now },
      records,
      keys,
      card,
      peers: (other) => peers.get(other),
      auditHead: async (entry) => (await (entry ? this.#log.record(who, entry) : this.#log.head(site))).digest,
    };
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
function admitsTo({ card, peers }: SiteAtWork) {
  return async (proposer: string, jws: string): Promise<string | undefined> => {
    const of = peers.get(proposer);
    return of && (await admittedBy(jws, of, card));
  };
}
