import { SignetError } from '../base/index.ts';
import type { Clients } from './clients.ts';
import { BucketExchange } from './exchange.ts';
import { isStudy } from './keys.ts';
import { Recent } from './recent.ts';
import { type ReceivedShare, Shares } from './shares.ts';
import { StudyObjects } from './study-objects.ts';
import { StudyRecords } from './study-records.ts';
import { Table } from './table.ts';
import { type Environment, setting } from './wire.ts';

/** A study, and the sites that its protocol names. */
interface Admission {
  readonly study: string;
  readonly sites: readonly string[];
}

/** Holds a protocol against the site that would enter its study: whether the proposer signed it and names the site; undefined where not. */
export type Admits = (proposer: string, jws: string) => Promise<Admission | undefined>;

/** The folders of a study as the deployment has them, and the sites that take part. */
export interface OpenStudy {
  readonly exchange: BucketExchange;
  readonly sites: readonly string[];
}

const ANNOUNCED = /^protocol-([0-9a-f]{64})\.json$/;
const RECENT_CHARACTERS = 32_000_000;

/** Announcements of one site that are looked at in a call; there is another. */
export const MOST_NEW = 20;
const MOST_REFUSED = 10_000;
const MOST_PROTOCOL_BYTES = 1_000_000;

/** What a study is announced by, in the folder of shares of each site it names. */
export function announcementOf(study: string): string {
  return `protocol-${study}.json`;
}

/** Whether a copy of this name announces a study. */
export function isAnnouncement(name: string): boolean {
  return ANNOUNCED.test(name);
}

/** Studies of the sites of a deployment: who takes part in which, and their folders, which open to none that the signed protocol doesn't name. */
export class StoredStudies {
  readonly shares: Shares;
  /** Documents that were read lately, each under whoever read it. */
  readonly recent = new Recent(RECENT_CHARACTERS);
  readonly #clients: Clients;
  readonly #tableName: string;
  readonly #bucket: string;
  readonly #keptLately = new Recent(RECENT_CHARACTERS);
  readonly #refused = new Set<string>();

  constructor(clients: Clients, environment: Environment) {
    this.#clients = clients;
    this.#tableName = setting(environment, 'SIGNET_TABLE');
    this.#bucket = setting(environment, 'SIGNET_DERIVED');
    this.shares = new Shares(clients, this.#bucket);
  }

  /** What a site keeps of its studies. */
  records(site: string): StudyRecords {
    const { table, objects } = this.#clients.of(site);
    const kept = new StudyObjects(objects, this.#bucket, site, this.#keptLately);
    return new StudyRecords(site, new Table(table, this.#tableName), kept);
  }

  /** Enters a study by its signed protocol; undefined where the protocol doesn't name the site. */
  async admit(site: string, { proposer, jws }: Protocol, admits: Admits): Promise<string | undefined> {
    const study = (await admits(proposer, jws))?.study;
    if (study === undefined) return undefined;
    const records = this.records(site);
    await records.keep(study, { site: proposer, name: 'protocol.json', jws });
    await records.know({ study, proposer });
    return study;
  }

  /**
   * Enters the studies that others announced to a site and it doesn't know yet. `confirmed` says by which fingerprint the site knows an owner: what somebody announced whom it
   * doesn't know is left until it does, and what was refused is read once. Of one owner some are looked at in a call, the
   * newest first.
   */
  async learn(site: string, admits: Admits, confirmed: (owner: string) => string | undefined): Promise<void> {
    const known = new Set((await this.records(site).known()).map(({ study }) => study));
    const unknown: (ReceivedShare & { readonly study: string; readonly announcement: string })[] = [];
    for await (const page of this.shares.list(site))
      for (const share of page) {
        const study = ANNOUNCED.exec(share.name)?.[1];
        const fingerprint = confirmed(share.owner);
        if (study === undefined || fingerprint === undefined || known.has(study)) continue;
        const announcement = `${site} ${share.owner} ${fingerprint} ${study} ${share.etag}`;
        if (!this.#refused.has(announcement) && share.bytes <= MOST_PROTOCOL_BYTES)
          unknown.push({ ...share, study, announcement });
      }
    const looked = new Map<string, number>();
    for (const { study, announcement, ...share } of unknown.sort((a, b) => b.modified - a.modified)) {
      const before = looked.get(share.owner) ?? 0;
      if (before === MOST_NEW) continue;
      looked.set(share.owner, before + 1);
      const jws = (await this.shares.get(share)) ?? '';
      if ((await this.admit(site, { proposer: share.owner, jws }, admits)) !== study) this.#refuse(announcement);
    }
  }

  #refuse(announcement: string): void {
    if (this.#refused.size === MOST_REFUSED) this.#refused.clear();
    this.#refused.add(announcement);
  }

  /** The folders of a study, for a site that its protocol names: asked of the signature each time, since an item opens nothing. Throws SignetError `unknown-study`. */
  async open(site: string, study: string, records: StudyRecords, admits: Admits): Promise<OpenStudy> {
    const protocol = isStudy(study) ? await records.protocol(study) : undefined;
    const admission = protocol && (await admits(protocol.proposer, protocol.jws));
    if (admission?.study !== study)
      throw new SignetError('unknown-study', 'There is no study of this digest here', {
        remedy: 'Confirm the proposer, and look again once its documents have come.',
      });
    const objects = this.#clients.inStudy(site, study);
    const exchange = new BucketExchange({ objects, bucket: this.#bucket, site, recent: this.recent });
    return { exchange, sites: admission.sites };
  }
}

interface Protocol {
  readonly proposer: string;
  readonly jws: string;
}
