import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cox, fisherExact, GENE_OUTCOME, type GeneBits, geneScan, logRank } from '../../../lib/stats/index.ts';
import { followUp, type Patient, patients } from './follow-ups.ts';

const WORDS = 4;
const CAPACITY = 32 * WORDS;

/** Who carries each of some genes, whom its sequencing covers, and which of the cohort's patients the rows are. */
const cohorts = fc.record({
  rows: patients({ min: 4, max: 40 }),
  altered: fc.array(fc.array(fc.nat({ max: 3 }), { minLength: CAPACITY, maxLength: CAPACITY }), {
    minLength: 1,
    maxLength: 6,
  }),
  panels: fc.array(fc.array(fc.nat({ max: 4 }), { minLength: CAPACITY, maxLength: CAPACITY }), {
    minLength: 1,
    maxLength: 2,
  }),
  first: fc.nat({ max: 40 }),
});

function bits(holds: (patient: number) => boolean): Uint32Array {
  const words = new Uint32Array(WORDS);
  for (let patient = 0; patient < CAPACITY; patient++) if (holds(patient)) words[patient >>> 5]! |= 1 << (patient & 31);
  return words;
}

type Cohort = typeof cohorts extends fc.Arbitrary<infer T> ? T : never;

/** Every other patient from the first: rows aren't the patients in order, and not all patients are rows. */
function genesOf({ rows, altered, panels, first }: Cohort) {
  const patient = Int32Array.from(rows, (_, i) => (first + 2 * (rows.length - i)) % CAPACITY);
  const carriers = altered.map((levels) => bits((at) => levels[at] === 0));
  const covered = panels.map((levels) => bits((at) => levels[at]! > 0));
  const genes: GeneBits = {
    count: carriers.length,
    altered: (gene) => carriers[gene]!,
    covered: (gene) => covered[gene % covered.length]!,
  };
  const has = (words: Uint32Array, at: number) => ((words[at >>> 5]! >>> (at & 31)) & 1) === 1;
  const ofGene = (gene: number) =>
    rows
      .map((row, i) => ({ ...row, at: patient[i]! }))
      .filter(({ at }) => has(genes.covered!(gene), at))
      .map((row) => ({ ...row, carrier: has(genes.altered(gene), row.at) ? 1 : 0 }));
  return { patient, genes, ofGene };
}

type Row = Patient & { readonly carrier: number };

const logRankOf = (rows: readonly Row[]) =>
  logRank.solve(
    logRank.accumulate(
      followUp(rows),
      Int32Array.from(rows, ({ carrier }) => carrier),
      2,
    ),
  );

const coxOf = (rows: readonly Row[]) =>
  cox.fit({ ...followUp(rows), covariates: [Float64Array.from(rows, ({ carrier }) => carrier)], names: ['gene'] });

