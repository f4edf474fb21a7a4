import { describe, expect, it } from 'vitest';
import { resources, type Statement, statements, statementsOf, synthesised } from './templates.ts';

const { data, functions } = synthesised();
const allowed = [...statements(data), ...statements(functions)].filter(({ effect }) => effect === 'Allow');
const roles = resources(functions, 'AWS::IAM::Policy').flatMap(([id, { Properties }]) =>
  statementsOf(id, Properties.PolicyDocument),
);
const siteData = roles.filter(({ where }) => where.startsWith('SiteData'));
const siteAudit = roles.filter(({ where }) => where.startsWith('SiteAudit'));
const erasure = roles.filter(({ where }) => where.startsWith('ErasuresRole'));
const own = roles.filter(({ where }) => !where.startsWith('Site') && !where.startsWith('ErasuresRole'));

const service = (action: string) => action.split(':')[0];
/** Session tags, as policies write them. */
const SITE = '$' + '{aws:PrincipalTag/site}';
const STUDY = '$' + '{aws:PrincipalTag/study}';

describe('No statement', () => {
  it('allows a wildcard action, but that the account administers its own key', () => {
    const wild = allowed.filter(({ actions }) => actions.some((action) => action.includes('*')));
    expect(wild).toEqual([
      expect.objectContaining({ where: expect.stringMatching(/^Key/), actions: ['kms:*'], resources: ['*'] }),
    ]);
  });

  it('of a role allows every resource, but for traces, which know none', () => {
    const everywhere = roles.filter((statement) => statement.resources.includes('*'));
    expect(new Set(everywhere.flatMap(({ actions }) => actions))).toEqual(
      new Set(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']),
    );
  });

  it('allows a table to be scanned', () => {
    expect(allowed.flatMap(({ actions }) => actions)).not.toContain('dynamodb:Scan');
  });

  it('comes from a policy that AWS manages', () => {
    for (const [, role] of resources(functions, 'AWS::IAM::Role')) {
      expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    }
  });
});

describe("A function's own role", () => {
  it('reaches no item, no secret, and of the buckets one document', () => {
    const services = new Set(own.flatMap(({ actions }) => actions.map(service)));
    expect([...services].sort()).toEqual(['events', 'kms', 'logs', 's3', 'sqs', 'sts', 'xray']);
    for (const { actions, resources: reached, conditions } of own.filter(({ actions: [a] }) => service(a!) === 's3')) {
      if (actions.includes('s3:ListBucket')) {
        expect(conditions).toEqual({ StringEquals: { 's3:prefix': 'deployment/sites.json' } });
      } else {
        expect(actions).toEqual(['s3:GetObject']);
        expect(JSON.stringify(reached)).toContain('/deployment/sites.json');
      }
    }
  });

  it('may take a role for a site: the data all of them, the log those that add to it', () => {
    const taking = own.filter(({ actions }) => actions.includes('sts:AssumeRole'));
    const taken = taking.flatMap(({ resources: reached }) =>
      reached.map((role) => (role as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0].slice(0, -8)),
    );
    expect(taken.toSorted()).toEqual([
      'ErasuresRole',
      ...Array(5).fill('SiteAuditRole'),
      ...Array(9).fill('SiteDataRole'),
    ]);
    for (const { actions } of taking) expect(actions).toEqual(['sts:AssumeRole', 'sts:TagSession']);
  });
});

describe('The role of erasures', () => {
  it("alone deletes versions, of one site's objects", () => {
    const deleting = allowed.filter(({ actions }) => actions.includes('s3:DeleteObjectVersion'));
    expect(deleting).toEqual(erasure.filter(({ actions }) => actions.includes('s3:DeleteObjectVersion')));
    expect(deleting).toHaveLength(1);
    for (const reached of deleting[0]!.resources) expect(JSON.stringify(reached)).toContain(`/sites/${SITE}/*`);
    expect(erasure.flatMap(({ actions }) => actions).toSorted()).toEqual([
      'kms:Decrypt',
      's3:DeleteObjectVersion',
      's3:GetObjectVersion',
      's3:ListBucketVersions',
    ]);
  });

  it('is taken by one function, with a site', () => {
    const [, role] = resources(functions, 'AWS::IAM::Role').find(([id]) => id.startsWith('ErasuresRole'))!;
    const [trust, ...others] = role.Properties.AssumeRolePolicyDocument.Statement;
    expect([others, [trust.Principal.AWS].flat().length]).toEqual([[], 1]);
    expect(trust.Condition.StringLike).toEqual({ 'aws:RequestTag/site': '?*' });
  });
});

describe("The role for a site's log", () => {
  const [, role] = resources(functions, 'AWS::IAM::Role').find(([id]) => id.startsWith('SiteAuditRole'))!;

  it('reads, lists and puts there, and no more', () => {
    const done = siteAudit.filter(({ actions: [a] }) => service(a!) !== 'kms');
    expect(done.map(({ actions }) => actions)).toEqual([['s3:GetObject', 's3:PutObject'], ['s3:ListBucket']]);
    expect(JSON.stringify(done[0]!.resources)).toContain(`/audit/${SITE}/*`);
    expect(done[1]!.conditions).toEqual({ StringLike: { 's3:prefix': [`audit/${SITE}/*`] } });
  });

  it('is taken with a site and no other tag', () => {
    const [trust, ...others] = role.Properties.AssumeRolePolicyDocument.Statement;
    expect(others).toEqual([]);
    expect(trust.Condition).toEqual({
      StringLike: { 'aws:RequestTag/site': '?*' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['site'] },
    });
  });
});

describe('The role for a site', () => {
  const [, role] = resources(functions, 'AWS::IAM::Role').find(([id]) => id.startsWith('SiteDataRole'))!;
  const of = (name: string): Statement[] => siteData.filter(({ actions }) => actions.some((a) => service(a) === name));

  it("is taken by the functions alone, with a site, and with no tag that isn't ours", () => {
    const [trust, ...others] = role.Properties.AssumeRolePolicyDocument.Statement;
    expect(others).toEqual([]);
    expect(trust.Action).toEqual(['sts:AssumeRole', 'sts:TagSession']);
    expect(trust.Principal.AWS).toHaveLength(9);
    expect(trust.Condition).toEqual({
      StringLike: { 'aws:RequestTag/site': '?*' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['site', 'study'] },
    });
  });

  it('has a trust policy within the 2,048 characters that there are', () => {
    const arn = `arn:aws:iam::123456789012:role/${'x'.repeat(64)}`;
    const written = JSON.stringify(role.Properties.AssumeRolePolicyDocument, (_, value) =>
      value?.['Fn::GetAtt'] ? arn : value,
    );
    expect(written.length).toBeLessThan(2048);
  });

  it("reaches items only where the leading key is the site's, and none where there is no leading key", () => {
    expect(of('dynamodb')).toEqual([
      expect.objectContaining({
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${SITE}#*`] },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      }),
    ]);
  });

  it('reads and writes objects only under the site, its shares and its studies', () => {
    const written = of('s3')
      .filter(({ actions }) => !actions.includes('s3:ListBucket'))
      .flatMap(({ resources: reached, actions }) =>
        reached.map((arn) => [
          JSON.stringify(arn).match(/"(\/[^"]*)"/)![1],
          actions.includes('s3:GetObject'),
          actions.includes('s3:PutObject'),
        ]),
      );
    expect(written).toEqual([
      [`/sites/${SITE}/*`, true, true],
      [`/sites/${SITE}/*`, true, true],
      [`/shares/*/${SITE}/*`, false, true],
      [`/shares/${SITE}/*`, true, false],
      [`/exchange/${STUDY}/${SITE}/*`, false, true],
      [`/exchange/${STUDY}/*`, true, false],
    ]);
  });

  it('lists only what it may read', () => {
    const listing = of('s3').filter(({ actions }) => actions.includes('s3:ListBucket'));
    expect(listing.flatMap(({ conditions }) => conditions['StringLike']!['s3:prefix'])).toEqual([
      `sites/${SITE}/*`,
      `sites/${SITE}/*`,
      `shares/${SITE}/*`,
      `exchange/${STUDY}/*`,
    ]);
  });

  it("uses the site's keys and secrets by their tag", () => {
    for (const { actions, conditions } of [...of('kms'), ...of('secretsmanager')]) {
      if (actions.includes('kms:Decrypt')) {
        expect(Object.keys(conditions['StringEquals']!)).toEqual(['kms:ViaService']);
      } else {
        expect(Object.values(conditions['StringEquals']!)).toEqual([SITE]);
      }
    }
  });
});

describe('Who may send hints', () => {
  it('is the service on behalf of a bucket of this account, and functions that are told of the queue', () => {
    const sending = allowed.filter(({ actions }) => actions.includes('sqs:SendMessage'));
    const policies = sending.filter(({ where }) => where.startsWith('Hints'));
    expect(policies.map(({ conditions }) => conditions)).toEqual([
      { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    ]);
  });
});
