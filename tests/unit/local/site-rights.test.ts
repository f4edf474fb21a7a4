import { describe, expect, it } from 'vitest';
import { allowed, type Principal, type Statement } from '../../../cdk/local/policy.ts';
import { ofBucket, statementsOfRole } from './rights.ts';

const role = (name: string, tags: Record<string, string>): Principal => ({
  name: 'arn:aws:sts::1:assumed-role/data/s',
  statements: statementsOfRole(name),
  tags,
});
const site = (tags: Record<string, string>): Principal => role('SiteDataRole', tags);
const A = { site: 'a' };
const STUDY = { site: 'a', study: 's1' };
const object = (bucket: string, key: string) => `arn:aws:s3:::${bucket}/${key}`;
const list = (prefix: string) => ({ 's3:prefix': prefix });
const keys = (...all: string[]) => ({ 'dynamodb:LeadingKeys': all });
const TABLE = 'arn:aws:dynamodb:::table/t';
const KEY = 'arn:aws:kms:eu-central-1:1:key/k';
const NEW = { 's3:if-none-match': '*' };
const tagged = (value: string) => ({ 'aws:ResourceTag/site': value });

describe("The role of a site's data, as synthesised", () => {
  it.each<[boolean, string, string, Record<string, string | string[]>, Record<string, string>]>([
    [true, 's3:GetObject', object('sources', 'sites/a/cohorts/c/x.csv'), {}, A],
    [true, 's3:PutObject', object('sources', 'sites/a/cohorts/c/x.csv'), {}, A],
    [true, 's3:DeleteObject', object('derived', 'sites/a/cohorts/c/results/x'), {}, A],
    [true, 's3:PutObjectTagging', object('derived', 'sites/a/cohorts/c/results/x'), {}, A],
    [true, 's3:ListBucket', 'arn:aws:s3:::sources', list('sites/a/cohorts/'), A],
    [true, 's3:PutObject', object('derived', 'shares/b/a/1'), {}, A],
    [true, 's3:GetObject', object('derived', 'shares/a/b/1'), {}, A],
    [true, 's3:PutObject', object('derived', 'exchange/s1/a/1'), NEW, STUDY],
    [false, 's3:PutObject', object('derived', 'exchange/s1/a/1'), {}, STUDY],
    [false, 's3:PutObject', object('derived', 'exchange/s1/a/1'), { 's3:if-match': '"x"' }, STUDY],
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
    [false, 's3:PutObject', object('derived', 'exchange/s1/b/1'), NEW, STUDY],
    [false, 's3:GetObject', object('derived', 'exchange/s2/a/1'), {}, STUDY],
    [true, 's3:ListBucket', 'arn:aws:s3:::derived', list('exchange/s1/'), STUDY],
    [true, 's3:ListBucket', 'arn:aws:s3:::derived', list('exchange/s1/b/'), STUDY],
    [true, 's3:ListBucket', 'arn:aws:s3:::derived', list('shares/a/b/'), STUDY],
    [true, 's3:PutObject', object('derived', 'shares/link/a/1.json'), {}, A],
    [true, 's3:GetObject', object('derived', 'shares/link/a/1.json'), {}, { site: 'link' }],
    // a release to b of another deployment: a lays it there and takes it back, and reads it for b as b alone
    [true, 's3:PutObject', object('derived', 'shares/b/a/release-1.json'), {}, A],
    [true, 's3:DeleteObject', object('derived', 'shares/b/a/release-1.json'), {}, A],
    [true, 's3:GetObject', object('derived', 'shares/b/a/release-1.json'), {}, { site: 'b' }],
    [false, 's3:GetObject', object('derived', 'shares/b/a/release-1.json'), {}, A],
    [false, 's3:GetObject', object('derived', 'shares/b/a/release-1.json'), {}, { site: 'c' }],
    [false, 's3:GetObject', object('derived', 'shares/bc/a/release-1.json'), {}, { site: 'b' }],
    [false, 's3:GetObject', object('derived', 'shares/link/a/release-1.json'), {}, { site: 'b' }],
    [false, 's3:DeleteObject', object('derived', 'shares/b/a/release-1.json'), {}, { site: 'b' }],
    [false, 's3:GetObject', object('derived', 'sites/a/studies/s1/set-1'), {}, { site: 'b' }],
    [true, 's3:PutObject', object('derived', 'sites/a/studies/s1/set-1'), {}, A],
    [false, 's3:ListBucket', 'arn:aws:s3:::derived', list('exchange/s1/'), A],
    [false, 's3:ListBucket', 'arn:aws:s3:::derived', list('exchange/s2/'), STUDY],
    [false, 's3:ListBucket', 'arn:aws:s3:::derived', list('exchange/'), STUDY],
    [false, 's3:ListBucket', 'arn:aws:s3:::derived', list('exchange/s1'), STUDY],
    [false, 's3:ListBucket', 'arn:aws:s3:::derived', list('exchange//'), A],
    [false, 's3:GetObject', object('derived', 'exchange//a/1'), {}, A],
    [false, 's3:GetObject', object('derived', 'exchange/s12/a/1'), {}, STUDY],
    [false, 's3:GetObject', object('derived', 'exchange/s1/a/1'), {}, { site: 'a', study: '*' }],
    [false, 's3:PutObject', object('derived', 'exchange/s1/ab/1'), NEW, STUDY],
    [false, 's3:PutObject', object('derived', 'exchange/s2/a/1'), NEW, STUDY],
    [false, 's3:PutObject', object('derived', 'exchange/s1/a/1'), NEW, A],
    [false, 's3:DeleteObject', object('derived', 'exchange/s1/a/1'), {}, STUDY],
    [false, 's3:DeleteObject', object('derived', 'shares/a/b/1.json'), {}, A],
    [false, 's3:PutObject', object('derived', 'shares/a/b/1.json'), {}, A],
    [false, 's3:GetObject', object('derived', 'shares/link/a/1.json'), {}, A],
    [false, 's3:GetObject', object('derived', 'sites/a/studies/s1/set-1'), {}, { site: 'b', study: 's1' }],
    [false, 's3:GetObject', object('derived', 'sites/a/x'), {}, { site: 'link' }],
    [false, 's3:GetObject', object('sources', 'sites/b/x'), {}, { site: '*' }],
    [false, 's3:GetObject', object('sources', 'sites/b/x'), {}, { site: '?' }],
    [false, 's3:GetObject', object('sources', 'sites/b/x'), {}, {}],
    [false, 's3:GetObject', object('sources', 'sites//x'), {}, {}],
    [false, 'dynamodb:Query', TABLE, keys('b#C#c'), A],
    [false, 'dynamodb:Query', TABLE, keys('ab#C#c'), A],
    [false, 'dynamodb:BatchGetItem', TABLE, keys('a#C#c', 'b#C#c'), A],
    [false, 'dynamodb:Query', TABLE, {}, A],
    [false, 'dynamodb:Scan', TABLE, keys('a#C#c'), A],
    [true, 'dynamodb:PutItem', TABLE, keys('a#STUDIES'), A],
    [false, 'dynamodb:PutItem', TABLE, keys('b#STUDIES'), A],
    [false, 's3:GetObject', object('derived', 'audit/a/000000000001.json'), {}, A],
    [false, 's3:PutObject', object('derived', 'audit/a/000000000001.json'), { 's3:if-none-match': '*' }, A],
    [false, 's3:DeleteObject', object('derived', 'audit/a/000000000001.json'), {}, A],
    [true, 'kms:Sign', KEY, tagged('a'), A],
    [true, 'kms:GetPublicKey', KEY, tagged('a'), A],
    [true, 'kms:DeriveSharedSecret', KEY, tagged('a'), STUDY],
    [false, 'kms:Sign', KEY, tagged('b'), A],
    [false, 'kms:Sign', KEY, tagged('ab'), A],
    [false, 'kms:DeriveSharedSecret', KEY, tagged('b'), A],
    [false, 'kms:Sign', KEY, {}, A],
    [false, 'kms:Sign', KEY, {}, {}],
    [false, 'kms:Sign', KEY, tagged('a'), { site: '*' }],
    [false, 'kms:CreateKey', KEY, { 'aws:RequestTag/site': 'a' }, A],
    [false, 'kms:TagResource', KEY, tagged('a'), A],
    [false, 'dynamodb:GetItem', TABLE, keys('b#C#c'), { site: '*' }],
  ])('allows (%s) %s on %s with %j to %j', (expected, action, resource, context, tags) => {
    expect(allowed(site(tags), { action, resource, context })).toBe(expected);
  });
});

