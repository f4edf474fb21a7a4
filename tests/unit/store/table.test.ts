import { randomBytes } from 'node:crypto';
import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SourceHeads } from '../../../lib/store/heads.ts';
import { type KeyedItem, Table } from '../../../lib/store/table.ts';
import { tableOnly } from './clients-double.ts';
import { ENGINES, type Engine } from './engines.ts';

const SOURCE = { site: 'a', cohort: 'liver', key: 'clinical data.csv' };

function head(n: number, by = '') {
  const counts = { patients: 1, specimens: 0, alterations: 0, problems: 0 };
  return {
    key: SOURCE.key,
    n,
    looked: { etag: '"e"', bytes: 3, reading: 'r', verdict: 'accepted' as const, counts, attempt: by },
    inForce: { attempt: by, sha256: 's', reading: 'r', counts },
    at: '2026-01-01T00:00:00.000Z',
  };
}

describe.each(ENGINES)('the table on $name', ({ start }) => {
  let engine: Engine;
  let table: Table;
  beforeAll(async () => {
    engine = await start();
    table = new Table(engine.client, engine.table);
  });
  afterAll(() => engine.stop());

  it('gives back what was put, of every type', async () => {
    const key = { PK: 'a#types', SK: '1' };
    const values = { s: 'é ', n: 0.1, t: true, z: null, b: new Uint8Array([0, 255]), l: [1, 'x'], m: { __proto: 1 } };
    await table.put({ ...key, ...values, absent: undefined });
    const item = await table.get(key);
    expect({ ...item, m: { ...(item?.['m'] as object) }, b: new Uint8Array(item?.['b'] as Uint8Array) }).toEqual({
      ...key,
      ...values,
    });
    expect(await table.get({ PK: 'a#types', SK: '2' })).toBeUndefined();
  });

  it('lets one of many who flip the same counter win, and only one', async () => {
    const heads = new SourceHeads(tableOnly(engine.client), engine.table);
    for (const n of [undefined, 0, 1, 2, 3]) {
      const next = (n ?? -1) + 1;
      const won = await Promise.all(Array.from({ length: 40 }, (_, i) => heads.flip(SOURCE, n, head(next, `${i}`))));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await heads.read(SOURCE)).toEqual(head(next, `${won.indexOf(true)}`));
    }
    expect(await heads.all(SOURCE)).toHaveLength(1);
  });

  it('takes an item of 399 KB and refuses one of 401', async () => {
    const PK = 'a#large';
    await table.put({ PK, SK: 'fits', body: randomBytes(399 * 1024) });
    expect((await table.get({ PK, SK: 'fits' }))?.['body']).toHaveLength(399 * 1024);
    await expect(table.put({ PK, SK: 'does not', body: randomBytes(401 * 1024) })).rejects.toThrow();
  });

  it('reads a partition of several megabytes to its end, page by page', async () => {
    const PK = 'a#pages';
    const items = Array.from({ length: 130 }, (_, i) => ({
      PK,
      SK: `ITEM#${String(i).padStart(4, '0')}`,
      body: randomBytes(40_000),
    }));
    await table.writeAll([...items, { PK, SK: 'OTHER#1' }]);
    const pages: number[] = [];
    for await (const page of table.pages({ PK, prefix: 'ITEM#' })) pages.push(page.length);
    expect(pages.length).toBeGreaterThan(4);
    expect(pages.reduce((a, b) => a + b)).toBe(130);
    const names = await table.all({ PK, prefix: 'ITEM#', attributes: ['SK'] });
    expect(names.map(({ SK }) => SK)).toEqual(items.map(({ SK }) => SK));
    expect(names.every((item) => !('body' in item))).toBe(true);
  });

  it('reads on where a page ends by number and not by size', async () => {
    const PK = 'a#many';
    await table.writeAll(Array.from({ length: 2_345 }, (_, i) => ({ PK, SK: `${i}` })));
    expect(await table.all({ PK })).toHaveLength(2_345);
  });

  it('deletes in batches', async () => {
    const PK = 'a#deleted';
    const items = Array.from({ length: 60 }, (_, i) => ({ PK, SK: `${i}` }));
    await table.writeAll(items);
    await table.deleteAll(items);
    expect(await table.all({ PK })).toEqual([]);
  });

  it('writes what came back unprocessed again, and nothing is lost', async () => {
    const busy = leavingUndone(engine.client, 0.5);
    const PK = 'a#busy';
    const items: KeyedItem[] = Array.from({ length: 100 }, (_, i) => ({ PK, SK: `${i}` }));
    await new Table(busy.client, engine.table).writeAll(items);
    expect(busy.undone()).toBeGreaterThan(0);
    expect(await table.all({ PK })).toHaveLength(100);
  });

  it('counts up from nothing', async () => {
    const key = { PK: 'a#LIMITS', SK: 'MINUTE#1' };
    const words = { names: { '#n': 'n' }, values: { ':zero': 0, ':one': 1 } };
    const counted = () => table.updated(key, 'SET #n = if_not_exists(#n, :zero) + :one', words);
    await Promise.all([counted(), counted(), counted()]);
    expect((await counted())['n']).toBe(4);
  });
});

/** A client whose batches leave a share of their writes undone, as a busy table's do and no local engine's ever. */
function leavingUndone(real: DynamoDBClient, share: number) {
  let undone = 0;
  const client = {
    async send(command: unknown) {
      if (!(command instanceof BatchWriteItemCommand)) return real.send(command as never);
      const [[name, requests = []] = ['', []]] = Object.entries(command.input.RequestItems ?? {});
      const done = requests.slice(0, Math.ceil(requests.length * (1 - share)));
      const left = requests.length > 1 ? requests.slice(done.length) : [];
      await real.send(
        new BatchWriteItemCommand({ RequestItems: { [name]: requests.slice(0, requests.length - left.length) } }),
      );
      undone += left.length;
      return { UnprocessedItems: left.length > 0 ? { [name]: left } : {} };
    },
  };
  return { client: client as unknown as Pick<DynamoDBClient, 'send'>, undone: () => undone };
}
