import { SignetError } from '../base/index.ts';
import type { Clients } from './clients.ts';
import { BucketExchange } from './exchange.ts';
import { isStudy } from './keys.ts';
import { Recent } from './recent.ts';
import { Shares } from './shares.ts';
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

  constructor(clients: Clients, environment: Environment) {
    this.#clients = clients;
    this.#tableName = setting(environment, 'SIGNET_TABLE');
    this.#bucket = setting(environment, 'SIGNET_DERIVED');
    this.shares = new Shares(clients, this.#bucket);
  }

  /** What a site keeps of its studies. */
  records(site: string): StudyRecords {
    const { table, objects } = this.#clients.of(site);
    return new StudyRecords(site, new Table(table, this.#tableName), new StudyObjects(objects, this.#bucket, site));
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
   * Enters the studies that others announced to a site and it doesn't know yet; answers those, and who announced one that couldn't be entered: a card that isn't confirmed,
   * or a protocol that doesn't name the site.
   */
  async learn(site: string, admits: Admits): Promise<{ readonly studies: string[]; readonly refused: string[] }> {
    const known = new Set((await this.records(site).known()).map(({ study }) => study));
    const studies: string[] = [];
    const refused = new Set<string>();
    for await (const page of this.shares.list(site))
      for (const share of page) {
        const study = ANNOUNCED.exec(share.name)?.[1];
        if (study === undefined || known.has(study)) continue;
        const jws = (await this.shares.get(share)) ?? '';
        const entered = await this.admit(site, { proposer: share.owner, jws }, admits);
        if (entered === study) studies.push(study);
        else refused.add(share.owner);
      }
    return { studies, refused: [...refused].sort() };
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
