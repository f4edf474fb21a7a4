import { type PolicyDocument, PolicyStatement, PrincipalBase, PrincipalPolicyFragment } from 'aws-cdk-lib/aws-iam';

/** The session's tag, as policies write it. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy language
export const SITE = '${aws:PrincipalTag/site}';

/** Of every pattern that is cut by {@link SITE}. */
export const OBJECTS_OF_ONE_SITE =
  'What a site has is not known when this is deployed. The pattern is cut to one site by the session tag: in the name of the object or secret, or, for keys, whose names are generated, by the tag they bear.';

/** The functions' roles, in one statement since a trust policy holds 2,048 characters; only with a site, and no tags but those named. */
export class ForOneSite extends PrincipalBase {
  override readonly policyFragment: PrincipalPolicyFragment;

  constructor(roleArns: string[], tags: readonly string[] = ['site']) {
    super();
    this.policyFragment = new PrincipalPolicyFragment(
      { AWS: roleArns },
      {
        StringLike: { 'aws:RequestTag/site': '?*' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': tags },
      },
    );
  }

  override addToAssumeRolePolicy(document: PolicyDocument): void {
    document.addStatements(new PolicyStatement({ actions: ['sts:AssumeRole', 'sts:TagSession'], principals: [this] }));
  }

  override dedupeString(): string | undefined {
    return undefined;
  }
}
