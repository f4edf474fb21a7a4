import type { Definitions } from './definition.ts';
import type { CohortName, IngestPorts } from './ports.ts';
import { reconcile } from './reconcile.ts';
import { sweep } from './sweep.ts';

/** What a pass over a site found. */
export interface Maintenance {
  readonly cohorts: number;
  readonly hints: number;
  readonly publications: number;
  readonly swept: number;
  readonly marked: number;
}

/** What mends lost events and takes away what nobody names. */
export class Maintainer {
  readonly #ports: IngestPorts;
  readonly #definitions: Definitions;

  constructor(ports: IngestPorts, definitions: Definitions) {
    this.#ports = ports;
    this.#definitions = definitions;
  }

  /** Whether there is such a cohort: in the table, or only in the bucket yet. */
  async knows({ site, cohort }: CohortName): Promise<boolean> {
    if ((await this.#ports.heads.cohorts(site)).includes(cohort)) return true;
    return (await this.#ports.objects.cohorts(site)).includes(cohort);
  }

  /** Reconciles one cohort. */
  reconcile(cohort: CohortName): Promise<{ readonly hints: number; readonly published: boolean }> {
    return reconcile(cohort, this.#ports, this.#definitions);
  }

  /** Reconciles and sweeps all cohorts of a site: those that the table knows, and those that the bucket has. */
  async maintain(site: string): Promise<Maintenance> {
    const names = new Set([...(await this.#ports.heads.cohorts(site)), ...(await this.#ports.objects.cohorts(site))]);
    const total = { cohorts: names.size, hints: 0, publications: 0, swept: 0, marked: 0 };
    for (const cohort of names) {
      const { hints, published } = await this.reconcile({ site, cohort });
      const { attempts, documents } = await sweep({ site, cohort }, this.#ports);
      total.hints += hints;
      total.publications += published ? 1 : 0;
      total.swept += attempts;
      total.marked += documents;
    }
    return total;
  }
}
