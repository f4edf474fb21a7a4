import { availableParallelism } from 'node:os';
import { SignetError } from '../../lib/base/index.ts';
import { apiOf } from './api.ts';
import { readAssembly } from './assembly.ts';
import { intruderIn, operatorOf, putSites } from './buckets.ts';
import { Credentials } from './credentials.ts';
import { countMessages, type MessageCounts, redriveDeadLetters } from './dead-letters.ts';
import { startEngine } from './engine.ts';
import { EventSource } from './event-source.ts';
import type { LocalFunction } from './function.ts';
import { functionsOf } from './functions.ts';
import { startIssuer, type TokenRequest } from './issuer.ts';
import { Keep } from './keep.ts';
import { type Answerer, type Loopback, listen } from './loopback.ts';
import { Parts } from './parts.ts';
import { People, type S3Keys } from './people.ts';
import { REGION } from './place.ts';
import { Ports } from './ports.ts';
import { startQueueFront } from './queue-front.ts';
import { Queues } from './queues.ts';
import { rolesOf } from './roles.ts';
import { keepSchedule } from './schedule.ts';
import { type Courier, startServices } from './services.ts';
import { type Resource, Templates } from './template.ts';

/** How a stack is started. */
export interface StackOptions {
  /** The folder that `cdk synth` wrote. */
  readonly assembly: string;
  /** The sites that the deployment has; their claim is their name. */
  readonly sites: readonly string[];
  /** Each line that a function wrote, or the platform about it. */
  readonly onLog: (line: string) => void;
  /** Where everything is kept over restarts; without it nothing outlives the stack. */
  readonly data?: string | undefined;
  /** Of the API; without it, or 0, any free one. */
  readonly port?: number | undefined;
  /** Parameters of the template other than issuer and audience. */
  readonly parameters?: Readonly<Record<string, string | number>>;
  /** Stands between a bucket's event and its queue; without it each is delivered once, at once. */
  readonly courier?: Courier;
}

/** A running stack: the template and the bundles as deployed, on engines of this machine. */
export interface Stack {
  /** Addresses of the API, of S3, and of the issuer of tokens. */
  readonly api: string;
  readonly s3: string;
  readonly issuer: string;
  /** By it the issuer gives tokens out over HTTP: `POST /token`. */
  readonly issuerSecret: string;
  readonly region: string;
  readonly sourcesBucket: string;
  /** What whoever runs the deployment has: keys of her own, the key service, and the bucket with the document of sites. */
  readonly operator: S3Keys & { readonly keyService: string; readonly derivedBucket: string };
  token(request: TokenRequest): Promise<string>;
  /** S3 keys of a person of the site: the site's files in the bucket of sources, and nothing else. */
  keys(person: { readonly site: string }): Promise<S3Keys>;
  /** S3 keys that put, get and delete whatever lies under a prefix of the derived bucket, as nobody of a deployment may: what a test does in an intruder's place. */
  intruder(prefix: string): S3Keys;
  /** Kills an environment that is at work of the function whose id in the template begins so; whether there was one. */
  kill(idPrefix: string): boolean;
  /** Stalls one likewise for so many milliseconds. */
  stall(idPrefix: string, milliseconds: number): boolean;
  /** Messages of every queue. */
  messages(): Promise<MessageCounts>;
  /** Puts dead letters back where they came from; how many. */
  redrive(): Promise<number>;
  /** The most resident memory that each function had, and what the template gives it; MiB, by id in the template. */
  memory(): ReadonlyMap<string, { readonly peak: number; readonly size: number }>;
  stop(): Promise<void>;
}

