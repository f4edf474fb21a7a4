import { Aws, Fn } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Places } from './places.ts';
import type { SignetFunction } from './signet-function.ts';

/** The sites of the deployment, a document that the operator puts. */
const SITES_DOCUMENT = 'deployment/sites.json';

/** Lets a function send to a queue, and tells it the queue's address. */
export function maySend(to: SignetFunction, queue: IQueue, variable: `SIGNET_${string}`): void {
  to.addEnvironment(variable, queue.queueUrl);
  to.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }));
}

/** Of a bus, what names it. */
export type Bus = Pick<IEventBus, 'eventBusName' | 'eventBusArn'>;

/** Lets a function tell what happened, and tells it where. */
export function mayTell(to: SignetFunction, bus: Bus): void {
  to.addEnvironment('SIGNET_EVENTS', bus.eventBusName);
  to.addToRolePolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] }));
}

/** Lets a function read which sites there are: the one object that it reads under its own name. */
export function mayReadSites(to: SignetFunction, { derived, key }: Places): void {
  to.addToRolePolicy(
    new PolicyStatement({ actions: ['s3:GetObject'], resources: [derived.arnForObjects(SITES_DOCUMENT)] }),
  );
  to.addToRolePolicy(
    new PolicyStatement({
      // Without it, a document that isn't there yet is refused rather than not found.
      actions: ['s3:ListBucket'],
      resources: [derived.bucketArn],
      conditions: { StringEquals: { 's3:prefix': SITES_DOCUMENT } },
    }),
  );
  to.addToRolePolicy(
    new PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': Fn.join('.', ['s3', Aws.REGION, Aws.URL_SUFFIX]) } },
    }),
  );
}
