import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortProtein, shortProteinAt } from '../../../lib/formats/protein.ts';

const residue = fc.constantFrom('Val', 'Glu', 'Ter', 'Xaa', 'val', 'Foo', 'V', '*', 'é');
const place = fc.oneof(fc.nat(3000).map(String), fc.constantFrom('', '0', '007', '12345678901', '1_2', '-1'));
const sequence = fc.constantFrom('', ':', 'ENSP00000000001.2:', 'x:y:', 'ENSP1', '(', 'c.35G>A;');
const begins = fc.constantFrom('p.', 'P.', 'p', '.', 'p.(');

/** Most are changes as HGVS writes them; the rest break off from it somewhere. */
const change = fc
  .tuple(sequence, begins, residue, place, residue, fc.constantFrom('', '', '', ')', 'fsTer5', ' '))
  .map((parts) => parts.join(''));

describe('A protein change that stands in bytes', () => {
  it('is the same as its text, wherever it stands', () => {
    fc.assert(
      fc.property(
        change,
        fc.constantFrom('', 'p', ':p.', 'Val', '1'),
        fc.constantFrom('', 'Glu', '7'),
        (text, before, after) => {
          const bytes = Buffer.from(before + text + after);
          const start = Buffer.byteLength(before);
          expect(shortProteinAt(bytes, start, start + Buffer.byteLength(text))).toBe(shortProtein(text));
        },
      ),
      { numRuns: 3000 },
    );
    const bytes = Buffer.from('|ENSP00000275493.2:p.Leu858Arg|');
    expect(shortProteinAt(bytes, 1, bytes.length - 1)).toBe('p.L858R');
  });
});
