import { type Statement, statementsOf } from '../../../cdk/local/policy.ts';
import { resources, synthesised } from '../cdk/templates.ts';

const { data, functions } = synthesised();

/** References as names that a row can be written with: a bucket's ends in its kind. */
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = ['', undefined], more] = Object.entries(value as Record<string, unknown>);
  if (more === undefined && name === 'Ref')
    return argument === 'AWS::AccountId' ? '1' : argument === 'AWS::Partition' ? 'aws' : String(argument);
  if (more === undefined && name === 'Fn::GetAtt') return String((argument as string[])[0]);
  if (more === undefined && name === 'Fn::GetStackOutput') return kindOf(JSON.stringify(argument));
  if (more === undefined && name === 'Fn::ImportValue') return kindOf(JSON.stringify(argument));
  if (more === undefined && name === 'Fn::Join') {
    const [between, parts] = resolved(argument) as [string, string[]];
    return parts.join(between);
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one)]));
}

function kindOf(output: string): string {
  for (const [sign, arn] of [
    ['Sources', 'arn:aws:s3:::sources'],
    ['Derived', 'arn:aws:s3:::derived'],
    ['Table', 'arn:aws:dynamodb:::table/t'],
  ] as const)
    if (output.includes(sign)) return arn;
  return output;
}

/** What a role of the functions' stack may do, as synthesised; its buckets are called `sources` and `derived`. */
export function statementsOfRole(name: string): readonly Statement[] {
  const [, policy] = resources(functions, 'AWS::IAM::Policy').find(([id]) => id.startsWith(name))!;
  return statementsOf(resolved(policy.Properties.PolicyDocument));
}

const [, { Properties: derivedPolicy }] = resources(data, 'AWS::S3::BucketPolicy').find(([id]) =>
  id.startsWith('Derived'),
)!;
/** What the derived bucket itself says, to whoever asks. */
export const ofBucket = statementsOf(
  JSON.parse(
    JSON.stringify(derivedPolicy.PolicyDocument, (_, value) => {
      const joined = value?.['Fn::Join']?.[1] as unknown[] | undefined;
      if (joined) return `arn:aws:s3:::derived${joined[1]}`;
      return value?.['Fn::GetAtt'] ? 'arn:aws:s3:::derived' : value;
    }),
  ),
);
