import type { CohortName } from '../ingest/ports.ts';
import type { Clients } from './clients.ts';
import { partition, SORT_PREFIX, sort } from './keys.ts';
import { Table } from './table.ts';
import { type Environment, setting } from './wire.ts';

/** A confirmed card, as it is kept: the very text that was signed. */
export interface StoredPeer {
  readonly site: string;
  readonly jws: string;
  readonly at: string;
}

/** Cards of other sites that a site's stewards confirmed: `PEER#{site}` in the site's own partition. */
export class StoredPeers {
  readonly #clients: Clients;
  readonly #name: string;

  constructor(clients: Clients, environment: Environment) {
    this.#clients = clients;
    this.#name = setting(environment, 'SIGNET_TABLE');
  }

  #table(site: CohortName['site']): Table {
    return new Table(this.#clients.of(site).table, this.#name);
  }

  async list(site: string): Promise<readonly StoredPeer[]> {
    const items = await this.#table(site).all({ PK: partition.studies(site), prefix: SORT_PREFIX.peer });
    return items.map(({ PK: _, SK: __, ...peer }) => peer as unknown as StoredPeer);
  }

  async read(site: string, peer: string): Promise<StoredPeer | undefined> {
    const item = await this.#table(site).get({ PK: partition.studies(site), SK: sort.peer(peer) });
    return item && (item as unknown as StoredPeer);
  }

  /** Replaces what was confirmed of that site before. */
  async put(site: string, peer: StoredPeer): Promise<void> {
    await this.#table(site).put({ PK: partition.studies(site), SK: sort.peer(peer.site), ...peer });
  }
}
