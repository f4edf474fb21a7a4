import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markup } from '../../../lib/render/markup.ts';
import { faultsOf } from './well-formed.ts';

/** Half of characters that take two, and what XML forbids, among the rest. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'<>&"\'', '\ud800', '\udfff', '\u0000', '\u001b', '\u0085', '\uffff'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

describe('markup', () => {
  it('keeps text where it was put: in an element, in an attribute', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const written = String(markup`<a b="${a}">${b}</a>`);
        expect(faultsOf(written)).toEqual([]);
        const [, inside, content] = written.match(/^<a b="([^"<]*)">([^<]*)<\/a>$/s)!;
        expect(inside).not.toMatch(/['>]/);
        expect(content).not.toMatch(/['">]/);
      }),
    );
  });

  it('loses nothing of text but what XML forbids', () => {
    fc.assert(
      fc.property(text, (given) => {
        const read = String(markup`${given}`).replace(/&[^;]*;/g, (entity) => ENTITIES[entity]!);
        expect(read).toHaveLength(given.length);
        for (let i = 0; i < read.length; i++) if (read[i] !== '\ufffd') expect(read[i]).toBe(given[i]);
        expect(markup`${'Größe ≥ 5 cm, 肝 \u{1f600}'}`.text).toBe('Größe ≥ 5 cm, 肝 \u{1f600}');
      }),
    );
  });

  it('writes coordinates to a hundredth, nothing for nothing, lists in order, and markup as it is', () => {
    expect(markup`${1.005}|${-0.001}|${undefined}|${['a', markup`<b/>`, [2]]}`.text).toBe('1|0||a<b/>2');
  });
});
