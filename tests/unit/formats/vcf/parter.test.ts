import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOT_KEPT, Parter } from '../../../../lib/formats/vcf/parter.ts';
import { assembled, inTree, SOURCES } from '../../../../tools/vectors/assemble.ts';

const BAR = 124;

/** Letters, the byte itself, and its neighbours in value, at which arithmetic on four bytes at once could err. */
const byte = fc.constantFrom(BAR, BAR, BAR - 1, BAR + 1, 65, 0, 128, 255, BAR + 128);

describe('Parting at a byte', () => {
  it('runs what its source says', async () => {
    expect(readFileSync(inTree(SOURCES[1].code), 'utf8')).toBe(await assembled(SOURCES[1]));
  });

  it('takes blocks of any size, one after the other', () => {
    const parter = new Parter(BAR, Uint8Array.of(0, NOT_KEPT, 1));
    const [starts, ends] = [new Int32Array(2), new Int32Array(2)];
    for (const before of [0, 300_000, 7, 70_000]) {
      const bytes = Buffer.from(`${'|'.repeat(before)}ab|cd|ef|gh`);
      parter.part(bytes, before, bytes.length, starts, ends, 0);
      expect([...starts, ...ends]).toEqual([before, before + 6, before + 2, before + 8]);
    }
  });

  it('finds the fields that a loop over bytes finds, wherever they lie in memory', () => {
    fc.assert(
      fc.property(
        fc.array(byte, { maxLength: 60 }),
        fc.nat(9),
        fc.nat(5),
        fc.integer({ min: 1, max: 9 }),
        (content, before, after, width) => {
          const memory = new Uint8Array(before + content.length + after).fill(BAR);
          memory.set(content, before);
          const offset = Math.min(before, 3);
          const bytes = Buffer.from(memory.buffer, offset);
          const [start, end] = [before - offset, before - offset + content.length];
          const keptAs = Uint8Array.from({ length: width }, (_, i) => (i % 3 === 1 ? NOT_KEPT : i));
          const [starts, ends] = [new Int32Array(20).fill(-1), new Int32Array(20).fill(-1)];
          new Parter(BAR, keptAs).part(bytes, start, end, starts, ends, 4);

          for (let field = 0, at = start; field < width; field++) {
            const begin = at;
            while (at < end && bytes[at] !== BAR) at += 1;
            const kept = keptAs[field] !== NOT_KEPT;
            expect([starts[4 + field], ends[4 + field]]).toEqual(kept ? [begin, at] : [-1, -1]);
            if (at < end) at += 1;
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
