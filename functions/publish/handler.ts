import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { codeOf, wayOfAFile } from '../../lib/ingest/index.ts';
import { publicationIn, wireIngest } from '../../lib/store/index.ts';

const logger = new Logger({ serviceName: 'publish' });
const batch = new SqsFifoPartialProcessorAsync();
const { publisher } = wayOfAFile(wireIngest(process.env));

/** A message says that a cohort's heads moved; what they are now is read from the table. */
async function publish({ body, attributes }: SQSRecord): Promise<void> {
  const delivery = Number(attributes.ApproximateReceiveCount);
  const publication = publicationIn(body);
  if (!publication) return;
  const { site, cohort } = publication;
  try {
    const { outcome, hints, sources, waiting } = await publisher.publish(publication, { delivery });
    logger.info('published', { site, cohort, outcome, hints, sources, waiting, delivery });
  } catch (error) {
    logger.error('left to the next delivery', { site, cohort, code: codeOf(error), delivery });
    throw error;
  }
}

export const handler = middy((event: SQSEvent, context: Context) =>
  processPartialResponse(event, publish, batch, {
    context,
    // One cohort's failure holds up its own later messages only.
    skipGroupOnError: true,
    throwOnFullBatchFailure: false,
  }),
).use(injectLambdaContext(logger));
