import type { CohortName, Current, Head, Heads, InForce, Looked, Pointers, SourceName } from '../ingest/ports.ts';
import type { Clients } from './clients.ts';
import { partition, SORT_PREFIX, sort } from './keys.ts';
import { type Condition, type Item, type ItemValue, Table } from './table.ts';

/** That nobody flipped the item since its counter was read. */
function unmoved(n: number | undefined): Condition {
  return n === undefined
    ? { expression: 'attribute_not_exists(PK)' }
    : { expression: '#n = :n', names: { '#n': 'n' }, values: { ':n': n } };
}

/** The protocol's own items are plain data of our own writing: what was put comes back. */
function headOf(item: Item): Head {
  const { key, n, looked, inForce, aid, at } = item as unknown as Head;
  return {
    key,
    n,
    looked: { ...(looked as Looked) },
    ...(inForce && { inForce: { ...(inForce as InForce) } }),
    ...(aid && { aid }),
    at,
  };
}

/** Heads of sources: `SOURCE#{key}` in the cohort's partition. */
export class SourceHeads implements Heads {
  readonly #clients: Clients;
  readonly #name: string;

  constructor(clients: Clients, table: string) {
    this.#clients = clients;
    this.#name = table;
  }

  #table(site: string): Table {
    return new Table(this.#clients.of(site).table, this.#name);
  }

  async read(source: SourceName): Promise<Head | undefined> {
    const item = await this.#table(source.site).get({ PK: partition.cohort(source), SK: sort.source(source.key) });
    return item && headOf(item);
  }

  async all(cohort: CohortName): Promise<readonly Head[]> {
    const items = await this.#table(cohort.site).all({ PK: partition.cohort(cohort), prefix: SORT_PREFIX.source });
    return items.map(headOf);
  }

  async flip(source: SourceName, n: number | undefined, head: Head): Promise<boolean> {
    const item = { PK: partition.cohort(source), SK: sort.source(source.key), ...(head as unknown as Item) };
    return this.#table(source.site).put(item, unmoved(n));
  }

  async addCohort({ site, cohort }: CohortName): Promise<void> {
    await this.#table(site).put({ PK: partition.cohorts(site), SK: sort.cohort(cohort), cohort });
  }

  async cohorts(site: string): Promise<readonly string[]> {
    const items = await this.#table(site).all({ PK: partition.cohorts(site), prefix: SORT_PREFIX.cohort });
    return items.map(({ SK }) => String(SK).slice(SORT_PREFIX.cohort.length));
  }
}

/** Pointers of cohorts: `CURRENT`. */
export class CohortPointers implements Pointers {
  readonly #clients: Clients;
  readonly #name: string;

  constructor(clients: Clients, table: string) {
    this.#clients = clients;
    this.#name = table;
  }

  async read(cohort: CohortName): Promise<Current | undefined> {
    const table = new Table(this.#clients.of(cohort.site).table, this.#name);
    const item = await table.get({ PK: partition.cohort(cohort), SK: sort.current });
    if (!item) return undefined;
    const { PK: _, SK: __, ...current } = item;
    return current as unknown as Current;
  }

  async flip(cohort: CohortName, n: number | undefined, current: Current): Promise<boolean> {
    const table = new Table(this.#clients.of(cohort.site).table, this.#name);
    const item = { ...(current as unknown as Readonly<Record<string, ItemValue>>) };
    return table.put({ PK: partition.cohort(cohort), SK: sort.current, ...item }, unmoved(n));
  }
}
