import { Stack, Validations } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { Construct } from 'constructs';

/**
 * Says why a statement's resources have to be a pattern. The finding's name holds the resource as the template writes it, which is known
 * only once references between stacks are settled: so it is said when the tree is validated, before the pack reads it.
 */
export function acknowledgePattern(scope: Construct, statement: PolicyStatement, reason: string): void {
  scope.node.addValidation({
    validate: () => {
      for (const resource of statement.resources) {
        const written = flattenCfnReference(Stack.of(scope).resolve(resource));
        if (written.includes('*')) {
          Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[Resource::${written}]`, reason });
        }
      }
      return [];
    },
  });
}
