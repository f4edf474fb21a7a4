import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Function as LambdaFunction, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { bundle } from './bundle.ts';

/** The longest that a worker may take; the platform would end it at 15 minutes. A queue's visibility is six times this. */
export const INVOCATION = Duration.minutes(5);

/** The longest that the API waits for an answer is 30 seconds; ours ends before, so that its own error is the answer. */
export const ANSWER = Duration.seconds(29);

/** Which claims of a token say who asks: for the functions behind the API. */
export type Claims = Readonly<Record<'SIGNET_SITE_CLAIM' | 'SIGNET_ROLES_CLAIM', string>>;

/** What differs between functions. */
export interface SignetFunctionProps {
  /** Its folder in functions/. */
  readonly name: string;
  /** What it does, in a sentence. */
  readonly description: string;
  /** Encrypts its logs. */
  readonly key: IKey;
  /** Megabytes; processor time grows with them, one whole processor at 1769. */
  readonly memory: number;
  /** When the platform ends an invocation. */
  readonly timeout: Duration;
  /** The most that V8's semi-spaces may have, in megabytes: for one that streams, whose memory would otherwise grow with how long it does. */
  readonly semiSpace?: number;
  /** What its wiring reads, and nothing it doesn't need. */
  readonly environment: Readonly<Record<`SIGNET_${string}`, string>>;
}

/** What every function shares: runtime, bundle, logs, tracing, and a role that may at first do nothing but write logs and traces. */
export class SignetFunction extends LambdaFunction {
  /** Its folder in functions/. */
  readonly name: string;

  constructor(
    scope: Construct,
    id: string,
    { name, description, key, memory, timeout, semiSpace, environment }: SignetFunctionProps,
  ) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: RetentionDays.THREE_MONTHS,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.DESTROY, // lines hold no patient's data, and nothing that isn't told elsewhere
    });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const flags = ['--enable-source-maps', ...(semiSpace === undefined ? [] : [`--max-semi-space-size=${semiSpace}`])];
    super(scope, id, {
      description,
      code: bundle(name),
      handler: 'handler.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memory,
      timeout,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      environment: { NODE_OPTIONS: flags.join(' '), ...environment },
    });
    this.name = name;
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'xray:PutTraceSegments and xray:PutTelemetryRecords, which know no resources: the service takes them for * alone.',
    });
    this.addToRolePolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
  }
}
