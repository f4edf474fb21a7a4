import { SignetError } from '../base/index.ts';
import type { CohortName, SourceName } from '../ingest/ports.ts';

const NAME = /^[a-z0-9][a-z0-9-]{0,40}$/;
const SOURCE = /^sites\/([^/]*)\/cohorts\/([^/]*)\/(.*)$/su;
const LONGEST_KEY = 1024;

/** Control characters, and marks that turn the direction of text: a name that holds one doesn't look like what it is. */
const UNPRINTABLE = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u2028\u2029]/u;

/** Whether this can be the name of a site or a cohort. */
export function isName(name: string): boolean {
  return NAME.test(name);
}

function refused(why: string): SignetError {
  return new SignetError('refused-key', `the object's key ${why}`, { remedy: 'Give the file another name.' });
}

/** A part that a browser, a shell or a proxy could take for a step in the tree. */
function isStep(part: string): boolean {
  const decoded = part.replace(/%([0-9a-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return decoded === '.' || decoded === '..' || /[/\\]/.test(decoded) || UNPRINTABLE.test(decoded);
}

/** Refuses what can't be a source's key after its cohort's prefix. */
function checkSourceKey(key: string): void {
  if (key === '') throw refused('names no file');
  if (!key.isWellFormed()) throw refused('is not well-formed text');
  if (UNPRINTABLE.test(key)) throw refused('holds a character that cannot be seen');
  for (const part of key.split('/')) {
    if (part === '') throw refused('has an empty part');
    if (isStep(part)) throw refused('has a part that is a step in a tree');
  }
}

/**
 * Turns an object's key, already decoded, into the source it is, or refuses it (SignetError `refused-key`).
 * Nothing else parses keys of the bucket of sources.
 */
export function sourceOf(objectKey: string): SourceName {
  if (Buffer.byteLength(objectKey) > LONGEST_KEY) throw refused(`is longer than ${LONGEST_KEY} bytes`);
  const [, site, cohort, key] = SOURCE.exec(objectKey) ?? [];
  if (site === undefined || cohort === undefined || key === undefined)
    throw refused('lies outside sites/{site}/cohorts/{cohort}/');
  if (!isName(site)) throw refused('names no site');
  if (!isName(cohort)) throw refused('names no cohort');
  checkSourceKey(key);
  return { site, cohort, key };
}

/** Where a site's cohorts lie, in either bucket. */
export function cohortsPrefix(site: string): string {
  if (!isName(site)) throw refused('names no site');
  return `sites/${site}/cohorts/`;
}

/** Where a cohort lies, in either bucket. */
export function cohortPrefix({ site, cohort }: CohortName): string {
  if (!isName(cohort)) throw refused('names no cohort');
  return `${cohortsPrefix(site)}${cohort}/`;
}

/** The object of a source. Refuses like {@link sourceOf}, so that an address never leads outside the cohort. */
export function objectKeyOf(source: SourceName): string {
  const objectKey = cohortPrefix(source) + source.key;
  sourceOf(objectKey);
  return objectKey;
}

/** A document of the derived bucket: `name` is one of our own making, `revisions/{digest}.json`. */
export function documentKeyOf(cohort: CohortName, name: string): string {
  return cohortPrefix(cohort) + name;
}

/** The object of an entry of a site's log; without a number, the folder of all. */
export function auditKeyOf(site: string, n?: number): string {
  if (!isName(site)) throw refused('names no site');
  return `audit/${site}/${n === undefined ? '' : `${String(n).padStart(12, '0')}.json`}`;
}

/** What a document between sites is called in its folder: no part of a tree, and nothing that a page could take for markup. */
const BETWEEN = /^[a-z0-9][a-z0-9-]{0,120}\.json$/;
const SHARE = /^shares\/([^/]*)\/([^/]*)\/([^/]*)$/su;

/** Who receives what is shared by a link; no site has this name. */
export const LINK = 'link';

/** A copy that one site gave to another: `shares/{receiver}/{owner}/{name}`, of exactly these parts. */
export interface ShareName {
  readonly receiver: string;
  readonly owner: string;
  readonly name: string;
}

/** What the key of a share says; undefined for one of other parts. */
export function shareOf(objectKey: string): ShareName | undefined {
  const [, receiver = '', owner = '', name = ''] = SHARE.exec(objectKey) ?? [];
  return isName(receiver) && isName(owner) && owner !== LINK && BETWEEN.test(name)
    ? { receiver, owner, name }
    : undefined;
}

/** The object of a share. Refuses what {@link shareOf} would not read back (SignetError `refused-key`). */
export function shareKeyOf({ receiver, owner, name }: ShareName): string {
  const objectKey = `shares/${receiver}/${owner}/${name}`;
  if (!shareOf(objectKey)) throw refused('names no share');
  return objectKey;
}

/** Where lies what a site received, of one owner or of all. */
export function sharesPrefix(receiver: string, owner?: string): string {
  if (!isName(receiver) || (owner !== undefined && !isName(owner))) throw refused('names no site');
  return `shares/${receiver}/${owner === undefined ? '' : `${owner}/`}`;
}

const DIGEST = /^[0-9a-f]{64}$/;
const EXCHANGED = /^exchange\/([^/]*)\/([^/]*)\/([^/]*)$/su;

/** Whether this can be the name of a study: the digest of its protocol. */
export function isStudy(study: string): boolean {
  return DIGEST.test(study);
}

/** A document of a study in a site's folder: `exchange/{study}/{site}/{name}`, of exactly these parts. */
export interface ExchangeName {
  readonly study: string;
  readonly site: string;
  readonly name: string;
}

/** What a key of the exchange says; undefined for one of other parts. */
export function exchangedOf(objectKey: string): ExchangeName | undefined {
  const [, study = '', site = '', name = ''] = EXCHANGED.exec(objectKey) ?? [];
  return isDocument({ study, site, name }) ? { study, site, name } : undefined;
}

/** The object of a document of a study. Refuses what {@link exchangedOf} would not read back (SignetError `refused-key`). */
export function exchangeKeyOf({ study, site, name }: ExchangeName): string {
  const objectKey = `exchange/${study}/${site}/${name}`;
  if (!exchangedOf(objectKey)) throw refused('names no document of a study');
  return objectKey;
}

/** Whether a document of a study can be called so. */
export function isDocument({ study, site, name }: ExchangeName): boolean {
  return isStudy(study) && isName(site) && BETWEEN.test(name);
}

/** Where a study's documents lie, of one site or of all. */
export function exchangePrefix(study: string, site?: string): string {
  if (!isStudy(study) || (site !== undefined && !isName(site))) throw refused('names no study');
  return `exchange/${study}/${site === undefined ? '' : `${site}/`}`;
}

/** What a site keeps of studies for itself, of one or of all; `name` is one of our own making. */
export function studyKeyOf(site: string, study?: string, name = ''): string {
  if (!isName(site) || (study !== undefined && !isStudy(study))) throw refused('names no study');
  return `sites/${site}/studies/${study === undefined ? '' : `${study}/${name}`}`;
}

/** The deployment's list of sites, in the derived bucket. */
export const SITES_DOCUMENT = 'deployment/sites.json';

/** Primary keys. Partition keys begin with the site, so that credentials can be cut by leading key. */
export const partition = {
  cohort: ({ site, cohort }: CohortName): string => `${site}#C#${cohort}`,
  cohorts: (site: string): string => `${site}#COHORTS`,
  limits: (site: string): string => `${site}#LIMITS`,
  studies: (site: string): string => `${site}#STUDIES`,
  records: (site: string, attempt: string, shard: number): string => `${site}#A#${attempt}#${shard}`,
};

/** How the numbers of chunks and problems sort as text. */
function padded(number: number): string {
  return String(number).padStart(6, '0');
}

/** Sort keys. */
export const sort = {
  source: (key: string): string => `SOURCE#${key}`,
  current: 'CURRENT',
  result: (id: string): string => `RESULT#${id}`,
  upload: (id: string): string => `UPLOAD#${id}`,
  attempt: (attempt: string): string => `ATTEMPT#${attempt}`,
  cohort: (cohort: string): string => `COHORT#${cohort}`,
  minute: (minute: string): string => `MINUTE#${minute}`,
  peer: (site: string): string => `PEER#${site}`,
  study: (study: string): string => `STUDY#${study}`,
  keptDocument: (study: string, site: string, name: string): string => `KEPT#${study}#${site}#${name}`,
  keptDocuments: (study: string): string => `KEPT#${study}#`,
  opened: (study: string, attempt: number, round: number): string => `OPENED#${study}#${attempt}#${round}`,
  frozen: (study: string): string => `FROZEN#${study}`,
  sent: (study: string): string => `SENT#${study}`,
  ledger: (study: string): string => `LEDGER#${study}`,
  lock: (id: string): string => `LOCK#${id}`,
  release: (share: string): string => `RELEASE#${share}`,
  receipt: (site: string, name: string): string => `RECEIPT#${site}#${name}`,
  receipts: 'RECEIPTS',
  patient: (patient: string): string => `PATIENT#${patient}`,
  specimen: (specimen: string): string => `SPECIMEN#${specimen}`,
  events: (patient: string, table: string, chunk: number): string => `EVENT#${patient}#${table}#${padded(chunk)}`,
  eventsOf: (patient: string): string => `EVENT#${patient}#`,
  alterations: (specimen: string, chunk: number): string => `ALT#${specimen}#${padded(chunk)}`,
  alterationsOf: (specimen: string): string => `ALT#${specimen}#`,
  facts: (number: number): string => `FACTS#${padded(number)}`,
  problem: (number: number): string => `PROBLEM#${padded(number)}`,
};

/** What every sort key of a kind begins with. */
export const SORT_PREFIX = {
  source: 'SOURCE#',
  attempt: 'ATTEMPT#',
  result: 'RESULT#',
  upload: 'UPLOAD#',
  cohort: 'COHORT#',
  peer: 'PEER#',
  study: 'STUDY#',
  kept: 'KEPT#',
  frozen: 'FROZEN#',
  sent: 'SENT#',
  ledger: 'LEDGER#',
  lock: 'LOCK#',
  release: 'RELEASE#',
  patient: 'PATIENT#',
  specimen: 'SPECIMEN#',
  events: 'EVENT#',
  alterations: 'ALT#',
  facts: 'FACTS#',
  problem: 'PROBLEM#',
} as const;

/** Which of `shards` partitions holds the records of a patient or a specimen: a hash of its opaque key, which is hexadecimal and even. */
export function shardOf(opaqueKey: string, shards: number): number {
  return Number.parseInt(opaqueKey.slice(0, 8), 16) % shards;
}
