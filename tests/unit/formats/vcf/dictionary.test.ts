import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteDictionary } from '../../../../lib/formats/vcf/dictionary.ts';

describe('A dictionary of bytes', () => {
  it('gives each word the value that was made of it, once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'é', '|'), maxLength: 4 }), { maxLength: 200 }),
        (words) => {
          let made = 0;
          const dictionary = new ByteDictionary((text) => {
            made += 1;
            return { text };
          });
          for (const word of words) {
            const bytes = Buffer.from(`<${word}>`);
            expect(dictionary.get(bytes, 1, bytes.length - 1)).toEqual({ text: word });
          }
          expect(made).toBe(new Set(words).size);
        },
      ),
    );
  });

  it('is right beyond what it remembers', () => {
    const dictionary = new ByteDictionary((text) => text);
    for (let round = 0; round < 2; round++)
      for (let i = 0; i < 40_000; i++) {
        const bytes = Buffer.from(`G${i}`);
        if (dictionary.get(bytes, 0, bytes.length) !== `G${i}`) throw new Error(`G${i}`);
      }
    expect(dictionary.get(Buffer.from('G7'), 0, 2)).toBe('G7');
  });
});
