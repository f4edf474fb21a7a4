import type { CohortName, References } from '../ingest/ports.ts';
import type { Clients } from './clients.ts';
import { partition, SORT_PREFIX } from './keys.ts';
import { Table } from './table.ts';

const NAMING = ['definition', 'revision', 'frame'] as const;

/** What the cohort's results name: the attributes `definition`, `revision` and `frame` of their items. */
export class ResultReferences implements References {
  readonly #clients: Clients;
  readonly #name: string;

  constructor(clients: Clients, table: string) {
    this.#clients = clients;
    this.#name = table;
  }

  async named(cohort: CohortName): Promise<ReadonlySet<string>> {
    const table = new Table(this.#clients.of(cohort.site).table, this.#name);
    const named = new Set<string>();
    const range = { PK: partition.cohort(cohort), prefix: SORT_PREFIX.result, attributes: NAMING };
    for await (const page of table.pages(range))
      for (const item of page)
        for (const name of NAMING) {
          const digest = item[name];
          if (typeof digest === 'string') named.add(digest);
        }
    return named;
  }
}
