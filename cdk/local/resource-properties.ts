import { SignetError } from '../../lib/base/index.ts';

/** Properties of a type: those that happen here, and those that mean nothing on one machine. */
interface Known {
  readonly runs?: readonly string[];
  readonly idle?: readonly string[] | 'all';
}

/**
 * What of the template happens here, and, once and in one place, what doesn't: encryption, logging and tracing, quotas and descriptions,
 * alarms, and the policies of what only the platform itself calls. A property that is in neither list is an error.
 */
const KNOWN: Readonly<Record<string, Known>> = {
  'AWS::S3::Bucket': {
    runs: ['VersioningConfiguration', 'LifecycleConfiguration', 'NotificationConfiguration'],
    idle: ['BucketEncryption', 'LoggingConfiguration', 'OwnershipControls', 'PublicAccessBlockConfiguration'],
  },
  'AWS::S3::BucketPolicy': { runs: ['Bucket', 'PolicyDocument'] },
  'AWS::SQS::Queue': {
    runs: [
      'DeduplicationScope',
      'DelaySeconds',
      'FifoQueue',
      'FifoThroughputLimit',
      'MessageRetentionPeriod',
      'RedrivePolicy',
      'VisibilityTimeout',
    ],
    idle: ['SqsManagedSseEnabled'],
  },
  'AWS::SQS::QueuePolicy': { idle: 'all' },
  'AWS::DynamoDB::GlobalTable': {
    runs: ['AttributeDefinitions', 'KeySchema'],
    // An item whose time is over may stay for days when deployed too: readers look at its time.
    idle: ['BillingMode', 'Replicas', 'SSESpecification', 'TimeToLiveSpecification'],
  },
  'AWS::KMS::Key': { idle: 'all' },
  'AWS::SNS::Topic': { idle: 'all' },
  'AWS::SNS::TopicPolicy': { idle: 'all' },
  'AWS::SNS::Subscription': { idle: 'all' },
  'AWS::Events::EventBus': { runs: ['Name'], idle: ['Description'] },
  'AWS::Events::Rule': {
    runs: ['ScheduleExpression', 'Targets', 'EventBusName', 'EventPattern'],
    idle: ['Description', 'State'],
  },
  'AWS::Logs::LogGroup': { idle: 'all' },
  'AWS::Logs::MetricFilter': { idle: 'all' },
  'AWS::CloudWatch::Alarm': { idle: 'all' },
  'AWS::IAM::Role': { runs: ['AssumeRolePolicyDocument', 'MaxSessionDuration'], idle: ['Description'] },
  'AWS::IAM::Policy': { runs: ['PolicyDocument', 'Roles'], idle: ['PolicyName'] },
  'AWS::Lambda::Function': {
    runs: ['Code', 'Environment', 'Handler', 'MemorySize', 'Role', 'Runtime', 'Timeout'],
    idle: ['Architectures', 'Description', 'LoggingConfig', 'ReservedConcurrentExecutions', 'TracingConfig'],
  },
  'AWS::Lambda::EventSourceMapping': {
    runs: ['BatchSize', 'EventSourceArn', 'FunctionName', 'FunctionResponseTypes', 'ScalingConfig'],
  },
  'AWS::Lambda::Permission': { idle: 'all' },
  'AWS::ApiGatewayV2::Api': { runs: ['ProtocolType'], idle: ['Name'] },
  'AWS::ApiGatewayV2::Integration': { runs: ['ApiId', 'IntegrationType', 'IntegrationUri', 'PayloadFormatVersion'] },
  'AWS::ApiGatewayV2::Route': { runs: ['ApiId', 'AuthorizationType', 'AuthorizerId', 'RouteKey', 'Target'] },
  'AWS::ApiGatewayV2::Authorizer': {
    runs: ['ApiId', 'AuthorizerType', 'IdentitySource', 'JwtConfiguration'],
    idle: ['Name'],
  },
  'AWS::ApiGatewayV2::Stage': {
    runs: ['AccessLogSettings', 'ApiId', 'DefaultRouteSettings', 'StageName'],
    idle: ['AutoDeploy'],
  },
};

/** Throws SignetError `unknown-property` for a property of which it isn't said what it does here. */
export function checkProperties(type: string, id: string, properties: Readonly<Record<string, unknown>>): void {
  const { runs = [], idle = [] } = KNOWN[type] ?? {};
  if (idle === 'all') return;
  const unknown = Object.keys(properties).find((name) => !runs.includes(name) && !idle.includes(name));
  if (unknown === undefined) return;
  throw new SignetError('unknown-property', `${unknown} of ${id} (${type}) has no local counterpart`, {
    remedy: 'Make it happen in cdk/local, or say in cdk/local/resource-properties.ts that it means nothing here.',
  });
}
