import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GENE_OUTCOME, type GeneBits, geneScan, logistic } from '../../../lib/stats/index.ts';

const rows = fc.array(
  fc.record({
    outcome: fc.nat({ max: 1 }),
    age: fc.integer({ min: -20, max: 20 }),
    sex: fc.nat({ max: 1 }),
    carriers: fc.array(fc.nat({ max: 3 }), { minLength: 3, maxLength: 3 }),
    covered: fc.nat({ max: 5 }),
  }),
  { minLength: 12, maxLength: 60 },
);

describe('a scan of genes against a binary outcome, adjusted', () => {
  it('has for each gene the logistic model of the patients it covers, separated ones told alike', () => {
    let [estimated, separated] = [0, 0];
    fc.assert(
      fc.property(rows, (patients) => {
        const bits = (holds: (i: number) => boolean) => {
          const words = new Uint32Array(2);
          patients.forEach((_, i) => {
            if (holds(i)) words[i >>> 5]! |= 1 << (i & 31);
          });
          return words;
        };
        const altered = [0, 1, 2].map((gene) => bits((i) => patients[i]!.carriers[gene] === 0));
        const some = bits((i) => patients[i]!.covered > 0);
        const all = bits(() => true);
        const genes: GeneBits = {
          count: 3,
          altered: (gene) => altered[gene]!,
          covered: (gene) => (gene === 1 ? some : all),
        };
        const columns = (own: typeof patients) => ({
          outcome: Uint8Array.from(own, ({ outcome }) => outcome),
          covariates: [Float64Array.from(own, ({ age }) => age), Float64Array.from(own, ({ sex }) => sex)],
          names: ['age', 'sex'],
        });
        const scan = geneScan.logistic(columns(patients), genes);
        for (let gene = 0; gene < 3; gene++) {
          const own = patients.filter(({ covered }) => gene !== 1 || covered > 0);
          const without = logistic.fit(columns(own));
          if (!without.ok) {
            expect(scan.outcome[gene]).toBe(GENE_OUTCOME.noCovariateModel);
            continue;
          }
          const carried = Float64Array.from(own, ({ carriers }) => (carriers[gene] === 0 ? 1 : 0));
          const { outcome, covariates, names } = columns(own);
          const fit = logistic.fit({ outcome, covariates: [...covariates, carried], names: [...names, 'gene'] });
          if (fit.ok) {
            estimated++;
            expect(scan.outcome[gene]).toBe(GENE_OUTCOME.estimated);
            expect(scan.coefficient[gene]).toAgree(fit.coefficients[3]!, 1e-7);
            expect(scan.standardError[gene]).toAgree(fit.standardErrors[3]!, 1e-7);
            expect(scan.likelihoodRatio[gene]).toAgree(2 * (fit.logLikelihood - without.logLikelihood), 1e-7);
          } else {
            expect(scan.coefficient[gene]).not.toSatisfy(Number.isFinite);
            if (fit.problem !== 'separated' || !fit.columns.includes('gene')) continue;
            separated++;
            expect([GENE_OUTCOME.decreasing, GENE_OUTCOME.increasing]).toContain(scan.outcome[gene]);
            expect(scan.likelihoodRatio[gene]).toAgree(without.deviance - fit.limit.deviance, 1e-6);
          }
        }
      }),
    );
    expect(Math.min(estimated, separated)).toBeGreaterThan(10);
  });

  it('says of a gene that nobody carries, or that a covariate is, that it has no estimate', () => {
    const sex = Float64Array.of(0, 1, 0, 1, 0, 1, 0, 1);
    const altered = [Uint32Array.of(0), Uint32Array.of(0b10101010)];
    const scan = geneScan.logistic(
      { outcome: Uint8Array.of(0, 0, 1, 1, 1, 1, 0, 1), covariates: [sex], names: ['sex'] },
      { count: 2, altered: (gene) => altered[gene]! },
    );
    expect([...scan.outcome]).toEqual([GENE_OUTCOME.noInformation, GENE_OUTCOME.collinear]);
  });
});
