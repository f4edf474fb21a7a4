import { describe, expect, it } from 'vitest';
import { chiSquare, normal } from '../../../lib/stats/index.ts';
import truth from './truth/normal.json' with { type: 'json' };

const relative = (x: number, exact: string | number) => Math.abs(x / Number(exact) - 1);

describe('a logarithm of a tail, or a quantile, of 50 digits', () => {
  it('is met by the normal to 1e-12', () => {
    for (const [z, log] of truth.normalLogUpper) expect(relative(normal.logUpper(Number(z)), log!)).toBeLessThan(1e-12);
    for (const [p, z] of truth.normalQuantile)
      if (p !== 0.5) expect(relative(normal.quantile(Number(p)), z!)).toBeLessThan(1e-12);
  });

  it('is met by chi-square to 1e-11', () => {
    for (const [x, df, log] of truth.chiSquareLogUpper)
      expect(relative(chiSquare.logUpper(Number(x), Number(df)), log!)).toBeLessThan(1e-11);
  });
});
