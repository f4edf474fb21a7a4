import { describe, expect, it } from 'vitest';
import type { Template } from '../../../cdk/local/assembly.ts';
import { Templates } from '../../../cdk/local/template.ts';

function templates(
  stacks: Readonly<Record<string, Template>>,
  parameters: Readonly<Record<string, string | number>> = {},
): Templates {
  const assembly = { stacks: new Map(Object.entries(stacks)), bundles: new Map() };
  return new Templates(assembly, { parameters, addresses: { queues: 'http://queues', api: 'http://api' } });
}

const data: Template = {
  Parameters: { Visibility: { Type: 'Number', Default: 1800 } },
  Resources: {
    Bucket1: { Type: 'AWS::S3::Bucket' },
    Queue1: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: { Ref: 'Visibility' } } },
  },
  Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Queue1', 'Arn'] } } },
};

describe('A template', () => {
  it('refers to resources by name, address and ARN, across stacks too', () => {
    const all = templates({
      Data: data,
      Functions: {
        Resources: {
          Mapping: {
            Type: 'AWS::Lambda::EventSourceMapping',
            Properties: {
              EventSourceArn: {
                'Fn::GetStackOutput': { StackName: 'Data', OutputName: 'Arn', Region: 'eu-central-1' },
              },
            },
          },
        },
      },
    });
    expect(all.resolve({ Ref: 'Bucket1' }, 'Data')).toBe('data-bucket1');
    expect(all.resolve({ Ref: 'Queue1' }, 'Data')).toBe('http://queues/000000000000/data-queue1');
    expect(all.resources().find(({ id }) => id === 'Mapping')?.properties).toEqual({
      EventSourceArn: 'arn:aws:sqs:eu-central-1:000000000000:data-queue1',
    });
  });

  it('takes a parameter, or its default, in its type', () => {
    const queue = (all: Templates) =>
      all.resources().find(({ id }) => id === 'Queue1')?.properties['VisibilityTimeout'];
    expect(queue(templates({ Data: data }))).toBe(1800);
    expect(queue(templates({ Data: data }, { Visibility: '5' }))).toBe(5);
  });

  it('joins, splits, selects, substitutes and decides', () => {
    const all = templates({
      Data: { ...data, Conditions: { Named: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, ''] }] } } },
    });
    const resolve = (value: Parameters<Templates['resolve']>[0]) => all.resolve(value, 'Data');
    expect(resolve({ 'Fn::Join': ['/', ['a', { Ref: 'Bucket1' }]] })).toBe('a/data-bucket1');
    expect(resolve({ 'Fn::Select': [1, { 'Fn::Split': [',', 'a,b'] }] })).toBe('b');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as a template writes it
    expect(resolve({ 'Fn::Sub': 'x-${AWS::AccountId}' })).toBe('x-000000000000');
    expect(resolve({ 'Fn::If': ['Named', 'yes', { Ref: 'AWS::NoValue' }] })).toBe('yes');
  });

  it('leaves out what has no value, and resources whose condition does not hold', () => {
    const all = templates({
      Data: {
        Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
        Resources: {
          Gone: { Type: 'AWS::SNS::Subscription', Condition: 'Never' },
          Bare: {
            Type: 'AWS::SNS::Topic',
            Properties: { Name: { Ref: 'AWS::NoValue' }, List: [{ Ref: 'AWS::NoValue' }] },
          },
        },
      },
    });
    expect(all.resources().map(({ id, properties }) => [id, properties])).toEqual([['Bare', { List: [] }]]);
  });

  it.each([
    [
      'a type of resource that nothing here stands for',
      { X: { Type: 'AWS::Neptune::DBCluster' } },
      'unknown-resource-type',
    ],
    [
      'a reference to nothing',
      { X: { Type: 'AWS::SNS::Topic', Properties: { Name: { Ref: 'Nobody' } } } },
      'unresolved',
    ],
    [
      'a function that is not worked out',
      { X: { Type: 'AWS::SNS::Topic', Properties: { N: { 'Fn::Cidr': [] } } } },
      'unresolved',
    ],
    [
      'an attribute that is not known',
      {
        X: { Type: 'AWS::SNS::Topic' },
        Y: { Type: 'AWS::SNS::Topic', Properties: { N: { 'Fn::GetAtt': ['X', 'Colour'] } } },
      },
      'unresolved',
    ],
  ])('refuses %s', (_, Resources, code) => {
    expect(() => templates({ Data: { Resources } }).resources()).toThrow(expect.objectContaining({ code }));
  });

  it('gives long ids names that stay apart', () => {
    const id = 'A'.repeat(80);
    const all = templates({
      Data: {
        Resources: { [`${id}1111AAAA`]: { Type: 'AWS::S3::Bucket' }, [`${id}1111BBBB`]: { Type: 'AWS::S3::Bucket' } },
      },
    });
    const names = all.resources().map(({ name }) => name);
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[a-z0-9-]{3,63}$/);
  });
});
