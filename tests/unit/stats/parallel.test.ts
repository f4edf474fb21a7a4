import { describe, expect, it } from 'vitest';
import {
  bootstrapOptimism,
  type GeneBits,
  geneScan,
  InvalidFollowUp,
  parallel,
  random,
  validateElasticNet,
} from '../../../lib/stats/index.ts';

const N = 120;
const GENES = 2300; // more than two pieces
const { uniform, normal, below } = random(7);
const time = Float64Array.from({ length: N }, () => Math.ceil(40 * uniform()));
const event = Uint8Array.from({ length: N }, () => below(2));
const covariates = [Float64Array.from({ length: N }, normal), Float64Array.from({ length: N }, () => below(2))];
const rows = { time, event, covariates, names: ['score', 'sex'] };
const words = Math.ceil(N / 32);
const bits = (share: number) => {
  const set = new Uint32Array(words);
  for (let i = 0; i < N; i++) if (uniform() < share) set[i >>> 5]! |= 1 << (i & 31);
  return set;
};
const altered = Array.from({ length: GENES }, () => bits(0.1));
const panels = [bits(1), bits(0.8)];
const genes: GeneBits = {
  count: GENES,
  altered: (gene) => altered[gene]!,
  covered: (gene) => panels[gene % 2]!,
};
const patients = Int32Array.from({ length: N }, (_, i) => N - 1 - i);
const logisticRows = { outcome: event, covariates, names: rows.names };
const wide = Array.from({ length: 30 }, () => Float64Array.from({ length: N }, normal));
const outcome = { kind: 'survival', followUp: { time, event } } as const;
const folds = Int32Array.from({ length: N }, (_, i) => i % 5);

type How = Parameters<typeof parallel.coxScan>[3];

/** Each heavy computation, whole and in pieces. */
const HEAVY: readonly (readonly [string, () => unknown, (how: How) => Promise<unknown>])[] = [
  [
    'log-rank scan',
    () => geneScan.logRank({ time, event }, genes, patients),
    (how) => parallel.logRankScan({ time, event }, genes, patients, how),
  ],
  [
    'Cox scan',
    () => geneScan.cox({ time, event }, genes, patients),
    (how) => parallel.coxScan({ time, event }, genes, patients, how),
  ],
  [
    'adjusted Cox scan',
    () => geneScan.adjusted(rows, genes, patients),
    (how) => parallel.adjustedScan(rows, genes, patients, how),
  ],
  [
    'adjusted logistic scan',
    () => geneScan.logistic(logisticRows, genes, patients),
    (how) => parallel.logisticScan(logisticRows, genes, patients, how),
  ],
  [
    'bootstrap of optimism',
    () => bootstrapOptimism(rows, { samples: 90, seed: 3 }),
    (how) => parallel.bootstrapOptimism(rows, { samples: 90, seed: 3, ...how }),
  ],
  [
    'cross-validation',
    () => validateElasticNet(outcome, wide, folds),
    (how) => parallel.validateElasticNet(outcome, wide, folds, how),
  ],
];

// a busy machine takes its time to start threads: only one that hangs is a failure
describe('a heavy computation in pieces', { timeout: 600_000 }, () => {
  it.each(HEAVY)(
    '(%s) is the plain one to the last bit, here and on one, two or three threads',
    async (_, plain, inPieces) => {
      const whole = plain();
      for (const how of [{}, { workers: 1 }, { workers: 2 }, { workers: 3 }])
        expect(await inPieces(how)).toEqual(whole);
    },
  );

  it.each(HEAVY)('(%s) tells of every piece, and stops between two of them when told to', async (_, __, inPieces) => {
    const told: number[] = [];
    let pieces = 0;
    await inPieces({
      progress: (done, of) => {
        told.push(done);
        pieces = of;
      },
    });
    expect(told).toEqual(Array.from({ length: pieces }, (_, k) => k + 1));
    expect(pieces).toBeGreaterThan(2);
    for (const workers of [undefined, 2]) {
      const stop = new AbortController();
      const seen: number[] = [];
      const work = inPieces({
        ...(workers === undefined ? {} : { workers }),
        signal: stop.signal,
        progress: (done) => {
          seen.push(done);
          stop.abort(new Error('enough'));
        },
      });
      await expect(work).rejects.toThrow('enough');
      expect(seen).toEqual([1]);
    }
  });

  it('throws on a thread what it throws here', async () => {
    const wrong = { time: Float64Array.of(-1, 2), event: Uint8Array.of(1, 1) };
    for (const how of [{}, { workers: 2 }])
      await expect(parallel.coxScan(wrong, genes, undefined, how)).rejects.toThrow(InvalidFollowUp);
  });

  it('of no genes is empty', async () => {
    const none: GeneBits = { count: 0, altered: () => new Uint32Array(1) };
    for (const how of [{}, { workers: 2 }])
      expect((await parallel.coxScan({ time, event }, none, undefined, how)).p).toHaveLength(0);
  });
});
