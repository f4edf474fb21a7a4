import {
  BatchProcessor,
  EventType,
  processPartialResponse,
  SqsFifoPartialProcessorAsync,
} from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { AuditLog } from '../../lib/audit/index.ts';
import { isSignetError } from '../../lib/base/index.ts';
import {
  crossingsIn,
  type Errand,
  Errands,
  errandIn,
  Releases,
  readSites,
  setting,
  wireAudit,
  wireClients,
} from '../../lib/store/index.ts';
import { enterReceipt, enterReceipts, type ReceiptPorts } from '../sharing/receipts.ts';
import { SiteStudies } from '../sharing/site-studies.ts';
import { Conductor, dispatched } from './conductor.ts';

const logger = new Logger({ serviceName: 'conduct' });
const clients = wireClients(process.env);
const errands = new Errands(clients, process.env);
const studies = new SiteStudies(process.env, clients);
const releases = new Releases(clients, process.env);
const audit = new AuditLog(wireAudit(process.env, clients));
const receiptPorts = async (site: string): Promise<ReceiptPorts> => {
  const { peers } = await studies.at(site);
  return { shares: studies.stored.shares, releases, audit, peers, now: Date.now };
};
const conductor = new Conductor({
  known: (site) => studies.known(site),
  ports: (site, study) => studies.ports(site, study),
  received: async (site, from, name) => enterReceipt(site, from, name, await receiptPorts(site)),
  receivedAll: async (site) => enterReceipts(site, await receiptPorts(site)),
});
const crossings = new BatchProcessor(EventType.SQS);
const inOrder = new SqsFifoPartialProcessorAsync();

const sites = async (): Promise<string[]> =>
  (await readSites(clients, setting(process.env, 'SIGNET_DERIVED'))).map(({ id }) => id);

/** What an error may be logged as: messages may tell of patients. */
const codeOf = (error: unknown): string =>
  isSignetError(error) ? error.code : error instanceof Error ? error.name : 'unknown';

async function dispatch(found: readonly Errand[]): Promise<void> {
  for (const errand of found) await errands.send(errand);
}

/** The bucket says that something came to lie between sites: whoever it concerns here is sent to look. */
async function cross({ body }: SQSRecord): Promise<void> {
  await dispatch(dispatched(crossingsIn(body), await sites()));
}

async function run(errand: Errand): Promise<void> {
  try {
    logger.info('conducted', { ...(await conductor.run(errand)) });
  } catch (error) {
    // What is refused here is refused the next time too; the schedule comes again in any case.
    if (!isSignetError(error)) throw error;
    // Every site is sent to look: most are named in few studies.
    const tell = error.code === 'unknown-study' ? 'info' : 'warn';
    logger[tell]('not conducted', { site: errand.site, code: error.code });
  }
}

/** Errands that came together were sent before the first of them is run: the same one again has nothing to add. */
function runner(): (record: SQSRecord) => Promise<void> {
  const done = new Set<string>();
  return async ({ body }) => {
    const errand = errandIn(body);
    if (!errand || done.has(body)) return;
    try {
      await run(errand);
    } catch (error) {
      logger.error('left to the next delivery', { site: errand.site, code: codeOf(error) });
      throw error;
    }
    done.add(body);
  };
}

/** On schedule: what events missed, rounds whose time is over, studies that were announced. One site's failure doesn't keep the others waiting. */
async function scheduled(): Promise<void> {
  let failed = false;
  for (const site of await sites()) {
    try {
      await dispatch((await conductor.open(site)).map((study) => ({ site, study })));
    } catch (error) {
      const code = codeOf(error);
      // A site without card or keys takes part in no study.
      if (!isSignetError(error)) failed = true;
      logger.warn('not looked at', { site, code });
    }
  }
  // Without its message, which may tell of a patient: the runtime logs what is thrown.
  if (failed) throw new Error('a site was not looked at');
}

async function worked(event: SQSEvent, context: Context): Promise<unknown> {
  const isErrand = event.Records.some(({ eventSourceARN }) => eventSourceARN.endsWith('.fifo'));
  const told = { context, throwOnFullBatchFailure: false };
  return isErrand
    ? processPartialResponse(event, runner(), inOrder, { ...told, skipGroupOnError: true })
    : processPartialResponse(event, cross, crossings, told);
}

export const handler = middy((event: SQSEvent | object, context: Context) =>
  'Records' in event ? worked(event, context) : scheduled(),
).use(injectLambdaContext(logger));
