import { describe, expect, it } from 'vitest';
import { OPEN_ROUTES, type OpenRoute, ROUTES } from '../../../lib/http/routes.ts';
import { type Resource, resources, synthesised } from './templates.ts';

const { data, functions: template } = synthesised();
const functions = resources(template, 'AWS::Lambda::Function');
const mappings = resources(template, 'AWS::Lambda::EventSourceMapping');

/** A function's folder, by the beginning of its logical id. */
const FOLDERS = {
  IngestFunction: 'ingest',
  PublishFunction: 'publish',
  MaintainFunction: 'maintain',
  AskedAnswer: 'answer',
  AskedCompute: 'compute',
  UploadsFunction: 'uploads',
  ErasuresFunction: 'erase',
  SharingFunction: 'sharing',
  SharingConduct: 'conduct',
} as const;

function folder(id: string): string {
  const [, name] = Object.entries(FOLDERS).find(([start]) => id.startsWith(start))!;
  return name;
}

const CLAIMS = ['SIGNET_SITE_CLAIM', 'SIGNET_ROLES_CLAIM'];
const AUDIT = 'SIGNET_AUDIT_ROLE';
const DATA = ['SIGNET_TABLE', 'SIGNET_DERIVED', 'SIGNET_DATA_ROLE'];

/** What each function's wiring reads. */
const ENVIRONMENT: Readonly<Record<string, readonly string[]>> = {
  ingest: [...DATA, 'SIGNET_SOURCES', 'SIGNET_PUBLICATIONS', 'SIGNET_EVENTS'],
  publish: [...DATA, 'SIGNET_SOURCES', 'SIGNET_HINTS'],
  maintain: [...DATA, 'SIGNET_SOURCES', 'SIGNET_HINTS', 'SIGNET_PUBLICATIONS', ...CLAIMS],
  answer: [...DATA, AUDIT, 'SIGNET_SOURCES', 'SIGNET_QUESTIONS', ...CLAIMS],
  compute: [...DATA, 'SIGNET_SOURCES'],
  erase: [...DATA, AUDIT, 'SIGNET_ERASURE_ROLE', 'SIGNET_SOURCES', 'SIGNET_PUBLICATIONS', ...CLAIMS],
  uploads: [...DATA, AUDIT, 'SIGNET_SOURCES', ...CLAIMS],
  sharing: [...DATA, AUDIT, 'SIGNET_SOURCES', ...CLAIMS],
  conduct: [...DATA, AUDIT, 'SIGNET_ERRANDS'],
};

describe('Every function', () => {
  it('is one of nine', () => {
    expect(functions.map(([id]) => folder(id)).sort()).toEqual(Object.keys(ENVIRONMENT).sort());
  });

  it.each(functions)('%s runs on Node 24 on ARM, traced, with JSON logs', (_, { Properties }) => {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'handler.handler',
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON' },
    });
  });

  it.each(functions)('%s is told what its wiring reads, and nothing else', (id, { Properties }) => {
    const names = Object.keys(Properties.Environment.Variables).filter((name) => name !== 'NODE_OPTIONS');
    expect(names.sort()).toEqual([...ENVIRONMENT[folder(id)]!].sort());
  });

  it('that reads sources keeps V8 from letting its memory grow with them', () => {
    const [[, ingest] = []] = functions.filter(([id]) => folder(id) === 'ingest');
    expect(ingest?.Properties.Environment.Variables.NODE_OPTIONS).toBe('--enable-source-maps --max-semi-space-size=8');
  });

  it.each(functions)('%s writes to a log group of its own that forgets', (_, { Properties }) => {
    const group = template.findResources('AWS::Logs::LogGroup')[Properties.LoggingConfig.LogGroup.Ref] as Resource;
    expect(group.Properties).toMatchObject({ RetentionInDays: 90, KmsKeyId: expect.anything() });
  });
});

