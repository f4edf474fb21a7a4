import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  printCount,
  printEstimate,
  printLevel,
  printNumber,
  printP,
  printRatio,
  printShare,
} from '../../../lib/result/index.ts';

describe('Numbers are printed as journals do', () => {
  it.each([
    [printNumber(76.033), '76.0'],
    [printNumber(0.8551), '0.855'],
    [printNumber(1234.4), '1,234'],
    [printNumber(0), '0'],
    [printCount(1234567), '1,234,567'],
    [printCount(999), '999'],
    [printRatio(1.503), '1.50'],
    [printRatio(12.34), '12.3'],
    [printRatio(0.0112), '0.011'],
    [printShare(0.627), '62.7%'],
    [printLevel(0.95), '95%'],
    [printLevel(0.999), '99.9%'],
    [printP(0.0004), '<0.001'],
    [printP(0.0627), '0.063'],
    [printP(0.361), '0.36'],
    [printP(0.999), '>0.99'],
    [printEstimate(76, { low: 67.1, high: null }, 'not reached', printNumber), '76.0 (67.1 to not reached)'],
    [printEstimate(null, { low: null, high: null }, 'monotone', printRatio), 'monotone'],
    [printEstimate(2, undefined, '', printRatio), '2.00'],
  ])('%s', (printed, wanted) => {
    expect(printed).toBe(wanted);
  });

  it('never show as 0.05 a p value that is on one side of it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.0499, max: 0.0501, noNaN: true }), (p) => {
        fc.pre(Math.abs(p - 0.05) > 1e-7);
        expect(Number(printP(p)) < 0.05).toBe(p < 0.05);
      }),
    );
  });
});
