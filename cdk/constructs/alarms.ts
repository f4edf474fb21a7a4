import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { SignetFunction } from './signet-function.ts';
import type { WorkQueue } from './work-queue.ts';

/** What is watched. */
export interface AlarmsProps {
  /** Queues by what waits in them. */
  readonly queues: Readonly<Record<string, WorkQueue>>;
  /** Every function. */
  readonly functions: readonly SignetFunction[];
  /** The API and its line a request. */
  readonly api: { readonly http: HttpApi; readonly accessLog: LogGroup };
  /** Who is told. */
  readonly topic: ITopic;
}

const PERIOD = Duration.minutes(5);

/** Longer than a message waits for another worker after the first died (half an hour) and was read again. */
const OLD = Duration.minutes(45);

/** More refusals in five minutes than people with a wrong token or role make. */
const REFUSALS = 100;

/** Each alarm's description names the section of the guide that says what to do. */
export class Alarms extends Construct {
  private readonly action: SnsAction;

  constructor(scope: Construct, id: string, { queues, functions, api, topic }: AlarmsProps) {
    super(scope, id);
    this.action = new SnsAction(topic);
    for (const [name, { queue, deadLetters }] of Object.entries(queues)) {
      this.alarm(`${name}DeadLetters`, 'dead-letters', `${name}: a message failed five times`, {
        metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'Maximum' }),
        threshold: 1,
      });
      this.alarm(
        `${name}Age`,
        'age-of-the-oldest-message',
        `${name}: a message has waited for ${OLD.toMinutes()} minutes`,
        {
          metric: queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: 'Maximum' }),
          threshold: OLD.toSeconds(),
        },
      );
    }
    for (const each of functions) {
      const name = each.name[0]!.toUpperCase() + each.name.slice(1);
      this.alarm(`${name}Errors`, 'errors', `${each.name}: an invocation failed or was ended`, {
        metric: each.metricErrors({ period: PERIOD }),
        threshold: 1,
      });
      this.alarm(`${name}Throttles`, 'throttles', `${each.name}: an invocation found no free place`, {
        metric: each.metricThrottles({ period: PERIOD }),
        threshold: 1,
      });
    }
    this.alarm('ApiErrors', 'errors', 'The API answered with a fault of its own', {
      metric: api.http.metricServerError({ period: PERIOD, statistic: 'Sum' }),
      threshold: 1,
    });
    this.alarm('Refusals', 'refused-requests', `More than ${REFUSALS} requests were refused in five minutes`, {
      metric: new MetricFilter(this, 'RefusedRequests', {
        logGroup: api.accessLog,
        filterPattern: FilterPattern.any(
          ...['401', '403', '429'].map((status) => FilterPattern.stringValue('$.status', '=', status)),
        ),
        metricNamespace: 'Signet',
        metricName: 'RefusedRequests',
      }).metric({ period: PERIOD, statistic: 'Sum' }),
      threshold: REFUSALS,
    });
  }

  private alarm(
    id: string,
    section: string,
    says: string,
    { metric, threshold }: { readonly metric: IMetric; readonly threshold: number },
  ): void {
    const alarm = new Alarm(this, id, {
      alarmDescription: `Signet: ${says}. What to do: docs/deployment.md#${section}`,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(this.action);
    alarm.addOkAction(this.action);
  }
}
