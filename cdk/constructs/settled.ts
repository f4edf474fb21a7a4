import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** What telling needs. */
export interface SettledProps {
  /** Where people read it. */
  readonly topic: ITopic;
}

/** The bus on which sources are told of that settled or were refused: cohort, opaque source, verdict and counts, and no value. */
export class Settled extends Construct {
  /** What the functions put on and other systems may listen to. */
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, { topic }: SettledProps) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', { description: 'Signet: sources that settled or were refused' });
    new Rule(this, 'Told', {
      description: 'Signet: to the topic, and so by e-mail where an address is subscribed',
      eventBus: this.bus,
      eventPattern: { source: ['signet'] },
      targets: [new SnsTopic(topic)],
    });
  }
}
