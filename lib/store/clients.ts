import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { SignetError } from '../base/index.ts';
import { isName, isStudy } from './keys.ts';

/** Clients whose credentials are cut to one site. */
export interface SiteClients {
  readonly table: DynamoDBClient;
  readonly objects: S3Client;
  readonly secrets: SecretsManagerClient;
  /** The key service: the site's own keys, by their tag. */
  readonly keys: KMSClient;
  /** Reads and adds to the site's log, under credentials that reach nothing else. */
  readonly audit: S3Client;
  /** Reads and deletes versions of objects, as nobody else may. */
  readonly versions: S3Client;
}

/** Every client there is. What touches a site's data goes through `of(site)`; the rest has the function's own credentials. */
export interface Clients {
  of(site: string): SiteClients;
  /**
   * The bucket under credentials that bear a study as their second tag, and so reach its folders of the exchange. Only for who has seen that its
   * signed protocol names the site: nothing else keeps others out.
   */
  inStudy(site: string, study: string): S3Client;
  readonly queues: SQSClient;
  readonly events: EventBridgeClient;
  /** Reads the deployment's own document, which belongs to no site. */
  readonly deployment: S3Client;
}

/** What the factory needs to know. */
export interface ClientsOptions {
  /** The role to assume with the session tag `site`; without it (tests) the process's own credentials are used. */
  readonly dataRole?: string | undefined;
  /** The role of the sites' logs, taken in the same way. */
  readonly auditRole?: string | undefined;
  /** The role of erasures, taken in the same way. */
  readonly erasureRole?: string | undefined;
}

const SESSION_SECONDS = 3600;

/** A presigned URL ends with the session that signed it: no session is used that has less than this left. */
const LEAST_LEFT = 20 * 60_000;

/** The SDK itself asks again when five minutes remain; told an earlier end, it asks at twenty. */
const SDK_MARGIN = 5 * 60_000;

interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** Credentials of a role for one site, or for a study of it, shared by its clients and renewed while they still last. */
function siteCredentials(sts: STSClient, role: string, site: string, study?: string): () => Promise<Session> {
  let session: Promise<Session> | undefined;
  let ends = 0;
  const assume = async (): Promise<Session> => {
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: role,
        RoleSessionName: `signet-${site}`,
        DurationSeconds: SESSION_SECONDS,
        Tags: [{ Key: 'site', Value: site }, ...(study === undefined ? [] : [{ Key: 'study', Value: study }])],
      }),
    );
    if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken || !given.Expiration)
      throw new SignetError('no-credentials', 'a role gave no credentials');
    return {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.SessionToken,
      expiration: new Date(given.Expiration.getTime() - LEAST_LEFT + SDK_MARGIN),
    };
  };
  // Decided at once and not after a wait: clients that ask together share one session.
  const renew = (): Promise<Session> => {
    const asked = assume();
    session = asked;
    asked.then(
      ({ expiration }) => {
        ends = expiration.getTime();
      },
      () => {
        session = undefined;
      },
    );
    ends = Number.POSITIVE_INFINITY; // while it is under way
    return asked;
  };
  return () => (session && ends - Date.now() > SDK_MARGIN ? session : renew());
}

/** The one place that makes clients of the SDK. Endpoints come from the environment, which the SDK reads itself. */
export function createClients({ dataRole, auditRole, erasureRole }: ClientsOptions): Clients {
  const settings = { maxAttempts: 5 };
  const sites = new Map<string, SiteClients>();
  const studies = new Map<string, S3Client>();
  const sts = new STSClient(settings);
  const make = (site: string): SiteClients => {
    const under = (role: string | undefined) =>
      role ? { ...settings, credentials: siteCredentials(sts, role, site) } : settings;
    const scoped = under(dataRole);
    return {
      table: new DynamoDBClient(scoped),
      objects: new S3Client(scoped),
      secrets: new SecretsManagerClient(scoped),
      keys: new KMSClient(scoped),
      audit: new S3Client(under(auditRole)),
      versions: new S3Client(under(erasureRole)),
    };
  };
  return {
    of(site) {
      if (!isName(site)) throw new SignetError('unknown-site', 'there is no such site');
      const known = sites.get(site) ?? make(site);
      sites.set(site, known);
      return known;
    },
    inStudy(site, study) {
      if (!isName(site)) throw new SignetError('unknown-site', 'there is no such site');
      if (!isStudy(study)) throw new SignetError('unknown-study', 'there is no such study');
      const name = `${site}/${study}`;
      const credentials = dataRole && siteCredentials(sts, dataRole, site, study);
      const known = studies.get(name) ?? new S3Client({ ...settings, ...(credentials && { credentials }) });
      studies.set(name, known);
      return known;
    },
    queues: new SQSClient(settings),
    events: new EventBridgeClient(settings),
    deployment: new S3Client(settings),
  };
}
