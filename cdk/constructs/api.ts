import { CfnCondition, Fn, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnApi,
  HttpApi,
  type HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { API_FUNCTIONS, type ApiFunction, OPEN_ROUTES, type OpenRoute, ROUTES } from '../../lib/http/routes.ts';
import type { Settings } from './settings.ts';
import type { SignetFunction } from './signet-function.ts';

/** What the API needs. */
export interface ApiProps {
  /** Who answers. */
  readonly functions: Readonly<Record<ApiFunction, SignetFunction>>;
  /** Encrypts the access log. */
  readonly key: IKey;
  /** Who signs tokens, how much is let through, whose pages may call. */
  readonly settings: Settings;
}

/** What is kept of a request: no path (it may hold a patient's opaque key), no query string, no address, nothing of the token. */
const LOGGED = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  latency: '$context.responseLatency',
  length: '$context.responseLength',
  error: '$context.error.messageString',
  authorizer: '$context.authorizer.error',
  integration: '$context.integrationErrorMessage',
};

/** The API: every route of the table, each behind the authorizer but those that are listed as open. The functions read site and roles from the claims it verified. */
export class Api extends Construct {
  /** Where requests go. */
  readonly http: HttpApi;
  /** A line a request. */
  readonly accessLog: LogGroup;

  constructor(scope: Construct, id: string, { functions, key, settings }: ApiProps) {
    super(scope, id);
    this.http = new HttpApi(this, 'Http', {
      apiName: 'Signet',
      createDefaultStage: false,
      defaultAuthorizer: new HttpJwtAuthorizer('Tokens', settings.issuer, { jwtAudience: [settings.audience] }),
    });
    const integrations = new Map(
      API_FUNCTIONS.map((name) => [
        name,
        // One permission a function: a route each would fill the function's policy.
        new HttpLambdaIntegration(name, functions[name], { scopePermissionToRoute: false }),
      ]),
    );
    const added = ({ key, function: name }: OpenRoute) => {
      const [method, path] = key.split(' ') as [HttpMethod, string];
      return { path, methods: [method], integration: integrations.get(name)! };
    };
    for (const route of ROUTES) this.http.addRoutes(added(route));
    for (const route of OPEN_ROUTES)
      for (const each of this.http.addRoutes({ ...added(route), authorizer: new HttpNoneAuthorizer() }))
        Validations.of(each).acknowledge({
          id: 'AwsSolutions-APIG4',
          reason:
            'A shared link is opened by its key, what other deployments fetch by the signature of a confirmed site.',
        });
    this.admitPages(settings);

    this.accessLog = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.ONE_YEAR,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.http,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: settings.rate, burstLimit: settings.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(JSON.stringify(LOGGED)),
      },
    });
  }

  /** Lets pages of other origins call, where any are named. */
  private admitPages({ corsOrigins }: Settings): void {
    const named = new CfnCondition(this, 'PagesNamed', {
      expression: Fn.conditionNot(Fn.conditionEquals(corsOrigins, '')),
    });
    (this.http.node.defaultChild as CfnApi).corsConfiguration = Fn.conditionIf(
      named.logicalId,
      {
        AllowOrigins: Fn.split(',', corsOrigins),
        AllowMethods: ['GET', 'POST', 'PUT', 'DELETE'],
        AllowHeaders: ['authorization', 'content-type', 'accept', 'if-none-match'],
        ExposeHeaders: ['etag', 'location', 'retry-after'],
        MaxAge: 600,
      },
      { Ref: 'AWS::NoValue' },
    );
  }
}
