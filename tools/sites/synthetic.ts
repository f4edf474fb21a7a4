import { syntheticCohort } from '../../demo/crlm-synthetic/cohort.ts';
import { frameOfTables } from '../../demo/crlm-synthetic/frame.ts';
import type { SiteTables } from '../../demo/crlm-synthetic/tables.ts';
import type { Codebook, SiteCohort } from '../../lib/sharing/index.ts';

/** A site of the demo: its name, and which of the synthetic patients are hers. */
export interface SyntheticSite {
  readonly site: string;
  readonly name: string;
  readonly seed: number;
  readonly patients: number;
}

/** The three hospitals of the demo, the proposer first: SYNTHETIC patients, nobody known to two of them. */
export const SYNTHETIC_SITES: readonly SyntheticSite[] = [
  { site: 'north', name: 'Hospital north', seed: 11, patients: 120 },
  { site: 'centre', name: 'Hospital centre', seed: 12, patients: 96 },
  { site: 'south', name: 'Hospital south', seed: 13, patients: 70 },
];

/** What the demo's study calls things, as every site's definition derives them. */
export const SYNTHETIC_CODEBOOK: Codebook = {
  type: 'codebook/1',
  variables: {
    ras: { type: 'boolean' },
    right: { type: 'boolean' },
    age: { type: 'number', unit: 'years', range: [18, 100], centre: 60 },
    sex: { type: 'category', levels: ['F', 'M'] },
    ecog: { type: 'category', levels: ['0', '1', '2', '3', '4'] },
    tbs: { type: 'number', range: [0, 60], centre: 8 },
    converted: { type: 'boolean' },
  },
  endpoints: {
    os: { origin: 'start of systemic therapy', unit: 'months', event: 'death' },
    progression: { origin: 'start of systemic therapy', unit: 'months', event: 'progression, death competing' },
  },
};

/** A site's own tables: the eligible patients alone, without a fault (`--clean`). */
export function syntheticTables({ seed, patients }: Pick<SyntheticSite, 'seed' | 'patients'>): SiteTables {
  return syntheticCohort({ seed, patients, clean: true }).tables;
}

/** The cohort of such tables in memory; numbers of rows stand for opaque keys. */
export function cohortOfTables({ site }: Pick<SyntheticSite, 'site'>, tables: SiteTables): SiteCohort {
  const frame = frameOfTables(tables);
  return { name: 'crlm', frame, keys: Array.from({ length: frame.rows }, (_, row) => `${site} ${row}`) };
}