describe('Every queue that feeds a function', () => {
  const queues = [...resources(data, 'AWS::SQS::Queue'), ...resources(template, 'AWS::SQS::Queue')];
  const worked = queues.filter(([id]) => !id.includes('DeadLetters'));

  it.each(mappings)('has partial responses and a limit: %s', (_, { Properties }) => {
    expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    expect(Properties.ScalingConfig.MaximumConcurrency).toEqual({ Ref: 'Concurrency' });
  });

  it('hands out one hint and one question at a time, and what is folded or short by tens', () => {
    const sizes = mappings.map(
      ([, { Properties }]) => `${folder(Properties.FunctionName.Ref)} ${Properties.BatchSize}`,
    );
    expect(sizes.toSorted()).toEqual(['compute 1', 'conduct 10', 'conduct 10', 'ingest 1', 'publish 10']);
  });

  it('is never limited to one worker, which would starve its poller', () => {
    expect(template.findParameters('Concurrency')['Concurrency']).toMatchObject({ Default: 10, MinValue: 2 });
  });

  it('keeps as many places as it may use, where places are kept and one queue says how many those are', () => {
    const workers = mappings.map(([, { Properties }]) => Properties.FunctionName.Ref as string);
    const fed = new Set(workers.filter((each) => workers.indexOf(each) === workers.lastIndexOf(each)));
    for (const [id, { Properties }] of functions) {
      expect(Properties.ReservedConcurrentExecutions).toEqual(
        fed.has(id)
          ? { 'Fn::If': ['ConcurrencyReserved', { Ref: 'Concurrency' }, { Ref: 'AWS::NoValue' }] }
          : undefined,
      );
    }
  });

  it.each(worked)('%s sets apart what failed five times, in a queue of the same kind', (_, { Properties }) => {
    expect(Properties.RedrivePolicy.maxReceiveCount).toBe(5);
    const dead = queues.find(([id]) => id === Properties.RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0])![1];
    expect(dead.Properties.FifoQueue).toBe(Properties.FifoQueue);
    expect(dead.Properties.MessageRetentionPeriod).toBe(14 * 86_400);
  });

  it.each(worked)(
    '%s hides a message for as long as the parameter says: by default six timeouts',
    (id, { Properties }) => {
      expect(Properties.VisibilityTimeout).toEqual({ Ref: 'QueueVisibility' });
      const stack = /^(Hints|Crossings)/.test(id) ? data : template;
      expect(stack.findParameters('QueueVisibility')['QueueVisibility']!['Default']).toBe(1800);
      const timeouts = mappings.map(([, mapping]) => {
        const [, worker] = functions.find(([name]) => name === mapping.Properties.FunctionName.Ref)!;
        return worker.Properties.Timeout as number;
      });
      expect(new Set(timeouts)).toEqual(new Set([300]));
    },
  );

  it.each(queues)('%s is encrypted', (_, { Properties }) => {
    expect(Properties.SqsManagedSseEnabled).toBe(true);
  });

  it('keeps the order of publications of a cohort, and of errands of a site in a study, only', () => {
    const fifo = worked.filter(([, { Properties }]) => Properties.FifoQueue).map(([id]) => id);
    expect(fifo.toSorted()).toEqual([
      expect.stringMatching(/^ErrandsQueue/),
      expect.stringMatching(/^PublicationsQueue/),
    ]);
  });
});

