import { describe, expect, it } from 'vitest';
import { allowed, type Principal, statementsOf } from '../../../cdk/local/policy.ts';
import { resources, synthesised } from '../cdk/templates.ts';

const { functions } = synthesised();

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

const [, policy] = resources(functions, 'AWS::IAM::Policy').find(([id]) => id.startsWith('SiteDataRole'))!;
const statements = statementsOf(resolved(policy.Properties.PolicyDocument));

const site = (tags: Record<string, string>): Principal => ({
  name: 'arn:aws:sts::1:assumed-role/data/s',
  statements,
  tags,
});
const A = { site: 'a' };
const STUDY = { site: 'a', study: 's1' };
const object = (bucket: string, key: string) => `arn:aws:s3:::${bucket}/${key}`;
const list = (prefix: string) => ({ 's3:prefix': prefix });
const keys = (...all: string[]) => ({ 'dynamodb:LeadingKeys': all });
const TABLE = 'arn:aws:dynamodb:::table/t';

describe("The role of a site's data, as synthesised", () => {
  it.each<[boolean, string, string, Record<string, string | string[]>, Record<string, string>]>([
    [true, 's3:GetObject', object('sources', 'sites/a/cohorts/c/x.csv'), {}, A],
    [true, 's3:PutObject', object('sources', 'sites/a/cohorts/c/x.csv'), {}, A],
    [true, 's3:DeleteObject', object('derived', 'sites/a/cohorts/c/results/x'), {}, A],
    [true, 's3:PutObjectTagging', object('derived', 'sites/a/cohorts/c/results/x'), {}, A],
    [true, 's3:ListBucket', 'arn:aws:s3:::sources', list('sites/a/cohorts/'), A],
    [true, 's3:PutObject', object('derived', 'shares/b/a/1'), {}, A],
    [true, 's3:GetObject', object('derived', 'shares/a/b/1'), {}, A],
    [true, 's3:PutObject', object('derived', 'exchange/s1/a/1'), {}, STUDY],
    [true, 's3:GetObject', object('derived', 'exchange/s1/b/1'), {}, STUDY],
    [true, 'dynamodb:Query', TABLE, keys('a#C#c'), A],
    [true, 'dynamodb:BatchWriteItem', TABLE, keys('a#C#c', 'a#LIMITS'), A],
    [false, 's3:GetObject', object('sources', 'sites/b/cohorts/c/x.csv'), {}, A],
    [false, 's3:GetObject', object('sources', 'sites/ab/x'), {}, A],
    [false, 's3:GetObject', object('sources', 'sites/a'), {}, A],
    [false, 's3:GetObjectVersion', object('sources', 'sites/a/x'), {}, A],
    [false, 's3:DeleteObjectVersion', object('sources', 'sites/a/x'), {}, A],
    [false, 's3:ListBucket', 'arn:aws:s3:::sources', list('sites/b/'), A],
    [false, 's3:ListBucket', 'arn:aws:s3:::sources', list('sites/'), A],
    [false, 's3:ListBucket', 'arn:aws:s3:::sources', list(''), A],
    [false, 's3:ListBucket', 'arn:aws:s3:::sources', {}, A],
    [false, 's3:ListBucketVersions', 'arn:aws:s3:::sources', list('sites/a/'), A],
    [false, 's3:GetObject', object('derived', 'shares/b/a/1'), {}, A],
    [false, 's3:PutObject', object('derived', 'shares/b/c/1'), {}, A],
    [false, 's3:GetObject', object('derived', 'exchange/s1/a/1'), {}, A],
    [false, 's3:PutObject', object('derived', 'exchange/s1/b/1'), {}, STUDY],
    [false, 's3:GetObject', object('derived', 'exchange/s2/a/1'), {}, STUDY],
    [false, 's3:GetObject', object('sources', 'sites/b/x'), {}, { site: '*' }],
    [false, 's3:GetObject', object('sources', 'sites/b/x'), {}, { site: '?' }],
    [false, 's3:GetObject', object('sources', 'sites/b/x'), {}, {}],
    [false, 's3:GetObject', object('sources', 'sites//x'), {}, {}],
    [false, 'dynamodb:Query', TABLE, keys('b#C#c'), A],
    [false, 'dynamodb:Query', TABLE, keys('ab#C#c'), A],
    [false, 'dynamodb:BatchGetItem', TABLE, keys('a#C#c', 'b#C#c'), A],
    [false, 'dynamodb:Query', TABLE, {}, A],
    [false, 'dynamodb:Scan', TABLE, keys('a#C#c'), A],
    [false, 'dynamodb:GetItem', TABLE, keys('b#C#c'), { site: '*' }],
  ])('allows (%s) %s on %s with %j to %j', (expected, action, resource, context, tags) => {
    expect(allowed(site(tags), { action, resource, context })).toBe(expected);
  });
});
