import type { Clients } from './clients.ts';
import { partition, SORT_PREFIX, sort } from './keys.ts';
import { Table } from './table.ts';
import { type Environment, setting } from './wire.ts';

/** A release that a site gave, as it keeps it: the copy itself lies with the receiver, or for a link under {@link LINK}. */
export interface GivenRelease {
  /** What it is called in addresses. */
  readonly share: string;
  /** A site, or `link`. */
  readonly receiver: string;
  readonly cohort: string;
  /** Id of the result. */
  readonly result: string;
  /** Digest of the release. */
  readonly release: string;
  readonly title: string;
  /** Until when it is shown, when it was given, when it was last seen, when it was revoked: ISO. */
  readonly until: string;
  readonly made: string;
  readonly seen?: string;
  readonly revoked?: string;
  /** How often it was seen. */
  readonly views: number;
}

/** What sites keep of the releases they gave: `RELEASE#{share}`, and `RECEIPT#{site}#{name}` of each receipt that was entered in the log. */
export class Releases {
  readonly #clients: Clients;
  readonly #name: string;

  constructor(clients: Clients, environment: Environment) {
    this.#clients = clients;
    this.#name = setting(environment, 'SIGNET_TABLE');
  }

  #table(site: string): Table {
    return new Table(this.#clients.of(site).table, this.#name);
  }

  async list(site: string): Promise<readonly GivenRelease[]> {
    const items = await this.#table(site).all({ PK: partition.studies(site), prefix: SORT_PREFIX.release });
    return items.map(({ PK: _, SK: __, ...given }) => given as unknown as GivenRelease);
  }

  async read(site: string, share: string): Promise<GivenRelease | undefined> {
    const item = await this.#table(site).get({ PK: partition.studies(site), SK: sort.release(share) });
    if (item === undefined) return undefined;
    const { PK: _, SK: __, ...given } = item;
    return given as unknown as GivenRelease;
  }

  /** Enters what was given. */
  async give(site: string, given: GivenRelease): Promise<void> {
    await this.#table(site).put({ PK: partition.studies(site), SK: sort.release(given.share), ...given });
  }

  /** Notes that it was taken back. */
  async revoke(site: string, share: string, at: string): Promise<void> {
    await this.#update(site, share, 'SET #revoked = :at', { '#revoked': 'revoked' }, { ':at': at });
  }

  /** Notes that it was seen once more. */
  async view(site: string, share: string, at: string): Promise<void> {
    const names = { '#seen': 'seen', '#views': 'views' };
    await this.#update(site, share, 'SET #seen = :at ADD #views :one', names, { ':at': at, ':one': 1 });
  }

  async #update(
    site: string,
    share: string,
    set: string,
    names: Readonly<Record<string, string>>,
    values: Readonly<Record<string, string | number>>,
  ): Promise<void> {
    const key = { PK: partition.studies(site), SK: sort.release(share) };
    await this.#table(site).update(key, set, { names, values }, 'attribute_exists(PK)');
  }

  /** Whether a receipt that another site put was entered in the log already. */
  async isEntered(site: string, from: string, name: string): Promise<boolean> {
    const key = { PK: partition.studies(site), SK: sort.receipt(from, name) };
    return (await this.#table(site).get(key)) !== undefined;
  }

  /** Up to when the site's folder was looked through for receipts, in milliseconds since 1970; 0 where it never was. */
  async lookedThrough(site: string): Promise<number> {
    const item = await this.#table(site).get({ PK: partition.studies(site), SK: sort.receipts });
    return typeof item?.['until'] === 'number' ? item['until'] : 0;
  }

  async lookThrough(site: string, until: number): Promise<void> {
    await this.#table(site).put({ PK: partition.studies(site), SK: sort.receipts, until });
  }

  /** Notes that a receipt was entered. */
  async entered(site: string, from: string, name: string): Promise<void> {
    await this.#table(site).put({ PK: partition.studies(site), SK: sort.receipt(from, name) });
  }
}
