import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { PeopleStack } from '../../../cdk/people-stack.ts';
import { ROLES } from '../../../lib/http/routes.ts';

describe('The user pool', () => {
  const pool = Template.fromStack(new PeopleStack(new App(), 'People', { env: { region: 'eu-central-1' } }));

  it('lets nobody sign up by herself, and nobody in without a second factor', () => {
    pool.hasResource('AWS::Cognito::UserPool', {
      DeletionPolicy: 'Retain',
      Properties: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true }, MfaConfiguration: 'ON' },
    });
  });

  it('never lets a person set her own site', () => {
    pool.hasResourceProperties('AWS::Cognito::UserPool', {
      Schema: Match.arrayWith([Match.objectLike({ Name: 'site', Mutable: false })]),
    });
    pool.hasResourceProperties('AWS::Cognito::UserPoolClient', { WriteAttributes: ['email'] });
  });

  it('has a group for each role', () => {
    const groups = Object.values(pool.findResources('AWS::Cognito::UserPoolGroup'));
    expect(groups.map((group) => group['Properties'].GroupName).sort()).toEqual([...ROLES].sort());
  });
});
