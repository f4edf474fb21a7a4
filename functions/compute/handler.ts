import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { Computer, work } from '../../lib/answer/index.ts';
import { isSignetError } from '../../lib/base/index.ts';
import { questionIn, wireAnswer } from '../../lib/store/index.ts';

const logger = new Logger({ serviceName: 'compute' });
const batch = new BatchProcessor(EventType.SQS);
const ports = wireAnswer(process.env);
const computer = new Computer(ports);

/** A message names a question; what it asks stands in its item. */
async function compute({ body, attributes }: SQSRecord): Promise<void> {
  const delivery = Number(attributes.ApproximateReceiveCount);
  const question = questionIn(body);
  if (!question) return;
  const { site, cohort, id, job } = question;
  try {
    if (job) {
      const worked = await work({ site, cohort, id, job }, ports, { delivery });
      logger.info('worked', { site, cohort, job: job.kind, id, worked, delivery });
      return;
    }
    const computed = await computer.compute(question, { delivery });
    logger.info('computed', { site, cohort, result: id, computed, delivery });
  } catch (error) {
    const code = isSignetError(error) ? error.code : error instanceof Error ? error.name : 'unknown';
    logger.error('left to the next delivery', { site, cohort, result: id, code, delivery });
    throw error;
  }
}

export const handler = middy((event: SQSEvent, context: Context) =>
  processPartialResponse(event, compute, batch, { context, throwOnFullBatchFailure: false }),
).use(injectLambdaContext(logger));
