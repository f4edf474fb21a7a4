import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beta, binomial, chiSquare, fisherF, gamma, hypergeometric, studentT } from '../../../lib/stats/index.ts';

type Truth = Readonly<Record<string, readonly (readonly (number | string)[])[]>>;
const TRUTH = JSON.parse(readFileSync(new URL('truth/distributions.json', import.meta.url), 'utf8')) as Truth;
const rows = (name: string): number[][] => TRUTH[name]!.map((row) => row.map(Number));

/** Relative in the tail: a difference of logarithms. */
const close = (log: number, truth: number) => expect(Math.abs(log - truth)).toBeLessThan(1e-13 * Math.max(10, -truth));

describe('the distributions on the incomplete beta function', () => {
  it.each(rows('beta'))('agree with mpmath in both tails of beta(%d, %d) at %d', (a, b, x, lower, upper) => {
    close(beta.logLower(x!, a!, b!), lower!);
    close(beta.logUpper(x!, a!, b!), upper!);
  });

  it.each(rows('tTwoSided'))('agree with mpmath on t %d with %d degrees of freedom', (t, df, log) => {
    close(studentT.logTwoSided(t!, df!), log!);
    close(studentT.logUpper(t!, df!), log! - Math.LN2);
    expect(studentT.upper(-t!, df!)).toBeCloseTo(1 - Math.exp(log!) / 2, 14);
  });

  it.each(rows('fUpper'))('agree with mpmath on F %d with %d and %d degrees of freedom', (f, m, n, log) => {
    close(fisherF.logUpper(f!, m!, n!), log!);
    expect(fisherF.lower(f!, m!, n!)).toBeCloseTo(-Math.expm1(log!), 14);
  });

  it.each(rows('binomialUpper'))('agree with mpmath on more than %d of %d at %d', (q, n, p, log) => {
    close(binomial.logUpper(q!, n!, p!), log!);
    expect(binomial.lower(q!, n!, p!)).toBeCloseTo(-Math.expm1(log!), 14);
  });

  it.each(rows('hypergeometricUpper'))('agree with mpmath on more than %d marked of %d, %d, %d', (q, m, n, k, log) => {
    close(hypergeometric.logUpper(q!, m!, n!, k!), log!);
    expect(hypergeometric.lower(q!, m!, n!, k!)).toBeCloseTo(-Math.expm1(log!), 14);
  });

  it.each(rows('gamma'))('are joined by gamma(%d) at %d', (a, x, lower, upper) => {
    close(gamma.logLower(a!, x!), lower!);
    close(gamma.logUpper(a!, x!), upper!);
  });

  const probability = fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true });
  const shape = fc.double({ min: 0.05, max: 500, noNaN: true });

  it('have quantiles that their lower tails undo', () => {
    fc.assert(
      fc.property(probability, shape, shape, (p, a, b) => {
        const tail = (x: number) => expect(x / p).toBeCloseTo(1, 9);
        const q = beta.quantile(p, a, b);
        if (q > 1e-290 && q < 1 - 1e-8) tail(beta.lower(q, a, b));
        const chi = chiSquare.quantile(p, a);
        if (chi > 1e-290) tail(chiSquare.lower(chi, a));
        const f = fisherF.quantile(p, a, b);
        if (f > 1e-290 && f < 1e8) tail(fisherF.lower(f, a, b));
        tail(studentT.upper(-studentT.quantile(p, a + 0.5), a + 0.5));
      }),
    );
  });

  it('have tails that add to 1 and probabilities that add to a tail', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 0, max: 80 }), probability, (n, x, p) => {
        expect(binomial.lower(x, n, p) + binomial.upper(x, n, p)).toBeCloseTo(1, 12);
        let sum = 0;
        for (let i = 0; i <= Math.min(x, n); i++) sum += Math.exp(binomial.logProbability(i, n, p));
        expect(binomial.lower(x, n, p)).toBeCloseTo(sum, 12);
      }),
    );
  });

  it('know their ends and refuse what is no probability', () => {
    expect([beta.lower(0, 2, 3), beta.upper(1, 2, 3), beta.quantile(0, 2, 3), beta.quantile(1, 2, 3)]).toEqual([
      0, 0, 0, 1,
    ]);
    expect([fisherF.upper(0, 2, 3), fisherF.upper(Number.POSITIVE_INFINITY, 2, 3)]).toEqual([1, 0]);
    expect([studentT.quantile(0, 3), studentT.quantile(0.5, 3), studentT.quantile(1, 3)]).toEqual([
      Number.NEGATIVE_INFINITY,
      0,
      Number.POSITIVE_INFINITY,
    ]);
    expect([binomial.lower(-1, 5, 0.5), binomial.upper(5, 5, 0.5)]).toEqual([0, 0]);
    expect([hypergeometric.lower(-1, 3, 4, 2), hypergeometric.upper(2, 3, 4, 2)]).toEqual([0, 0]);
    expect(beta.quantile(1.5, 2, 3)).toBeNaN();
    expect(beta.lower(0.5, -1, 3)).toBeNaN();
    expect(studentT.twoSided(1.5, Number.POSITIVE_INFINITY)).toBeCloseTo(0.1336144025377161, 14);
  });
});
