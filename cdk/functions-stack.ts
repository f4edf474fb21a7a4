import { CfnCondition, CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alarms } from './constructs/alarms.ts';
import { Api } from './constructs/api.ts';
import { Erasures } from './constructs/erasures.ts';
import type { Concurrency } from './constructs/feed.ts';
import { Ingest } from './constructs/ingest.ts';
import { Maintain } from './constructs/maintain.ts';
import { Notices } from './constructs/notices.ts';
import { Publish } from './constructs/publish.ts';
import { Questions } from './constructs/questions.ts';
import { Settings } from './constructs/settings.ts';
import { Settled } from './constructs/settled.ts';
import { Sharing } from './constructs/sharing.ts';
import { SiteAudit } from './constructs/site-audit.ts';
import { SiteData } from './constructs/site-data.ts';
import { Uploads } from './constructs/uploads.ts';
import { WorkQueue } from './constructs/work-queue.ts';
import type { DataStack } from './data-stack.ts';

/** What the functions stack needs besides a region. */
export interface FunctionsStackProps extends StackProps {
  /** Where data lies, and where its hints wait. */
  readonly data: DataStack;
}

/** All that works on the data and answers about it. It can be taken away and put back. */
export class FunctionsStack extends Stack {
  constructor(scope: Construct, id: string, { data, ...props }: FunctionsStackProps) {
    super(scope, id, { description: 'Signet: functions, queues, API and alarms.', ...props });
    const settings = new Settings(this);
    const { hints, crossings, key } = data;
    const places = data;
    const { visibility } = settings;
    const claims = { SIGNET_SITE_CLAIM: settings.siteClaim, SIGNET_ROLES_CLAIM: settings.rolesClaim };
    const concurrency: Concurrency = {
      most: settings.concurrency,
      reserved: new CfnCondition(this, 'ConcurrencyReserved', {
        expression: Fn.conditionEquals(settings.reserve, 'yes'),
      }),
    };

    const publications = new WorkQueue(this, 'Publications', { visibility, fifo: true });
    const questions = new WorkQueue(this, 'Questions', { visibility });
    const errands = new WorkQueue(this, 'Errands', { visibility, fifo: true });
    const settled = new Settled(this, 'Settled', {
      topic: new Notices(this, 'SourceNotices', { key, email: settings.sourcesEmail, subject: 'Signet: sources' }),
    });

    const ingest = new Ingest(this, 'Ingest', { hints, publications, events: settled.bus, places, concurrency });
    const publish = new Publish(this, 'Publish', { publications, hints, places, concurrency });
    const maintain = new Maintain(this, 'Maintain', {
      hints,
      publications,
      places,
      claims,
      schedule: settings.maintenance,
    });
    const asked = new Questions(this, 'Asked', { questions, places, claims, concurrency });
    const uploads = new Uploads(this, 'Uploads', { places, claims });
    const erasures = new Erasures(this, 'Erasures', { publications, places, claims });
    const sharing = new Sharing(this, 'Sharing', {
      crossings,
      errands,
      places,
      claims,
      concurrency,
      schedule: settings.studies,
    });
    const functions = [
      ingest.function,
      publish.function,
      maintain.function,
      asked.answer,
      asked.compute,
      uploads.function,
      erasures.function,
      sharing.function,
      sharing.conduct,
    ];

    new SiteData(this, 'SiteData', { places, admitted: functions });
    new SiteAudit(this, 'SiteAudit', {
      places,
      admitted: [asked.answer, uploads.function, erasures.function, sharing.function, sharing.conduct],
    });
    const api = new Api(this, 'Api', {
      functions: {
        answer: asked.answer,
        uploads: uploads.function,
        maintain: maintain.function,
        erase: erasures.function,
        sharing: sharing.function,
      },
      key,
      settings,
    });
    new Alarms(this, 'Alarms', {
      queues: {
        Hints: hints,
        Publications: publications,
        Questions: questions,
        Crossings: crossings,
        Errands: errands,
      },
      functions,
      api,
      topic: new Notices(this, 'AlarmNotices', { key, email: settings.alarmsEmail, subject: 'Signet: alarms' }),
    });

    new CfnOutput(this, 'ApiUrl', { value: api.http.apiEndpoint });
    new CfnOutput(this, 'PublicationDeadLetters', { value: publications.deadLetters.queueArn });
    new CfnOutput(this, 'ErrandDeadLetters', { value: errands.deadLetters.queueArn });
    new CfnOutput(this, 'QuestionDeadLetters', { value: questions.deadLetters.queueArn });
    new CfnOutput(this, 'EventBus', { value: settled.bus.eventBusName });
  }
}
