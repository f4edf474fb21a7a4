import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Credentials } from '../../../cdk/local/credentials.ts';
import { startEngine } from '../../../cdk/local/engine.ts';
import { Keep } from '../../../cdk/local/keep.ts';
import { Parts } from '../../../cdk/local/parts.ts';
import { startQueueFront } from '../../../cdk/local/queue-front.ts';
import { Queues } from '../../../cdk/local/queues.ts';
import { rolesOf, startRoles } from '../../../cdk/local/roles.ts';
import { startSecrets } from '../../../cdk/local/secrets.ts';
import { createTables } from '../../../cdk/local/table.ts';
import { startTableFront } from '../../../cdk/local/table-front.ts';
import type { Resource } from '../../../cdk/local/template.ts';

const REGION = 'eu-central-1';
const TABLE = 'items';
const ARN = 'arn:aws:iam::000000000000:role/data';
// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy language
const SITE = '${aws:PrincipalTag/site}';

const resource = (type: string, name: string, properties: object): Resource => ({
  id: name,
  stack: 'S',
  type,
  name,
  properties: properties as Resource['properties'],
});
const table = resource('AWS::DynamoDB::GlobalTable', TABLE, {
  AttributeDefinitions: [
    { AttributeName: 'PK', AttributeType: 'S' },
    { AttributeName: 'SK', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'PK', KeyType: 'HASH' },
    { AttributeName: 'SK', KeyType: 'RANGE' },
  ],
});
const roles = rolesOf([
  resource('AWS::IAM::Role', 'data', {
    MaxSessionDuration: 3600,
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Action: ['sts:AssumeRole', 'sts:TagSession'],
          Principal: { AWS: 'arn:aws:iam::000000000000:role/worker' },
          Condition: {
            StringLike: { 'aws:RequestTag/site': '?*' },
            'ForAllValues:StringEquals': { 'aws:TagKeys': ['site'] },
          },
        },
      ],
    },
  }),
  resource('AWS::IAM::Policy', 'data-policy', {
    Roles: ['data'],
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Action: [
            'dynamodb:GetItem',
            'dynamodb:PutItem',
            'dynamodb:Query',
            'dynamodb:BatchGetItem',
            'dynamodb:BatchWriteItem',
          ],
          Resource: `arn:aws:dynamodb:${REGION}:000000000000:table/${TABLE}`,
          Condition: {
            'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${SITE}#*`] },
            Null: { 'dynamodb:LeadingKeys': 'false' },
          },
        },
        {
          Effect: 'Allow',
          Action: 'secretsmanager:CreateSecret',
          Resource: `arn:aws:secretsmanager:${REGION}:000000000000:secret:signet/${SITE}/*`,
          Condition: { StringEquals: { 'aws:RequestTag/site': SITE } },
        },
        {
          Effect: 'Allow',
          Action: 'secretsmanager:GetSecretValue',
          Resource: `arn:aws:secretsmanager:${REGION}:000000000000:secret:signet/${SITE}/*`,
          Condition: { StringEquals: { 'secretsmanager:ResourceTag/site': SITE } },
        },
      ],
    },
  }),
]);

const parts = new Parts();
const credentials = new Credentials();
const worker = credentials.issue({
  name: 'arn:aws:iam::000000000000:role/worker',
  tags: {},
  statements: [
    { Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: ARN },
    { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: `arn:aws:sqs:${REGION}:000000000000:open` },
  ],
});
const keysOf = ({ accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string }) => ({
  region: REGION,
  maxAttempts: 1,
  credentials: { accessKeyId, secretAccessKey },
});

let sts: STSClient;
let addresses: { table: string; secrets: string; queues: string };

beforeAll(async () => {
  const [tableEngine, queueEngine] = [parts.add(await startEngine('table')), parts.add(await startEngine('queues'))];
  await createTables(tableEngine.url, [table]);
  const queues = parts.add(new Queues(queueEngine.url));
  await queues.create([resource('AWS::SQS::Queue', 'open', {}), resource('AWS::SQS::Queue', 'closed', {})]);
  const keep = new Keep();
  parts.add({ stop: () => keep.release() });
  const front = await startTableFront({
    engine: tableEngine.url,
    partitionKeys: new Map([[TABLE, 'PK']]),
    credentials,
  });
  addresses = {
    table: parts.add(front).url,
    secrets: parts.add(await startSecrets(keep, credentials)).url,
    queues: parts.add(await startQueueFront(queueEngine.url, credentials)).url,
  };
  sts = new STSClient({ ...keysOf(worker), endpoint: parts.add(await startRoles(roles, credentials)).url });
});
afterAll(() => parts.stop());

async function sessionFor(Tags: { Key: string; Value: string }[], RoleArn = ARN) {
  const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 's', Tags }));
  return {
    region: REGION,
    maxAttempts: 1,
    credentials: {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
    },
  };
}
const session = (site: string) => sessionFor([{ Key: 'site', Value: site }]);
const items = async (site: string) => new DynamoDBClient({ ...(await session(site)), endpoint: addresses.table });
const item = (site: string) => ({ PK: { S: `${site}#C#x` }, SK: { S: 'CURRENT' }, n: { N: '1' } });
const key = (site: string) => ({ PK: { S: `${site}#C#x` }, SK: { S: 'CURRENT' } });
const DENIED = { name: 'AccessDeniedException' };

