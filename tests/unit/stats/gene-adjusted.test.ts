import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cox, GENE_OUTCOME, type GeneBits, geneScan, logRank } from '../../../lib/stats/index.ts';

const cohorts = fc.array(
  fc.record({
    time: fc.integer({ min: 1, max: 30 }),
    early: fc.integer({ min: 0, max: 60 }),
    event: fc.nat({ max: 1 }),
    age: fc.integer({ min: -20, max: 20 }),
    sex: fc.nat({ max: 1 }),
    group: fc.nat({ max: 1 }),
    carriers: fc.array(fc.nat({ max: 3 }), { minLength: 3, maxLength: 3 }),
    covered: fc.nat({ max: 5 }),
  }),
  { minLength: 10, maxLength: 60 },
);

type Patients = typeof cohorts extends fc.Arbitrary<infer T> ? T : never;

function genesOf(patients: Patients): GeneBits {
  const bits = (holds: (i: number) => boolean) => {
    const words = new Uint32Array(2);
    patients.forEach((_, i) => {
      if (holds(i)) words[i >>> 5]! |= 1 << (i & 31);
    });
    return words;
  };
  const altered = [0, 1, 2].map((gene) => bits((i) => patients[i]!.carriers[gene] === 0));
  const [some, all] = [bits((i) => patients[i]!.covered > 0), bits(() => true)];
  return { count: 3, altered: (gene) => altered[gene]!, covered: (gene) => (gene === 1 ? some : all) };
}

const ofGene = (patients: Patients, gene: number) => patients.filter(({ covered }) => gene !== 1 || covered > 0);
const carried = (patients: Patients, gene: number) =>
  Float64Array.from(patients, ({ carriers }) => (carriers[gene] === 0 ? 1 : 0));

const plain = (patients: Patients) => ({
  time: Float64Array.from(patients, ({ time }) => time),
  event: Uint8Array.from(patients, ({ event }) => event),
  covariates: [Float64Array.from(patients, ({ age }) => age), Float64Array.from(patients, ({ sex }) => sex)],
  names: ['age', 'sex'],
});
const late = (patients: Patients) => ({
  ...plain(patients),
  // two thirds at risk from the start
  entry: Float64Array.from(patients, ({ time, early }) => (early < 40 ? 0 : Math.min(time - 1, early - 40))),
  strata: Int32Array.from(patients, ({ group }) => group),
});

describe.each([
  ['together', plain],
  ['with delayed entry, within strata', late],
])('a scan of genes beside covariates, %s', (_, columns) => {
  it('has for each gene the Cox model of the patients it covers, monotone ones told alike', () => {
    const told = { estimated: 0, monotone: 0, none: 0 };
    fc.assert(
      fc.property(cohorts, (patients) => {
        const scan = geneScan.adjusted(columns(patients), genesOf(patients), undefined);
        for (let gene = 0; gene < 3; gene++) {
          const own = ofGene(patients, gene);
          const rows = columns(own);
          const without = cox.fit(rows);
          expect(scan.covered[gene]).toBe(own.length);
          if (!without.ok) {
            expect(scan.outcome[gene]).toBe(GENE_OUTCOME.noCovariateModel);
            continue;
          }
          const fit = cox.fit({
            ...rows,
            covariates: [...rows.covariates, carried(own, gene)],
            names: [...rows.names, 'gene'],
          });
          if (fit.ok) {
            told.estimated++;
            expect(scan.outcome[gene]).toBe(GENE_OUTCOME.estimated);
            expect(scan.coefficient[gene]).toAgree(fit.coefficients[2]!, 1e-6);
            expect(scan.standardError[gene]).toAgree(fit.standardErrors[2]!, 1e-6);
            expect(scan.likelihoodRatio[gene]).toAgree(2 * (fit.logLikelihood - without.logLikelihood), 1e-7);
          } else if (fit.problem === 'monotone' && fit.columns.includes('gene')) {
            told.monotone++;
            const direction = fit.directions[fit.columns.indexOf('gene')]! > 0 ? 'increasing' : 'decreasing';
            expect(scan.outcome[gene]).toBe(GENE_OUTCOME[direction]);
            expect(scan.likelihoodRatio[gene]).toAgree(2 * (fit.logLikelihood - without.logLikelihood), 1e-6);
          } else {
            told.none++;
            expect(scan.coefficient[gene]).not.toSatisfy(Number.isFinite);
          }
        }
      }),
      { numRuns: 150 },
    );
    expect(Math.min(told.estimated, told.monotone)).toBeGreaterThan(5);
  });
});

describe('a scan of genes with delayed entry and strata', () => {
  it('has for each gene the log-rank test and the Cox model of the patients it covers', () => {
    fc.assert(
      fc.property(cohorts, (patients) => {
        const { time, event, entry, strata } = late(patients);
        const genes = genesOf(patients);
        const [tests, models] = [
          geneScan.logRank({ time, event, entry }, genes, undefined, strata),
          geneScan.cox({ time, event, entry }, genes, undefined, strata),
        ];
        for (let gene = 0; gene < 3; gene++) {
          const own = late(ofGene(patients, gene));
          const carrier = carried(ofGene(patients, gene), gene);
          const test = logRank.solve(logRank.accumulate(own, Int32Array.from(carrier), 2, own.strata));
          expect(tests.chiSquare[gene]).toAgree(test.ok ? test.chiSquare : Number.NaN, 1e-12);
          const fit = cox.fit({ ...own, covariates: [carrier], names: ['gene'] });
          if (!fit.ok) continue;
          expect([models.coefficient[gene], models.standardError[gene]]).toAgree(
            [fit.coefficients[0], fit.standardErrors[0]],
            1e-9,
          );
          expect([models.score[gene], models.likelihoodRatio[gene]]).toAgree(
            [fit.score.statistic, fit.likelihoodRatio.statistic],
            1e-9,
          );
        }
      }),
    );
  });

  it('is with entry at 0 and one stratum what it is without', () => {
    fc.assert(
      fc.property(cohorts, (patients) => {
        const { time, event } = plain(patients);
        const genes = genesOf(patients);
        const one = new Int32Array(patients.length).fill(3);
        const bare = geneScan.logRank({ time, event }, genes);
        expect(geneScan.logRank({ time, event, entry: time.map(() => 0) }, genes)).toEqual(bare);
        const stratified = geneScan.logRank({ time, event }, genes, undefined, one);
        expect(stratified.chiSquare).toAgree(bare.chiSquare, 1e-9);
        const scans = [plain(patients), { ...plain(patients), strata: one }].map((rows) =>
          geneScan.adjusted(rows, genes, undefined),
        );
        expect(scans[1]!.outcome).toEqual(scans[0]!.outcome);
        expect(scans[1]!.score).toAgree(scans[0]!.score, 1e-7);
      }),
    );
  });
});
