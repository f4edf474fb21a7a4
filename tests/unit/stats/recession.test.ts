import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cox, fineGray, GENE_OUTCOME, geneScan, logistic } from '../../../lib/stats/index.ts';
import { movedColumns, recession } from '../../../lib/stats/numeric/recession.ts';

/** All vectors at hand: the worst is looked for among them. */
function risingAlong(vectors: readonly (readonly number[])[]): Float64Array | undefined {
  const total = Float64Array.from(vectors[0]!, (_, j) => vectors.reduce((sum, vector) => sum + vector[j]!, 0));
  const size = vectors.reduce((sum, vector) => sum + Math.hypot(...vector), 0);
  return recession(total, size, (direction) => {
    const falls = vectors.map((vector) => ({
      by: vector.reduce((sum, v, j) => sum + v * direction[j]!, 0),
      vector: Float64Array.from(vector),
    }));
    return falls.reduce((worst, fall) => (fall.by < worst.by ? fall : worst));
  });
}

describe('the direction along which a likelihood rises without end', () => {
  it('is found in a cone however thin, and not where the cone is empty by as little', () => {
    for (const thin of [0.5, 1e-3, 1e-6]) {
      const found = risingAlong([
        [-1, 1],
        [1 + thin, -1],
        [1, 0],
      ]);
      expect(found && [...movedColumns(found)]).toEqual([0, 1]);
      expect(
        risingAlong([
          [-1, 1],
          [1 - thin, -1],
          [1, 0],
        ]),
      ).toBeUndefined();
    }
  });

  it('is one in the plane exactly where a half-plane holds all vectors, some in its inside', () => {
    const vectors = fc.array(fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -4, max: 4 })), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(vectors, (given) => {
        // an edge of the cone of directions is at a right angle to a vector, if a vector isn't the direction itself
        const candidates = given.flatMap(
          ([a, b]) =>
            [
              [a, b],
              [-b, a],
              [b, -a],
            ] as const,
        );
        const rises = candidates.some(([a, b]) => {
          const products = given.map(([x, y]) => a * x + b * y);
          return products.every((value) => value >= 0) && products.some((value) => value > 0);
        });
        const found = risingAlong(given);
        expect(found !== undefined).toBe(rises);
        for (const [x, y] of found === undefined ? [] : given) {
          expect(x * found![0]! + y * found![1]!).toBeGreaterThanOrEqual(-1e-9);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a verdict of no maximum', () => {
  it('is that of two copies of the patients too, whose thin cone Newton does not meet (Cox)', () => {
    const given = { time: [3, 1, 4, 2], x: [-1.75, 0.75, -1.25, -1], z: [1, 1, 0, 0] };
    const rows = (copies: number) => {
      const column = (values: readonly number[]) => Float64Array.from(Array(copies).fill(values).flat());
      return {
        names: ['x', 'z'],
        time: column(given.time),
        event: column(given.time).reduce((ones) => ones, new Uint8Array(4 * copies).fill(1)),
        covariates: [column(given.x), column(given.z)],
      };
    };
    for (const copies of [1, 2, 3, 7]) {
      const fit = cox.fit(rows(copies), { ties: 'breslow' });
      expect(fit).toMatchObject({ ok: false, problem: 'monotone', columns: ['x', 'z'], directions: [1, 1] });
    }
  });

  it('does not hang on the order of patients at the edge (Fine-Gray)', () => {
    const patients = [
      [0.1, 2, 0, 1],
      ...Array(5).fill([0.1, 1, 0, 0]),
      [0.2, 0, 1.25, 0],
      [0.1, 1, -1, 0],
    ] as readonly (readonly [number, number, number, number])[];
    for (let turn = 0; turn < patients.length; turn++) {
      const rows = [...patients.slice(turn), ...patients.slice(0, turn)];
      const column = (k: number) => Float64Array.from(rows, (row) => row[k]!);
      const fit = fineGray({
        time: column(0),
        cause: Uint8Array.from(column(1)),
        covariates: [column(2), column(3)],
        names: ['x', 'z'],
      });
      expect(fit).toMatchObject({ ok: false, problem: 'monotone', columns: ['z'] });
    }
  });

  it('is no information where covariates differ only among those gone before the event (Fine-Gray)', () => {
    const rows = [
      [1, 2, 0, 0],
      [2, 1, 0, 0],
      [1, 0, 0, 0],
      [1, 0, 0, 0],
      [1, 0, -0.25, 1],
    ] as const;
    for (let turn = 0; turn < rows.length; turn++) {
      const own = [...rows.slice(turn), ...rows.slice(0, turn)];
      const column = (k: number) => Float64Array.from(own, (row) => row[k]!);
      const covariates = [column(2), column(3)];
      const fit = fineGray({ time: column(0), cause: Uint8Array.from(column(1)), covariates, names: ['x', 'z'] });
      expect(fit).toMatchObject({ ok: false, problem: 'no information', columns: ['x', 'z'] });
    }
  });

  it('gives a gene separated together with other columns the likelihood ratio of the limit', () => {
    const outcome = Uint8Array.of(0, 0, 1, 0, 0, 1, 0, 0);
    const covariates = [Float64Array.of(-4, 1, -4, -5, 4, 16, 0, -11), Float64Array.of(0, 0, 1, 1, 1, 0, 0, 1)];
    const rows = { outcome, covariates, names: ['age', 'sex'] };
    const scan = geneScan.logistic(rows, { count: 1, altered: () => Uint32Array.of(0b00010001) });
    const without = logistic.fit(rows);
    // the other six are separated: nothing is left of the deviance
    expect(scan.outcome[0]).toBe(GENE_OUTCOME.decreasing);
    expect(scan.likelihoodRatio[0]).toAgree(without.ok && without.deviance, 1e-9);
  });
});
