import { SignetError } from '../../lib/base/index.ts';
import { ACCOUNT, arn, PARTITION } from './place.ts';

/** A resource's name, and where the parts of the stack that have an address are. */
interface Named {
  readonly name: string;
  readonly addresses: { readonly queues: string; readonly api: string };
}

/** How a type of resource is referred to: by `Ref`, and by `Fn::GetAtt`. */
interface Reference {
  readonly ref: (named: Named) => string;
  readonly attributes?: Readonly<Record<string, (named: Named) => string>>;
}

const byName = ({ name }: Named): string => name;
const withArn = (
  service: string,
  resource: (name: string) => string,
  global = false,
): NonNullable<Reference['attributes']> => ({
  Arn: ({ name }) => arn(service, resource(name), { global }),
});

/**
 * Every type that the local stack knows. A resource of another type is an error: what runs here would not be what is deployed.
 * What only watches, describes or protects (alarms, keys, log groups, policies of queues and topics) is named and has no other effect.
 */
const TYPES: Readonly<Record<string, Reference>> = {
  'AWS::S3::Bucket': { ref: byName, attributes: { Arn: ({ name }) => `arn:${PARTITION}:s3:::${name}` } },
  'AWS::S3::BucketPolicy': { ref: byName },
  'AWS::SQS::Queue': {
    ref: ({ name, addresses }) => `${addresses.queues}/${ACCOUNT}/${name}`,
    attributes: { ...withArn('sqs', (name) => name), QueueName: byName },
  },
  'AWS::SQS::QueuePolicy': { ref: byName },
  'AWS::DynamoDB::GlobalTable': { ref: byName, attributes: withArn('dynamodb', (name) => `table/${name}`) },
  'AWS::KMS::Key': { ref: byName, attributes: withArn('kms', (name) => `key/${name}`) },
  'AWS::SNS::Topic': {
    ref: ({ name }) => arn('sns', name),
    attributes: { TopicArn: ({ name }) => arn('sns', name), TopicName: byName },
  },
  'AWS::SNS::TopicPolicy': { ref: byName },
  'AWS::SNS::Subscription': { ref: ({ name }) => arn('sns', name) },
  'AWS::Events::EventBus': { ref: byName, attributes: withArn('events', (name) => `event-bus/${name}`) },
  'AWS::Events::Rule': { ref: byName, attributes: withArn('events', (name) => `rule/${name}`) },
  'AWS::Logs::LogGroup': { ref: byName, attributes: withArn('logs', (name) => `log-group:${name}:*`) },
  'AWS::Logs::MetricFilter': { ref: byName },
  'AWS::CloudWatch::Alarm': { ref: byName, attributes: withArn('cloudwatch', (name) => `alarm:${name}`) },
  'AWS::IAM::Role': { ref: byName, attributes: withArn('iam', (name) => `role/${name}`, true) },
  'AWS::IAM::Policy': { ref: byName },
  'AWS::Lambda::Function': { ref: byName, attributes: withArn('lambda', (name) => `function:${name}`) },
  'AWS::Lambda::EventSourceMapping': { ref: byName },
  'AWS::Lambda::Permission': { ref: byName },
  'AWS::ApiGatewayV2::Api': { ref: byName, attributes: { ApiEndpoint: ({ addresses }) => addresses.api } },
  'AWS::ApiGatewayV2::Integration': { ref: byName },
  'AWS::ApiGatewayV2::Route': { ref: byName },
  'AWS::ApiGatewayV2::Authorizer': { ref: byName },
  'AWS::ApiGatewayV2::Stage': { ref: byName },
};

/** How resources of a type are referred to. Throws SignetError `unknown-resource-type`. */
export function referenceOf(type: string): Reference {
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (!known)
    throw new SignetError('unknown-resource-type', `${type} has no local counterpart`, {
      remedy: 'Add it to cdk/local/resource-types.ts with what it does here.',
    });
  return known;
}