describe('a scan of genes against follow-up', () => {
  it.each([
    ['of any times', (time: number) => time],
    ['of few times, which are walked', (time: number) => Math.ceil(time) % 3],
    ['of times that no two share', (time: number, i: number) => time + i / 1000],
  ])('has for each gene the log-rank test of the patients it covers: %s', (_, timeOf) => {
    fc.assert(
      fc.property(cohorts, (drawn) => {
        const cohort = { ...drawn, rows: drawn.rows.map((row, i) => ({ ...row, time: timeOf(row.time, i) })) };
        const { patient, genes, ofGene } = genesOf(cohort);
        const scan = geneScan.logRank(followUp(cohort.rows), genes, patient);
        for (let gene = 0; gene < genes.count; gene++) {
          const rows = ofGene(gene);
          const alone = logRankOf(rows);
          expect(scan.covered[gene]).toBe(rows.length);
          expect(scan.carriers[gene]).toBe(rows.filter(({ carrier }) => carrier === 1).length);
          expect(scan.carrierEvents[gene]).toBe(rows.filter((row) => row.carrier === 1 && row.event === 1).length);
          expect(scan.chiSquare[gene]).toAgree(alone.ok ? alone.chiSquare : Number.NaN, 1e-9);
          expect(scan.p[gene]).toAgree(alone.ok ? alone.p : Number.NaN, 1e-9);
          expect(scan.expected[gene]).toAgree(alone.expected[1], 1e-12);
        }
      }),
    );
  });

  it('has for each gene the Cox model of the patients it covers, monotone ones told alike', () => {
    const told = new Set<string>();
    fc.assert(
      fc.property(cohorts, (cohort) => {
        const { patient, genes, ofGene } = genesOf(cohort);
        const scan = geneScan.cox(followUp(cohort.rows), genes, patient);
        for (let gene = 0; gene < genes.count; gene++) {
          const alone = coxOf(ofGene(gene));
          const tests = [scan.score[gene], scan.likelihoodRatio[gene]];
          if (alone.ok) {
            told.add('estimated');
            expect(scan.outcome[gene]).toBe(GENE_OUTCOME.estimated);
            expect([scan.coefficient[gene], scan.standardError[gene], scan.p[gene]]).toAgree(
              [alone.coefficients[0], alone.standardErrors[0], alone.p[0]],
              1e-7,
            );
            expect(tests).toAgree([alone.score.statistic, alone.likelihoodRatio.statistic], 1e-8);
          } else if (alone.problem === 'monotone') {
            const direction = alone.directions[0]! > 0 ? 'increasing' : 'decreasing';
            told.add(direction);
            expect(scan.outcome[gene]).toBe(GENE_OUTCOME[direction]);
            expect(scan.coefficient[gene]).toBe(alone.directions[0]! * Number.POSITIVE_INFINITY);
            expect(scan.standardError[gene]).toBeNaN();
            expect(tests).toAgree([alone.score.statistic, alone.likelihoodRatio.statistic], 1e-8);
          } else {
            told.add('none');
            expect(scan.outcome[gene]).toBe(GENE_OUTCOME.noInformation);
            expect(scan.p[gene]).toBeNaN();
          }
        }
      }),
      { numRuns: 300 },
    );
    expect([...told].sort()).toEqual(['decreasing', 'estimated', 'increasing', 'none']);
  });

  it('covers all patients when no coverage is given, and takes row i for patient i', () => {
    const genes: GeneBits = { count: 1, altered: () => Uint32Array.of(0b1010) };
    const f = followUp([1, 2, 3, 4].map((time) => ({ time, event: 1 })));
    expect(geneScan.logRank(f, genes)).toMatchObject({ covered: Int32Array.of(4), carriers: Int32Array.of(2) });
  });

  it('takes 0.1 + 0.2 and 0.3 for tied', () => {
    const genes: GeneBits = { count: 1, altered: () => Uint32Array.of(0b110) };
    const scan = geneScan.cox(followUp([0.1 + 0.2, 0.3, 1].map((time) => ({ time, event: 1 }))), genes);
    expect(scan.likelihoodRatio[0]).toBeCloseTo(2 * (1.7917595 - 1.5992845), 6);
  });

  it('refuses fewer patients than rows', () => {
    const genes: GeneBits = { count: 1, altered: () => Uint32Array.of(1) };
    const f = followUp([1, 2].map((time) => ({ time, event: 1 })));
    expect(() => geneScan.cox(f, genes, Int32Array.of(4))).toThrow('unequal-lengths');
    expect(() => geneScan.fisher(f.event, genes, Int32Array.of(4))).toThrow('unequal-lengths');
  });

  it('of no genes is empty', () => {
    const none: GeneBits = { count: 0, altered: () => new Uint32Array(1) };
    expect(geneScan.cox(followUp([{ time: 1, event: 1 }]), none).p).toHaveLength(0);
  });
});

describe('a scan of genes against a binary outcome', () => {
  it("has for each gene Fisher's test of the patients it covers", () => {
    fc.assert(
      fc.property(cohorts, (cohort) => {
        const { patient, genes, ofGene } = genesOf(cohort);
        const outcome = Uint8Array.from(cohort.rows, ({ event }) => event);
        const scan = geneScan.fisher(outcome, genes, patient);
        for (let gene = 0; gene < genes.count; gene++) {
          const rows = ofGene(gene);
          const cell = (carrier: number, event: number) =>
            rows.filter((row) => row.carrier === carrier && row.event === event).length;
          const cells = [cell(1, 1), cell(1, 0), cell(0, 1), cell(0, 0)] as const;
          expect([...scan.tables.subarray(4 * gene, 4 * gene + 4)]).toEqual(cells);
          expect(scan.covered[gene]).toBe(rows.length);
          const alone = fisherExact(...cells);
          expect(scan.p[gene]).toBe(alone.p);
          expect(scan.oddsRatio[gene]).toBe(alone.ok ? alone.oddsRatio : Number.NaN);
        }
      }),
    );
  });
});
