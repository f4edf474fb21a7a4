import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { mafAlterations, openSource } from '../../../lib/formats/index.ts';
import { faultOf } from './read.ts';

const HEAD = 'Hugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification\n';
const ROWS = Buffer.from('KRAS\tS1\tMissense_Mutation\n'.repeat(1000));

/** A file that counts what is asked of it, and whether it was let go. */
class Watched {
  taken = 0;
  closed = false;
  readonly #head: Uint8Array;
  readonly #rest: Uint8Array;
  readonly #pieces: number;

  constructor(head: string | Uint8Array, rest: Uint8Array, pieces: number) {
    this.#head = Buffer.from(head as string);
    this.#rest = rest;
    this.#pieces = pieces;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      yield this.#head;
      for (let i = 0; i < this.#pieces; i++) {
        this.taken += this.#rest.length;
        yield this.#rest;
      }
    } finally {
      this.closed = true;
    }
  }
}

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('a file of 250 MB', () => {
  it.each([
    ['between tabs', HEAD, ROWS, 10_000],
    ['between commas', HEAD.replaceAll('\t', ','), Buffer.from(ROWS.toString().replaceAll('\t', ',')), 10_000],
    ['in gzip', gzipSync(HEAD), gzipSync(ROWS), 10_000],
  ])('%s is taken no faster than its rows are, and let go when nobody reads on', async (_, head, rest, pieces) => {
    const file = new Watched(head, rest, pieces);
    const source = await openSource(file, { file: 'f' });
    for await (const batch of mafAlterations(source, { specimenColumn: 'Tumor_Sample_Barcode' })) {
      expect(batch.length).toBeLessThanOrEqual(1000);
      break;
    }
    source.close();
    await turns();
    expect(file.taken).toBeLessThan(1_500_000);
    expect(file.closed).toBe(true);
  });
});

it.each([
  ['a picture', Buffer.from('89504e470d0a1a0a', 'hex')],
  ['a header that is no header', 'id,id\n'],
  ['gzip in gzip', gzipSync(gzipSync('id\n'))],
])('a file is let go that is refused as %s', async (_, head) => {
  const file = new Watched(head, Buffer.alloc(100_000, 'x,y\n'), 100);
  await faultOf(openSource(file, { file: 'f' }));
  await turns();
  expect(file.closed).toBe(true);
});