/**
 * Starts what `cdk synth` made: buckets, table, queues, functions, API and schedules, on this machine's loopback address.
 * Throws SignetError `port-taken`; `unknown-resource-type` where the template states something that has no local counterpart.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const parts = new Parts();
  try {
    return await start(options, parts);
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

async function start(options: StackOptions, parts: Parts): Promise<Stack> {
  const { sites, onLog, parameters = {}, courier = (_, deliver) => deliver() } = options;
  const assembly = readAssembly(options.assembly);
  const keep = new Keep(options.data);
  parts.add({ stop: () => keep.release() });
  const ports = new Ports(keep);
  let answerer: Answerer = (_, response) => void response.writeHead(503, { 'retry-after': '1' }).end(); // until all of it runs
  const door = (port: number): Promise<Loopback> => listen((request, response) => answerer(request, response), port);
  const api = parts.add(await ports.open('api', door, options.port));
  const credentials = new Credentials();

  const folder = keep.lasting ? keep.folder : undefined;
  const [tableEngine, queueEngine, issuer] = await Promise.all([
    startEngine('table', folder),
    startEngine('queues', folder),
    ports.open('issuer', (port) => startIssuer(keep, port)),
  ]);
  for (const part of [tableEngine, queueEngine, issuer]) parts.add(part);
  const queueFront = parts.add(await startQueueFront(queueEngine.url, credentials));

  const templates = new Templates(assembly, {
    parameters: {
      Concurrency: Math.max(2, availableParallelism()),
      ...parameters,
      Issuer: issuer.url,
      Audience: issuer.audience,
    },
    addresses: { queues: queueFront.url, api: api.url },
  });
  const resources = templates.resources();
  const of = (type: string): Resource[] => resources.filter((resource) => resource.type === type);
  const roles = rolesOf(resources);
  const queues = parts.add(new Queues(queueEngine.url));
  const addresses = await startServices({
    resources,
    roles,
    tableEngine: tableEngine.url,
    queues,
    credentials,
    keep,
    ports,
    parts,
    onLog,
    courier,
  });
  const s3 = addresses['AWS_ENDPOINT_URL_S3']!;
  const derivedBucket = templates.output('SignetData', 'DerivedBucket');
  const operator = credentials.issue(operatorOf(derivedBucket));
  await putSites(s3, derivedBucket, operator, sites);

  const environment = { ...addresses, AWS_ENDPOINT_URL_SQS: queueFront.url };
  const functions = functionsOf({ assembly, resources, roles, credentials, environment, onLog });
  for (const each of functions.values()) parts.add(each);
  const byArn = new Map([...functions.values()].map((each) => [each.arn, each]));
  for (const mapping of of('AWS::Lambda::EventSourceMapping')) {
    const fed = [...functions.values()].find(({ name }) => name === mapping.properties['FunctionName']);
    if (!fed) throw new SignetError('unresolved', `${mapping.id} feeds no function`);
    parts.add(new EventSource(mapping, fed, queues));
  }
  for (const rule of of('AWS::Events::Rule'))
    if (rule.properties['ScheduleExpression'] !== undefined) parts.add({ stop: keepSchedule(rule, byArn) });
  answerer = apiOf({ resources, functions: byArn, onLog });
  parts.add(api); // also first to be stopped, so that nothing is asked of what is being stopped

  const sourcesBucket = templates.output('SignetData', 'SourcesBucket');
  const people = new People(keep, credentials, sourcesBucket);
  const called = (idPrefix: string): LocalFunction => {
    const [, found] = [...functions].find(([id]) => id.startsWith(idPrefix)) ?? [];
    if (!found) throw new SignetError('unresolved', `no function of the template is called ${idPrefix}`);
    return found;
  };
  return {
    api: api.url,
    s3,
    issuer: issuer.url,
    issuerSecret: issuer.secret,
    region: REGION,
    sourcesBucket,
    operator: {
      accessKeyId: operator.accessKeyId,
      secretAccessKey: operator.secretAccessKey,
      keyService: addresses['AWS_ENDPOINT_URL_KMS']!,
      derivedBucket,
    },
    token: issuer.token,
    keys: async ({ site }) => people.keys(site),
    intruder(prefix) {
      const { accessKeyId, secretAccessKey } = credentials.issue(intruderIn(derivedBucket, prefix));
      return { accessKeyId, secretAccessKey };
    },
    kill: (idPrefix) => called(idPrefix).kill(),
    stall: (idPrefix, milliseconds) => called(idPrefix).stall(milliseconds),
    messages: () => countMessages(queues, of('AWS::SQS::Queue')),
    redrive: () => redriveDeadLetters(queues, of('AWS::SQS::Queue')),
    memory: () => new Map([...functions].map(([id, each]) => [id, each.memory])),
    stop: () => parts.stop(),
  };
}
