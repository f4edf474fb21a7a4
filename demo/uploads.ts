import { readFile } from 'node:fs/promises';
import type { DemoCohort } from './cohorts.ts';
import { syntheticCohort } from './crlm-synthetic/cohort.ts';
import { filesOf } from './crlm-synthetic/files.ts';
import { conversionStudy } from './crlm-synthetic/frame.ts';
import type { SiteTables } from './crlm-synthetic/tables.ts';

/** A file as it is put: its key after the cohort's prefix. */
export interface DemoUpload {
  readonly key: string;
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** A cohort's files as a site would upload them. */
export interface DemoUploads {
  readonly name: string;
  readonly files: readonly DemoUpload[];
}

/** The files of a demo cohort that lie in the tree. */
export async function uploadsOf({ name, files }: DemoCohort): Promise<DemoUploads> {
  const read = files.map(async ({ key, path, type }) => ({ key, type, body: await readFile(path) }));
  return { name, files: await Promise.all(read) };
}

/** The cohort that `npm start` shows: always the same. */
const SEED = 1;

const TYPES: Readonly<Record<string, string>> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv',
  json: 'application/json',
};

/** Tables of the synthetic conversion cohort as the raw files of a site, and the definition that reads them. */
export async function siteUploads(name: string, tables: SiteTables): Promise<DemoUploads> {
  const files = Object.entries(await filesOf(tables)).map(([key, body]) => ({
    key,
    type: TYPES[key.slice(key.lastIndexOf('.') + 1)] ?? 'text/tab-separated-values',
    body,
  }));
  const definition = { key: 'cohort.yaml', type: 'application/yaml', body: conversionStudy() };
  return { name, files: [definition, ...files] };
}

/** The synthetic conversion cohort that `npm start` shows, drawn anew. */
export function syntheticUploads(): Promise<DemoUploads> {
  return siteUploads('crlm-synthetic', syntheticCohort({ seed: SEED, patients: 286, clean: false }).tables);
}