const ENTRY = object('derived', 'audit/a/000000000001.json');
const ONCE = { 's3:if-none-match': '*', 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
const { 's3:if-none-match': _, ...ANY } = ONCE;

describe("The role of a site's log, with what the bucket says", () => {
  it.each<[boolean, string, string, Record<string, string>, Record<string, string>]>([
    [true, 's3:PutObject', ENTRY, ONCE, A],
    [true, 's3:GetObject', ENTRY, ANY, A],
    [true, 's3:ListBucket', 'arn:aws:s3:::derived', { ...ANY, ...list('audit/a/') }, A],
    [false, 's3:PutObject', ENTRY, ANY, A],
    [false, 's3:PutObject', ENTRY, { ...ANY, 's3:if-match': '"x"' }, A],
    [false, 's3:DeleteObject', ENTRY, ANY, A],
    [false, 's3:DeleteObjectVersion', ENTRY, ANY, A],
    [false, 's3:PutObjectTagging', ENTRY, ANY, A],
    [false, 's3:GetObject', object('derived', 'audit/b/000000000001.json'), ANY, A],
    [false, 's3:PutObject', object('derived', 'audit/b/000000000001.json'), ONCE, A],
    [false, 's3:PutObject', object('derived', 'audit/ab/000000000001.json'), ONCE, A],
    [false, 's3:ListBucket', 'arn:aws:s3:::derived', { ...ANY, ...list('audit/') }, A],
    [false, 's3:GetObject', object('derived', 'sites/a/cohorts/c/results/x'), ANY, A],
    [false, 's3:PutObject', ENTRY, ONCE, { site: '*' }],
    [false, 's3:PutObject', ENTRY, ONCE, {}],
  ])('allows (%s) %s on %s with %j to %j', (expected, action, resource, context, tags) => {
    const { statements, ...who } = role('SiteAuditRole', tags);
    expect(allowed({ ...who, statements: [...statements, ...ofBucket] }, { action, resource, context })).toBe(expected);
  });

  it('is kept by the bucket from whoever may do anything else', () => {
    const everything: Statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
    const administrator = { name: 'arn:x', statements: [everything, ...ofBucket], tags: {} };
    const may = (action: string, context: Record<string, string> = ANY) =>
      allowed(administrator, { action, resource: ENTRY, context });
    expect([may('s3:GetObject'), may('s3:PutObject', ONCE)]).toEqual([true, true]);
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObjectTagging'])
      expect(may(action)).toBe(false);
  });
});

describe('The role of erasures', () => {
  it.each<[boolean, string, string, Record<string, string>, Record<string, string>]>([
    [true, 's3:DeleteObjectVersion', object('sources', 'sites/a/cohorts/c/x.csv'), {}, A],
    [true, 's3:GetObjectVersion', object('derived', 'sites/a/cohorts/c/frames/x'), {}, A],
    [true, 's3:ListBucketVersions', 'arn:aws:s3:::sources', list('sites/a/cohorts/c/'), A],
    [false, 's3:DeleteObjectVersion', object('sources', 'sites/b/cohorts/c/x.csv'), {}, A],
    [false, 's3:DeleteObjectVersion', object('derived', 'audit/a/000000000001.json'), {}, A],
    [false, 's3:DeleteObjectVersion', object('derived', 'shares/a/b/1'), {}, A],
    [false, 's3:ListBucketVersions', 'arn:aws:s3:::sources', list('sites/'), A],
    [false, 's3:GetObject', object('sources', 'sites/a/cohorts/c/x.csv'), {}, A],
    [false, 's3:DeleteObjectVersion', object('sources', 'sites/a/x'), {}, {}],
  ])('allows (%s) %s on %s with %j to %j', (expected, action, resource, context, tags) => {
    expect(allowed(role('ErasuresRole', tags), { action, resource, context })).toBe(expected);
  });
});
