import path from 'node:path';

/** A file of a demo cohort: the key after the cohort's prefix, and where it lies in the tree. */
export interface DemoFile {
  readonly key: string;
  readonly path: string;
  readonly type: string;
}

/** A cohort as a site would upload it, and the questions that the demo asks of it. */
export interface DemoCohort {
  readonly name: string;
  readonly files: readonly DemoFile[];
  readonly survival: { readonly endpoint: string; readonly by: string };
  /** A scan of genes for the cohort that is sequenced. */
  readonly scan?: { readonly outcome: string; readonly adjacent: string };
}

const here = (...parts: string[]): string => path.join(import.meta.dirname, ...parts);

/** The site that the demo's cohorts belong to. */
export const DEMO_SITE = 'demo';

/** What people call it: on its card, and on what it shares. */
export const DEMO_SITE_NAME = 'Demo hospital';

export const DEMO_COHORTS: readonly DemoCohort[] = [
  {
    name: 'crlm-tcia',
    files: [
      { key: 'cohort.yaml', path: here('crlm-tcia', 'cohort.yaml'), type: 'application/yaml' },
      { key: 'clinical.csv', path: here('data', 'crlm-tcia', 'clinical.csv'), type: 'text/csv' },
    ],
    survival: { endpoint: 'os', by: 'crs' },
  },
  {
    name: 'tcga-read',
    files: [
      { key: 'cohort.yaml', path: here('tcga-read', 'cohort.yaml'), type: 'application/yaml' },
      { key: 'clinical.tsv', path: here('data', 'tcga-read', 'clinical.tsv'), type: 'text/tab-separated-values' },
      { key: 'mutations.maf.gz', path: here('data', 'tcga-read', 'mutations.maf.gz'), type: 'application/gzip' },
    ],
    survival: { endpoint: 'os', by: 'kras' },
    scan: { outcome: 'stage', adjacent: 'advanced stage' },
  },
];
