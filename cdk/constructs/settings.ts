import { CfnParameter, Duration, type Stack } from 'aws-cdk-lib';

/** How long a message stays hidden while one worker has it. A parameter of each stack that has queues. */
export function visibilityParameter(stack: Stack): Duration {
  const seconds = new CfnParameter(stack, 'QueueVisibility', {
    type: 'Number',
    default: 1800,
    minValue: 1,
    maxValue: 43_200,
    description:
      'Seconds a message stays hidden while one worker has it. At least the timeout of the functions (300); after a death the message comes back when they are over.',
  });
  return Duration.seconds(seconds.valueAsNumber);
}

/** What whoever deploys decides; everything has a default but who signs the tokens. */
export class Settings {
  /** Who signs tokens, and for whom. */
  readonly issuer: string;
  readonly audience: string;
  /** The claims that say a person's site and roles. */
  readonly siteClaim: string;
  readonly rolesClaim: string;
  /** Origins whose pages may call the API, comma between; empty: none. */
  readonly corsOrigins: string;
  /** Requests a second, and at once, that a route lets through. */
  readonly rate: number;
  readonly burst: number;
  /** How long a message stays hidden while one worker has it. */
  readonly visibility: Duration;
  /** How often maintenance comes, as the scheduler writes it. */
  readonly maintenance: string;
  /** How often sites look at their studies, as the scheduler writes it. */
  readonly studies: string;
  /** Messages of one queue worked on at once. */
  readonly concurrency: number;
  /** `yes` where each worker keeps that many places for itself. */
  readonly reserve: string;
  /** Who is told of sources and of alarms; empty: nobody. */
  readonly sourcesEmail: string;
  readonly alarmsEmail: string;

  constructor(stack: Stack) {
    const text = (id: string, description: string, fallback?: string) =>
      new CfnParameter(stack, id, { type: 'String', description, default: fallback }).valueAsString;
    const number = (id: string, description: string, fallback: number, minValue: number, maxValue: number) =>
      new CfnParameter(stack, id, { type: 'Number', description, default: fallback, minValue, maxValue }).valueAsNumber;

    this.issuer = text(
      'Issuer',
      'Who signs the tokens: the address whose /.well-known/openid-configuration names the keys.',
    );
    this.audience = text('Audience', 'Whom the tokens are for: their aud, or client_id where they have no aud.');
    this.siteClaim = text('SiteClaim', "The claim that says a person's site.", 'site');
    this.rolesClaim = text('RolesClaim', "The claim that lists a person's roles.", 'roles');
    this.corsOrigins = text('CorsOrigins', 'Origins, comma between, whose pages may call the API. Empty: none.', '');
    this.rate = number('RequestRate', 'Requests a second that each route lets through.', 50, 1, 10_000);
    this.burst = number('RequestBurst', 'Requests at once that each route lets through.', 100, 1, 5_000);
    this.visibility = visibilityParameter(stack);
    this.maintenance = text(
      'MaintenanceSchedule',
      'How often the bucket is compared with the table, and what nobody needs is swept.',
      'rate(15 minutes)',
    );
    this.studies = text(
      'StudiesSchedule',
      'How often sites look at their studies over sites: for rounds whose time is over, and for what other deployments hold.',
      'rate(5 minutes)',
    );
    this.concurrency = number('Concurrency', 'Messages of one queue worked on at once.', 10, 2, 1000);
    this.reserve = new CfnParameter(stack, 'ReserveConcurrency', {
      type: 'String',
      default: 'no',
      allowedValues: ['no', 'yes'],
      description:
        "Whether each function that a queue feeds keeps that many places for itself. A new account's quota may be too small.",
    }).valueAsString;
    this.sourcesEmail = text('SourcesEmail', 'Who is told when a source settles or is refused. Empty: nobody.', '');
    this.alarmsEmail = text('AlarmsEmail', 'Who is told of alarms. Empty: nobody.', '');
  }
}
