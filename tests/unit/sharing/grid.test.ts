import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonGrid, endedBins, siteLeavers } from '../../../lib/sharing/index.ts';

const K = 5;
const steps = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 120 });
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe("A site's leavers, as an approval tells them", () => {
  it('stand in bins of k or more that together hold everybody', () => {
    fc.assert(
      fc.property(steps, (own) => {
        const { edges, leavers } = siteLeavers(own, K);
        expect(sum(leavers)).toBe(own.length < K ? 0 : own.length);
        for (const count of leavers) expect(count).toBeGreaterThanOrEqual(K);
        expect(edges).toEqual([...edges].sort((a, b) => a - b));
        for (const [b, edge] of edges.entries())
          expect(own.filter((step) => step <= edge && step > (edges[b - 1] ?? 0))).toHaveLength(leavers[b]!);
      }),
    );
  });
});

describe('The grid of a study', () => {
  it('has bins in which k times the sites are expected to leave, and ends while as many are at risk', () => {
    fc.assert(
      fc.property(fc.array(steps, { minLength: 3, maxLength: 3 }), (sites) => {
        const told = sites.map((own) => siteLeavers(own, K));
        const edges = commonGrid([told], 40, K, 3);
        const all = told.flatMap(({ leavers }) => leavers).reduce((a, b) => a + b, 0);
        expect(edges.length * K * 3).toBeLessThanOrEqual(Math.max(0, all - K * 3));
        expect(edges).toEqual([...new Set(edges)].sort((a, b) => a - b));
      }),
    );
  });

  it('is the same whoever derives it, in whatever order the groups stand', () => {
    const told = [1, 2, 3].map((s) =>
      siteLeavers(
        Array.from({ length: 60 }, (_, i) => 1 + ((i * s) % 30)),
        K,
      ),
    );
    const other = [2, 3, 5].map((s) =>
      siteLeavers(
        Array.from({ length: 50 }, (_, i) => 1 + ((i * s) % 28)),
        K,
      ),
    );
    expect(commonGrid([told, other], 30, K, 3)).toEqual(commonGrid([other, told], 30, K, 3));
    expect(commonGrid([told, other], 30, K, 3).length).toBeGreaterThan(2);
  });
});

describe('Counts on a grid that are shown', () => {
  it('are 0 or k, with what is left after the last edge, and end while k are at risk', () => {
    const counts = fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(counts, fc.tuple(fc.nat(12), fc.nat(12)), (bins, [died, living]) => {
        const [deaths, censored] = [bins.map(([d]) => d), bins.map(([, c]) => c)];
        const shown = endedBins(
          { deaths, censored, beyond: died + living, died },
          bins.map((_, i) => i + 1),
          K,
        );
        for (const count of [...shown.deaths, ...shown.censored]) expect(count === 0 || count >= K).toBe(true);
        expect(shown.atRisk === 0 || shown.atRisk >= K || shown.edges.length === 0).toBe(true);
        // whoever knows how many died in all knows how many did so after the last edge
        const after = [sum(deaths) + died - sum(shown.deaths), sum(censored) + living - sum(shown.censored)];
        if (shown.edges.length > 0) for (const count of after) expect(count === 0 || count >= K).toBe(true);
        for (const [i, edge] of shown.edges.entries()) {
          const from = shown.edges[i - 1] ?? 0;
          expect(shown.deaths[i]).toBe(sum(deaths.slice(from, edge)));
          expect(shown.censored[i]).toBe(sum(censored.slice(from, edge)));
        }
      }),
    );
  });
});
