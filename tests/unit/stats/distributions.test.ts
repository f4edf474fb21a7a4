import { describe, expect, it } from 'vitest';
import { chiSquare, erfc, gamma, logErfc, logGamma, normal } from '../../../lib/stats/index.ts';

/** Truth from mpmath 1.3 with 50 digits: ncdf, gammainc(regularized=True), loggamma, and findroot of ncdf. */
const NORMAL_UPPER = [
  [0, 0.5, -Math.LN2],
  [0.5, 0.3085375387259869, -1.1759117615936185],
  [1, 0.15865525393145705, -1.8410216450092636],
  [1.5, 0.06680720126885807, -2.7059444008238898],
  [2.5, 0.006209665325776135, -5.08164827727869],
  [5, 2.866515718791939e-7, -15.064998393988725],
  [10, 7.619853024160525e-24, -53.23128515051247],
  [20, 2.7536241186062337e-89, -203.91715537109727],
  [37, 5.725571222524577e-300, -689.0305855768906],
  [100, 0, -5005.524208694205],
] as const;

const CHI_SQUARE_UPPER = [
  [1e-8, 1, 0.9999202115440526, -0.00007979163921548349],
  [3.841458820694124, 1, 0.05000000000000006, -2.99573227355399],
  [1000, 1, 1.7958327848007262e-219, -503.6806665043817],
  [1370, 1, 6.942937364643268e-300, -688.837802961851],
  [50, 2, 1.3887943864964021e-11, -25],
  [500, 10, 4.414736099913731e-101, -231.07614633364818],
  [3, 7, 0.8850022316431506, -0.12216511234670815],
  [40, 60, 0.9781817824744427, -0.022059754568555464],
  [1200, 3, 7.331671591550678e-260, -596.6799206405917],
  [5000, 4, 0, -2492.1755540691224],
  [9, 50, 0.999999999981499, -1.8500983238899376e-11],
] as const;

const QUANTILES = [
  [1e-300, -37.0470962993612],
  [1e-10, -6.361340902404057],
  [0.025, -1.9599639845400543],
  [0.3, -0.5244005127080408],
  [0.5, 0],
  [0.975, 1.9599639845400538],
  [0.999999, 4.753424308817088],
] as const;

const relative = (x: number, truth: number) => (x === truth ? 0 : Math.abs(x - truth) / Math.abs(truth));

describe('the normal distribution', () => {
  it.each(NORMAL_UPPER)('has its upper tail at %d right to 1e-13', (z, p, logP) => {
    expect(relative(normal.upper(z), p)).toBeLessThan(1e-13);
    expect(relative(normal.logUpper(z), logP)).toBeLessThan(1e-14);
    expect(relative(normal.lower(-z), p)).toBeLessThan(1e-13);
    expect(relative(normal.twoSided(-z), Math.min(1, 2 * p))).toBeLessThan(1e-13);
    expect(relative(normal.logTwoSided(z), logP + Math.LN2)).toBeLessThan(1e-14);
  });

  it.each(QUANTILES)('has its quantile of %d right to the last digits', (p, z) => {
    expect(Math.abs(normal.quantile(p) - z)).toBeLessThan(1e-15 * Math.max(4, Math.abs(z)));
  });

  it('has infinite quantiles at 0 and 1, and none outside', () => {
    expect([normal.quantile(0), normal.quantile(1), normal.quantile(1.1)]).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]);
  });

  it('has a logarithm that goes on smoothly where the tail itself underflows', () => {
    for (const x of [24.999999, 25, 25.000001]) expect(relative(logErfc(x), Math.log(erfc(x)))).toBeLessThan(1e-14);
    expect(erfc(30)).toBe(0);
    expect(logErfc(1e5)).toBeCloseTo(-1e10 - Math.log(1e5 * Math.sqrt(Math.PI)), 4);
  });

  it('gives NaN for NaN', () => {
    expect([erfc(Number.NaN), logErfc(Number.NaN), normal.quantile(Number.NaN)]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
  });
});

describe('the chi-square distribution', () => {
  it.each(CHI_SQUARE_UPPER)('has its upper tail at %d with %d degrees of freedom right to 1e-12', (x, df, p, logP) => {
    expect(relative(chiSquare.upper(x, df), p)).toBeLessThan(1e-12);
    expect(relative(chiSquare.logUpper(x, df), logP)).toBeLessThan(1e-11);
  });

  it('gives both tails together 1, at 0 and at infinity too', () => {
    for (const df of [1, 2, 5, 40]) {
      for (const x of [0, 0.3, 4, 60, Number.POSITIVE_INFINITY]) {
        expect(chiSquare.lower(x, df) + chiSquare.upper(x, df)).toBeCloseTo(1, 14);
      }
    }
  });
});

describe('the gamma function', () => {
  it.each([
    [0.5, 0.5723649429247001],
    [1, 0],
    [2, 0],
    [3.7, 1.428072326665388],
    [10, 12.80182748008147],
    [143.5, 567.6054292859112],
  ])('has its logarithm at %d', (a, logarithm) => {
    expect(Math.abs(logGamma(a) - logarithm)).toBeLessThan(4e-15 * Math.max(1, logarithm));
  });

  it('gives NaN for a shape that is none', () => {
    expect([gamma.lower(0, 1), gamma.upper(-1, 1), gamma.logUpper(Number.NaN, 1)]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
  });
});
