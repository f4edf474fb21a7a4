import { SignetError } from '../../base/index.ts';
import type { Card, SharedDocument } from '../documents.ts';
import type { Clock, Exchange, ExchangedFile, SiteRecords } from '../ports.ts';
import { type SiteKeys, signDocument } from '../signing.ts';
import { checkProtocol } from './protocol.ts';
import { type Peers, readStudy, type StudyRecord } from './read.ts';

/** What a site works with in a study. */
export interface SitePorts {
  readonly exchange: Exchange;
  readonly clock: Clock;
  readonly records: SiteRecords;
  readonly keys: SiteKeys;
  /** The site's own card. */
  readonly card: Card;
  /** Cards that people confirmed, the site's own among them. */
  readonly peers: Peers;
  /** Digest of the head of the site's audit log, once an entry was added to it where one is given. */
  auditHead(entry?: AuditedStep): Promise<string>;
}

/** What a site did in a study, for its audit log: what it decided, in digests, counts and words of rules. */
export interface AuditedStep {
  readonly what: 'study.proposed' | 'study.approved' | 'study.refused' | 'answer.sent' | 'study.attested' | 'lock.set';
  readonly cohort?: string;
  /** Digest of the study, or of what was sent. */
  readonly object: string;
  readonly decisions?: Readonly<Record<string, string | number | boolean>>;
}

/** What this site knows of a study. Undefined before its protocol can be seen. */
export async function studyRecord(study: string, ports: SitePorts): Promise<StudyRecord | undefined> {
  const [files, kept] = await Promise.all([ports.exchange.list(study), ports.records.kept(study)]);
  const record = await readStudy(study, files, kept, ports.peers);
  for (const file of record?.accepted ?? []) await ports.records.keep(study, file);
  return record;
}

/** Signs a document, keeps its bytes, and only then puts it: whoever resumes puts the same. */
export async function send(study: string, document: SharedDocument, name: string, ports: SitePorts): Promise<string> {
  const jws = await signDocument(document, ports.keys);
  return await put(study, await ports.records.keep(study, { site: ports.card.site, name, jws }), ports);
}

export async function put(study: string, file: ExchangedFile, { exchange }: SitePorts): Promise<string> {
  await exchange.put(study, file);
  return file.name;
}

/** What a site sent of a cohort before, and what is closed. */
export async function sentBefore(cohort: string, { records }: Pick<SitePorts, 'records'>) {
  const [sent, ledger, locks] = await Promise.all([
    records.sent(cohort),
    records.ledger(cohort),
    records.locks(cohort),
  ]);
  return { sent, ledger, locks };
}

/** A study whose protocol is known and sound. Throws SignetError `unknown-study`, `invalid-protocol`. */
export async function knownStudy(study: string, ports: SitePorts): Promise<StudyRecord> {
  const record = await studyRecord(study, ports);
  if (record === undefined) throw unknownStudy();
  checkProtocol(record.protocol, record.codebook);
  return record;
}

/** Of a study that this site isn't named in, or whose documents can't be seen yet. */
export function unknownStudy(): SignetError {
  return new SignetError('unknown-study', 'There is no study of this digest here', {
    remedy: 'Confirm the proposer, and look again once its documents have come.',
  });
}
