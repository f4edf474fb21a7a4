import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRecovery,
  ClientAttributes,
  FeaturePlan,
  Mfa,
  OAuthScope,
  StandardThreatProtectionMode,
  StringAttribute,
  UserPool,
  type UserPoolClient,
  UserPoolGroup,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { ROLES } from '../../lib/http/routes.ts';

/** What a user pool needs. */
export interface PeopleProps {
  /** The first part of the sign-in page's address. */
  readonly domainPrefix: string;
  /** Where the sign-in page may send people back to. */
  readonly callbackUrls: string[];
}

/**
 * People of hospitals without an identity provider of their own: a group a role, and the site as an attribute that only the operator
 * sets. A client could otherwise let a person change the site in her own profile.
 */
export class People extends Construct {
  /** Who there is. */
  readonly pool: UserPool;
  /** Whom tokens are for. */
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string, { domainPrefix, callbackUrls }: PeopleProps) {
    super(scope, id);
    this.pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      customAttributes: { site: new StringAttribute({ minLen: 1, maxLen: 41, mutable: false }) },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 14,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const role of ROLES) {
      new UserPoolGroup(this, role[0]!.toUpperCase() + role.slice(1), { userPool: this.pool, groupName: role });
    }
    this.pool.addDomain('SignIn', { cognitoDomain: { domainPrefix } });
    this.client = this.pool.addClient('Client', {
      generateSecret: false, // pages and command lines keep none
      authFlows: { userSrp: true },
      oAuth: { flows: { authorizationCodeGrant: true }, scopes: [OAuthScope.OPENID], callbackUrls },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      idTokenValidity: Duration.hours(1),
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.hours(12),
      readAttributes: new ClientAttributes().withStandardAttributes({ email: true }).withCustomAttributes('site'),
      writeAttributes: new ClientAttributes().withStandardAttributes({ email: true }), // never the site
    });
  }
}
