import { SignetError } from '../base/index.ts';
import type { Announcements, IngestPorts } from '../ingest/ports.ts';
import { BusAnnouncements } from './announcements.ts';
import { TableAttempts } from './attempts.ts';
import { type Clients, createClients } from './clients.ts';
import { DerivedDocuments } from './documents.ts';
import { CohortPointers, SourceHeads } from './heads.ts';
import { IngestMessages } from './messages.ts';
import { SourceObjects } from './objects.ts';
import { SitePseudonyms } from './pseudonyms.ts';
import { ResultReferences } from './references.ts';

/** The environment of a function, as the template sets it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a variable that a function can't do without. Throws SignetError `missing-setting`. */
export function setting(environment: Environment, name: string): string {
  const value = environment[name];
  if (!value) throw new SignetError('missing-setting', `${name} is not set`);
  return value;
}

/** The factory of clients, by the environment. */
export function wireClients(environment: Environment): Clients {
  return createClients({
    dataRole: environment['SIGNET_DATA_ROLE'],
    auditRole: environment['SIGNET_AUDIT_ROLE'],
    erasureRole: environment['SIGNET_ERASURE_ROLE'],
  });
}

/** A function that has no bus announces nothing. */
const SILENT: Announcements = { settled: () => Promise.resolve() };

/** The ports of ingestion on DynamoDB, S3, SQS, EventBridge and the secrets store. */
export function wireIngest(environment: Environment, clients: Clients = wireClients(environment)): IngestPorts {
  const table = setting(environment, 'SIGNET_TABLE');
  const sources = setting(environment, 'SIGNET_SOURCES');
  const bus = environment['SIGNET_EVENTS'];
  return {
    objects: new SourceObjects(clients, sources),
    heads: new SourceHeads(clients, table),
    pointers: new CohortPointers(clients, table),
    attempts: new TableAttempts(clients, table),
    documents: new DerivedDocuments(clients, setting(environment, 'SIGNET_DERIVED')),
    references: new ResultReferences(clients, table),
    messages: new IngestMessages(clients, {
      hints: environment['SIGNET_HINTS'],
      publications: environment['SIGNET_PUBLICATIONS'],
      sources,
    }),
    announcements: bus ? new BusAnnouncements(clients, bus) : SILENT,
    pseudonyms: new SitePseudonyms(clients),
    now: Date.now,
  };
}
