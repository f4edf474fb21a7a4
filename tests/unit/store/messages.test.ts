import type { SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { Clients } from '../../../lib/store/clients.ts';
import { hintsIn, IngestMessages, publicationIn } from '../../../lib/store/messages.ts';

/** A queue that keeps what it is sent. */
function keeping() {
  const sent: SendMessageCommand['input'][] = [];
  const queues = {
    send: (command: SendMessageCommand) => {
      sent.push(command.input);
      return Promise.resolve({});
    },
  };
  const addresses = { hints: 'hints', publications: 'publications', sources: 'bucket' };
  return { sent, messages: new IngestMessages({ queues } as unknown as Clients, addresses) };
}

function event(...keys: unknown[]): string {
  return JSON.stringify({ Records: keys.map((key) => ({ eventSource: 'aws:s3', s3: { object: { key } } })) });
}

describe('a message of the hint queue', () => {
  it.each(['a b+c.csv', 'données/β 1.maf.gz', '100%.csv', "it's (1)!.csv", 'a&b=c?d#e.csv'])(
    'of our own names the source it was sent for: %j',
    async (key) => {
      const { sent, messages } = keeping();
      const source = { site: 'a', cohort: 'liver', key };
      await messages.hint(source, 5);
      expect(sent[0]?.DelaySeconds).toBe(5);
      expect(hintsIn(sent[0]?.MessageBody ?? '')).toEqual({ sources: [source], refused: 0 });
    },
  );

  it('is decoded as the bucket encodes: a plus is a space', () => {
    expect(hintsIn(event('sites/a/cohorts/liver/a+b%2Bc.csv')).sources).toEqual([
      { site: 'a', cohort: 'liver', key: 'a b+c.csv' },
    ]);
  });

  it('names each source once', () => {
    const key = 'sites/a/cohorts/liver/x.csv';
    expect(hintsIn(event(key, key)).sources).toHaveLength(1);
  });

  it.each([
    ['a test event', '{"Service":"Amazon S3","Event":"s3:TestEvent"}', 0],
    ['not JSON', 'hello', 0],
    ['null', 'null', 0],
    ['records that are none', '{"Records": 5}', 0],
    ['a key that is refused', event('sites/a/cohorts/liver/..%2Fx'), 1],
    ['a key that cannot be decoded', event('sites/a/cohorts/liver/%E0%A4%A'), 1],
    ['a key that is no text', event(7, null), 2],
  ])('that is %s names none', (_, body, refused) => {
    expect(hintsIn(body)).toEqual({ sources: [], refused });
  });
});

describe('a publication', () => {
  it('goes to its cohort, each under an id of its own', async () => {
    const { sent, messages } = keeping();
    const publication = { site: 'a', cohort: 'liver', source: 'x.csv', counter: 4, fold: true };
    await messages.publish(publication);
    await messages.publish(publication);
    expect(sent.map(({ MessageGroupId }) => MessageGroupId)).toEqual(['a/liver', 'a/liver']);
    expect(new Set(sent.map(({ MessageDeduplicationId }) => MessageDeduplicationId)).size).toBe(2);
    expect(publicationIn(sent[0]?.MessageBody ?? '')).toEqual(publication);
  });

  it.each(['', 'null', '{}', '{"site":"A","cohort":"liver"}', '{"site":"a","cohort":"../x"}'])(
    'is none: %j',
    (body) => {
      expect(publicationIn(body)).toBeUndefined();
    },
  );
});
