import { CfnOutput, CfnParameter, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { People } from './constructs/people.ts';

/** A user pool, for hospitals without an identity provider. Its outputs are the parameters that the functions stack asks for. */
export class PeopleStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, { description: 'Signet: a user pool of its own.', ...props });
    const domain = new CfnParameter(this, 'SignInDomain', {
      type: 'String',
      description: "The first part of the sign-in page's address; one of its kind in the region.",
    });
    const callback = new CfnParameter(this, 'CallbackUrl', {
      type: 'String',
      default: 'http://localhost:8080/',
      description: 'Where the sign-in page sends people back to.',
    });
    const { pool, client } = new People(this, 'People', {
      domainPrefix: domain.valueAsString,
      callbackUrls: [callback.valueAsString],
    });
    new CfnOutput(this, 'Issuer', { value: pool.userPoolProviderUrl });
    new CfnOutput(this, 'Audience', { value: client.userPoolClientId });
    new CfnOutput(this, 'SiteClaim', { value: 'custom:site' });
    new CfnOutput(this, 'RolesClaim', { value: 'cognito:groups' });
    new CfnOutput(this, 'UserPool', { value: pool.userPoolId });
  }
}