describe('The role for a site', () => {
  it.each([
    ['without a tag', []],
    ['with an empty tag', [{ Key: 'site', Value: '' }]],
    [
      'with another tag beside',
      [
        { Key: 'site', Value: 'a' },
        { Key: 'admin', Value: 'yes' },
      ],
    ],
  ])('is not taken %s', async (_, tags) => {
    await expect(sessionFor(tags)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('is the only one that the worker may take', async () => {
    await expect(sessionFor([{ Key: 'site', Value: 'a' }], `${ARN}2`)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('The table before its engine', () => {
  it("lets a session read and write its own site's items", async () => {
    const client = await items('a');
    await client.send(new PutItemCommand({ TableName: TABLE, Item: item('a') }));
    const { Item } = await client.send(new GetItemCommand({ TableName: TABLE, Key: key('a') }));
    expect(Item).toEqual(item('a'));
    const { Count } = await client.send(
      new QueryCommand({
        TableName: TABLE,
        KeyConditionExpression: '#p = :p',
        ExpressionAttributeNames: { '#p': 'PK' },
        ExpressionAttributeValues: { ':p': { S: 'a#C#x' } },
      }),
    );
    expect(Count).toBe(1);
  });

  it.each([
    ['gets', new GetItemCommand({ TableName: TABLE, Key: key('a') })],
    ['puts', new PutItemCommand({ TableName: TABLE, Item: item('a') })],
    [
      'queries',
      new QueryCommand({
        TableName: TABLE,
        KeyConditionExpression: 'PK = :p',
        ExpressionAttributeValues: { ':p': { S: 'a#C#x' } },
      }),
    ],
    [
      'gets one among its own of',
      new BatchGetItemCommand({ RequestItems: { [TABLE]: { Keys: [key('b'), key('a')] } } }),
    ],
    [
      'writes one among its own of',
      new BatchWriteItemCommand({
        RequestItems: { [TABLE]: [{ PutRequest: { Item: item('b') } }, { DeleteRequest: { Key: key('a') } }] },
      }),
    ],
  ])("refuses a session that %s another site's items", async (_, command) => {
    const client = await items('b');
    await expect(client.send(command as GetItemCommand)).rejects.toMatchObject(DENIED);
  });

  it('refuses what names no key, and what no statement allows', async () => {
    const client = await items('a');
    await expect(client.send(new ScanCommand({ TableName: TABLE }))).rejects.toMatchObject(DENIED);
    await expect(client.send(new DeleteItemCommand({ TableName: TABLE, Key: key('a') }))).rejects.toMatchObject(DENIED);
  });

  it('does not take a tag for a pattern', async () => {
    const client = await items('*');
    await expect(client.send(new GetItemCommand({ TableName: TABLE, Key: key('a') }))).rejects.toMatchObject(DENIED);
  });

  it('refuses keys that were never given out', async () => {
    const stranger = { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'x' };
    const client = new DynamoDBClient({ ...keysOf(stranger), endpoint: addresses.table });
    await expect(client.send(new GetItemCommand({ TableName: TABLE, Key: key('a') }))).rejects.toMatchObject({
      name: 'InvalidAccessKeyId',
    });
  });
});

describe('The secrets store', () => {
  it("makes and reads a site's own secret, once, and no other's", async () => {
    const own = new SecretsManagerClient({ ...(await session('a')), endpoint: addresses.secrets });
    const other = new SecretsManagerClient({ ...(await session('b')), endpoint: addresses.secrets });
    const make = (client: SecretsManagerClient, site: string) =>
      client.send(
        new CreateSecretCommand({ Name: `signet/${site}/x`, SecretString: 's', Tags: [{ Key: 'site', Value: site }] }),
      );
    await make(own, 'a');
    await expect(make(own, 'a')).rejects.toMatchObject({ name: 'ResourceExistsException' });
    await expect(make(other, 'a')).rejects.toMatchObject(DENIED);
    const read = new GetSecretValueCommand({ SecretId: 'signet/a/x' });
    expect((await own.send(read)).SecretString).toBe('s');
    await expect(other.send(read)).rejects.toMatchObject(DENIED);
  });
});

describe('The queues before their engine', () => {
  it('take messages where a statement lets them, and nowhere else', async () => {
    const client = new SQSClient({ ...keysOf(worker), endpoint: addresses.queues });
    const send = (queue: string) =>
      client.send(new SendMessageCommand({ QueueUrl: `${addresses.queues}/000000000000/${queue}`, MessageBody: 'm' }));
    expect((await send('open')).MessageId).toMatch(/\S/);
    await expect(send('closed')).rejects.toMatchObject(DENIED);
  });
});
