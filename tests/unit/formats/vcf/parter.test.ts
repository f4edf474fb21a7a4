import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HAS, Parter } from '../../../../lib/formats/vcf/parter.ts';
import { assembled, inTree, SOURCES } from '../../../../tools/vectors/assemble.ts';

/** Of what is looked for, its neighbours in value and in the lower half, and bytes at the edges. */
const letters = fc.constantFrom(...Buffer.from('\t\t;; :,|.059A\b\v)\x19Kk<\x00\x80\xff\xa0\xbb', 'latin1'));

/** A block, and a stretch of it that begins and ends anywhere. */
const stretch = fc.record({
  before: fc.array(letters, { maxLength: 20 }),
  content: fc.array(letters, { maxLength: 70 }),
  after: fc.array(letters, { maxLength: 20 }),
});

/** Parts `content` between `before` and `after`; places are told from the beginning of `content`. */
function parted(before: readonly number[], content: readonly number[], after: readonly number[]) {
  const parter = new Parter();
  parter.take(Buffer.from([...before, ...content, ...after]));
  const start = parter.start + before.length;
  const listed = (first: number, count: number): number[] =>
    Array.from(parter.numbers.subarray(first, first + count), (place) => place - start);
  return { parter, start, end: start + content.length, listed };
}

/** Where a byte stands. */
const places = (bytes: readonly number[], byte: string): number[] =>
  bytes.flatMap((each, at) => (each === byte.charCodeAt(0) ? [at] : []));

describe('Parting in WebAssembly', () => {
  it('runs what its source says', async () => {
    expect(readFileSync(inTree(SOURCES[1].code), 'utf8')).toBe(await assembled(SOURCES[1]));
  });

  it('finds the tabs, semicolons and blanks of a line, and its end, as a loop over bytes does', () => {
    fc.assert(
      fc.property(stretch, fc.boolean(), ({ before, content, after }, last) => {
        const rest = last ? [] : [10, ...after];
        const { parter, start, end, listed } = parted(before, content, rest);
        expect(parter.line(start)).toBe(end);
        expect(listed(parter.tabs, parter.tabCount)).toEqual(places(content, '\t'));
        expect(listed(parter.semicolons, parter.semicolonCount)).toEqual(places(content, ';'));
        expect(parter.blank).toBe(content.includes(32));
      }),
      { numRuns: 500 },
    );
  });

  it('parts entries at commas and their fields at bars, as many as are asked for, and changes no byte', () => {
    fc.assert(
      fc.property(stretch, fc.integer({ min: 1, max: 5 }), ({ before, content, after }, width) => {
        const { parter, start, end, listed } = parted(before, content, after);
        const bytes = Buffer.from(parter.bytes);
        const count = parter.entries(start, end, width);
        expect(parter.bytes.subarray(parter.start, parter.end)).toEqual(bytes.subarray(parter.start, parter.end));
        const text = Buffer.from(content).toString('latin1');
        const entries = text === '' ? [] : text.split(',');
        expect(count).toBe(entries.length);
        for (let entry = 0; entry < count; entry++) {
          const [first, next] = [parter.numbers[parter.firsts + entry]!, parter.numbers[parter.firsts + entry + 1]!];
          const marks = listed(first - 1, next - first + 1);
          const found = marks.slice(1).map((end, i) => text.slice(marks[i]! + 1, end));
          const fields = entries[entry]!.split('|');
          if (fields.length <= width) expect(found).toEqual(fields);
          else expect(found.slice(0, width)).toEqual(fields.slice(0, width));
          expect(found.join('|')).toBe(entries[entry]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('parts a sample at its colons, and says what each field has', () => {
    fc.assert(
      fc.property(stretch, fc.integer({ min: 1, max: 6 }), ({ before, content, after }, most) => {
        const { parter, start, end, listed } = parted(before, content, after);
        const fields = Buffer.from(content).toString('latin1').split(':');
        const count = parter.sample(start, end, most);
        expect(count).toBe(Math.min(fields.length, most + 1));
        let at = 0;
        for (const [i, field] of fields.slice(0, count).entries()) {
          const place = parter.fields + 4 * i;
          expect(listed(place, 2)).toEqual([at, at + field.length]);
          const values = field.split(',');
          const has =
            (field.includes('.') ? HAS.dot : 0) |
            (values.some((value) => value.split('.').length > 2) ? HAS.twoDots : 0) |
            (values.includes('') ? HAS.emptyValue : 0) |
            (/[^\d.,]/.test(field) ? HAS.other : 0);
          expect([parter.numbers[place + 2], parter.numbers[place + 3]]).toEqual([has, values.length - 1]);
          at += field.length + 1;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes blocks of any size, and lines with more marks than it had room for', () => {
    const parter = new Parter();
    for (const size of [1, 300_000, 7, 70_000, 3_000_000]) {
      const text = `${'\t;'.repeat(size)}\n${'|,'.repeat(size)}\n${':'.repeat(size)}`;
      parter.take(Buffer.from(text));
      const first = parter.line(parter.start);
      expect(first - parter.start).toBe(2 * size);
      expect([parter.tabCount, parter.semicolonCount]).toEqual([size, size]);
      expect(parter.numbers[parter.tabs + size - 1]).toBe(first - 2);
      expect(parter.numbers[parter.semicolons + size - 1]).toBe(first - 1);
      const second = parter.line(first + 1);
      expect(parter.entries(first + 1, second, 3)).toBe(size + 1);
      expect(parter.line(second + 1)).toBe(parter.end);
      expect(parter.sample(second + 1, parter.end, size)).toBe(size + 1);
      expect(parter.bytes.toString('latin1', parter.start, parter.end)).toBe(text);
    }
  });
});
