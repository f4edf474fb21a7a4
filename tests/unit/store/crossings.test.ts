import type { SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { Clients } from '../../../lib/store/clients.ts';
import { crossingsIn, Errands, errandIn } from '../../../lib/store/crossings.ts';

const STUDY = 'ab'.repeat(32);

function event(...keys: unknown[]): string {
  return JSON.stringify({ Records: keys.map((key) => ({ eventSource: 'aws:s3', s3: { object: { key } } })) });
}

describe('What came to lie between sites', () => {
  it('is a document of a study or a copy for a site, by its key', () => {
    expect(crossingsIn(event(`exchange/${STUDY}/north/a1-r1.json`, 'shares/south/north/receipt-1.json'))).toEqual([
      { document: { study: STUDY, site: 'north', name: 'a1-r1.json' } },
      { share: { receiver: 'south', owner: 'north', name: 'receipt-1.json' } },
    ]);
  });

  it.each([
    ['another prefix', 'sites/north/cohorts/c/cohort.yaml'],
    ['a study of another form', 'exchange/ABC/north/a1-r1.json'],
    ['a part too many', `exchange/${STUDY}/north/x/a1-r1.json`],
    ['a part too few', 'shares/north/x.json'],
    ['a name of a page', `exchange/${STUDY}/north/<script>.json`],
    ['no key', undefined],
    ['broken percents', 'exchange/%'],
  ])('is nothing where the key has %s', (_, key) => {
    expect(crossingsIn(event(key))).toEqual([]);
  });

  it('is nothing in a message without records, or that is none', () => {
    expect([crossingsIn('{"Event":"s3:TestEvent"}'), crossingsIn('x'), crossingsIn('null')]).toEqual([[], [], []]);
  });
});

describe('An errand', () => {
  it('is read as it was sent, in the group of its site and study', async () => {
    const sent: SendMessageCommand['input'][] = [];
    const queues = { send: async (command: SendMessageCommand) => sent.push(command.input) };
    const errands = new Errands({ queues } as unknown as Clients, { SIGNET_ERRANDS: 'errands' });
    const all = [
      { site: 'north', study: STUDY },
      { site: 'north', received: { owner: 'south', name: 'receipt-1.json' } },
    ];
    for (const errand of all) await errands.send(errand);
    expect(sent.map(({ MessageBody }) => errandIn(MessageBody ?? ''))).toEqual(all);
    expect(sent.map(({ MessageGroupId }) => MessageGroupId)).toEqual([`north/${STUDY}`, 'north/south']);
    expect(new Set(sent.map(({ MessageDeduplicationId }) => MessageDeduplicationId)).size).toBe(2);
  });

  it.each([
    { site: 'North', study: STUDY },
    { site: 'north', study: 'x' },
    { site: 'north' },
    { site: 'north', received: { owner: '..', name: 'x.json' } },
    { site: 'north', received: { owner: 'south', name: '../x' } },
    null,
    'x',
  ])('is none in %j', (body) => {
    expect(errandIn(JSON.stringify(body))).toBeUndefined();
  });
});
