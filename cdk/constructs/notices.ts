import { Aws, CfnCondition, Fn } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** What a topic needs. */
export interface NoticesProps {
  /** Encrypts what waits to be sent. */
  readonly key: IKey;
  /** Who reads it; empty: nobody, and the topic is there for other systems. */
  readonly email: string;
  /** What it is about, as the mail's sender shows it. */
  readonly subject: string;
}

/** A topic that an address may be subscribed to. */
export class Notices extends Topic {
  constructor(scope: Construct, id: string, { key, email, subject }: NoticesProps) {
    // By its name alone: else whatever publishes would add statements, and wildcards, to the key's policy in the other stack.
    super(scope, id, {
      displayName: subject,
      masterKey: Key.fromKeyArn(scope, `${id}Key`, key.keyArn),
      enforceSSL: true,
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount', // a topic with a policy of its own has lost the one that let them in
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    const wanted = new CfnCondition(this, 'Wanted', {
      expression: Fn.conditionNot(Fn.conditionEquals(email, '')),
    });
    const subscription = new CfnSubscription(this, 'Email', {
      topicArn: this.topicArn,
      protocol: 'email',
      endpoint: email,
    });
    subscription.cfnOptions.condition = wanted;
  }
}