describe('The API', () => {
  const routes = resources(template, 'AWS::ApiGatewayV2::Route');
  const [authorizer] = resources(template, 'AWS::ApiGatewayV2::Authorizer')[0]!;

  const open: readonly OpenRoute[] = OPEN_ROUTES;
  const all: readonly OpenRoute[] = [...ROUTES, ...open];

  it('has the routes of the table, each behind the authorizer but those that are listed as open', () => {
    expect(routes.map(([, { Properties }]) => Properties.RouteKey).sort()).toEqual(all.map(({ key }) => key).sort());
    for (const [, { Properties }] of routes) {
      const isOpen = open.some(({ key }) => key === Properties.RouteKey);
      if (isOpen) expect([Properties.AuthorizationType, Properties.AuthorizerId]).toEqual(['NONE', undefined]);
      else expect(Properties).toMatchObject({ AuthorizationType: 'JWT', AuthorizerId: { Ref: authorizer } });
    }
  });

  it.each(all)('sends $key to $function', ({ key, function: name }) => {
    const [, route] = routes.find(([, { Properties }]) => Properties.RouteKey === key)!;
    const integration = route.Properties.Target['Fn::Join'][1][1].Ref as string;
    const { Properties } = template.findResources('AWS::ApiGatewayV2::Integration')[integration] as Resource;
    expect(Properties.PayloadFormatVersion).toBe('2.0');
    expect(folder(Properties.IntegrationUri['Fn::GetAtt'][0])).toBe(name);
  });

  it('answers before the API stops waiting', () => {
    for (const name of ['answer', 'uploads', 'erase', 'sharing']) {
      const [, { Properties }] = functions.find(([id]) => folder(id) === name)!;
      expect(Properties.Timeout).toBeLessThan(30);
    }
  });

  it('takes tokens of the issuer and audience that the deployment names, which have no default', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      JwtConfiguration: { Issuer: { Ref: 'Issuer' }, Audience: [{ Ref: 'Audience' }] },
    });
    for (const name of ['Issuer', 'Audience']) {
      expect(template.findParameters(name)[name]).not.toHaveProperty('Default');
    }
  });

  it('is throttled, and closed to pages of other origins unless some are named', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: {
        ThrottlingRateLimit: { Ref: 'RequestRate' },
        ThrottlingBurstLimit: { Ref: 'RequestBurst' },
      },
    });
    const [, api] = resources(template, 'AWS::ApiGatewayV2::Api')[0]!;
    expect(api.Properties.CorsConfiguration['Fn::If'][2]).toEqual({ Ref: 'AWS::NoValue' });
    expect(template.findParameters('CorsOrigins')['CorsOrigins']!['Default']).toBe('');
  });

  it('logs no path, query string, address or identity', () => {
    const [, stage] = resources(template, 'AWS::ApiGatewayV2::Stage')[0]!;
    const logged: string = stage.Properties.AccessLogSettings.Format;
    expect(logged).toContain('$context.routeKey');
    expect(logged).not.toMatch(/\$context\.(path|identity|authorizer\.claims|domain|customDomain)|querystring/i);
  });
});

describe('Maintenance', () => {
  it('comes every quarter of an hour unless the deployment says otherwise', () => {
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: { Ref: 'MaintenanceSchedule' } });
    expect(template.findParameters('MaintenanceSchedule')['MaintenanceSchedule']!['Default']).toBe('rate(15 minutes)');
  });
});

describe('A document that comes to lie between sites', () => {
  it('is told of, and so is nothing else of the bucket', () => {
    const [, derived] = resources(data, 'AWS::S3::Bucket').find(([id]) => id.startsWith('Derived'))!;
    const told = derived.Properties.NotificationConfiguration.QueueConfigurations.map(
      ({ Event, Filter }: Resource['Properties']) => [Event, Filter.S3Key.Rules[0].Value],
    );
    expect(told).toEqual([
      ['s3:ObjectCreated:*', 'exchange/'],
      ['s3:ObjectCreated:*', 'shares/'],
    ]);
  });

  it('is looked for on schedule too', () => {
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: { Ref: 'StudiesSchedule' } });
    expect(template.findParameters('StudiesSchedule')['StudiesSchedule']!['Default']).toBe('rate(5 minutes)');
  });
});

describe('A source that settles', () => {
  it('is told of to the topic, and by e-mail where an address is given', () => {
    template.hasResourceProperties('AWS::Events::Rule', { EventPattern: { source: ['signet'] } });
    for (const [, subscription] of resources(template, 'AWS::SNS::Subscription')) {
      expect(subscription).toMatchObject({ Condition: expect.any(String), Properties: { Protocol: 'email' } });
    }
  });
});
