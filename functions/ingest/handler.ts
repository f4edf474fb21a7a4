import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { rowsAreShortLived } from '../../lib/formats/index.ts';
import { codeOf, wayOfAFile } from '../../lib/ingest/index.ts';
import { hintsIn, wireIngest } from '../../lib/store/index.ts';

rowsAreShortLived();

const logger = new Logger({ serviceName: 'ingest' });
const batch = new BatchProcessor(EventType.SQS);
const { converger } = wayOfAFile(wireIngest(process.env));

/** A message says that objects changed; what they are now is read from the bucket. */
async function ingest({ body, attributes }: SQSRecord): Promise<void> {
  const delivery = Number(attributes.ApproximateReceiveCount);
  const { sources, refused } = hintsIn(body);
  if (refused > 0) logger.warn('refused keys', { refused });
  for (const source of sources) {
    try {
      const { source: id, verdict, counts, changed, rounds, took } = await converger.converge(source, { delivery });
      logger.info('converged', { source: id, verdict, counts, changed, rounds, delivery, ...(took && { took }) });
    } catch (error) {
      logger.error('left to the next delivery', { code: codeOf(error), delivery });
      throw error;
    }
  }
}

export const handler = middy((event: SQSEvent, context: Context) =>
  processPartialResponse(event, ingest, batch, { context, throwOnFullBatchFailure: false }),
).use(injectLambdaContext(logger));
