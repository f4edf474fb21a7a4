import {
  cox,
  type FollowUp,
  fisherBatch,
  type GeneBits,
  geneScan,
  kaplanMeier,
  logRank,
} from '../../lib/stats/index.ts';

/** A kernel's cost, beside R's as it was stored: measured once, elsewhere, on other data of the same shape. */
interface StatsRow {
  readonly kernel: string;
  /** Median of the runs. */
  readonly seconds: number;
  readonly runs: number;
  /** Of R 4.2.2 with survival 3.5-3 on two shared cores; a range where it varied. */
  readonly storedR: readonly [number, number];
  /** Stored R's time over ours. */
  readonly ratio: readonly [number, number];
}

/** Mulberry32: the same data on every machine. */
function generator(seed: number): { uniform(): number; normal(): number } {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function measure(kernel: string, runs: number, storedR: readonly [number, number], run: () => unknown): StatsRow {
  run(); // compiled before it is measured
  const seconds = median(
    Array.from({ length: runs }, () => {
      const start = performance.now();
      run();
      return (performance.now() - start) / 1000;
    }),
  );
  return { kernel, seconds, runs, storedR, ratio: [storedR[0] / seconds, storedR[1] / seconds] };
}

/** Two groups, exponential times over censoring within ten years, in whole days. */
function twoGroups(n: number): { followUp: FollowUp; group: Int32Array } {
  const { uniform } = generator(11);
  const time = new Float64Array(n);
  const event = new Uint8Array(n);
  const group = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    group[i] = uniform() < 0.4 ? 1 : 0;
    const end = -Math.log(1 - uniform()) * (group[i] === 1 ? 1425 : 1500);
    const censored = uniform() * 3650;
    event[i] = end <= censored ? 1 : 0;
    time[i] = Math.max(1, Math.ceil(Math.min(end, censored)));
  }
  return { followUp: { time, event }, group };
}

/** Ten covariates, some correlated, some binary, over 3,650 days. */
function tenCovariates(n: number): FollowUp & { covariates: Float64Array[]; names: string[] } {
  const { uniform, normal } = generator(5);
  const effects = [0.3, -0.2, 0.1, 0.5, -0.4, 0.05, 0, 0.25, -0.01, 0.015];
  const covariates = effects.map(() => new Float64Array(n));
  const time = new Float64Array(n);
  const event = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const common = normal();
    let predictor = 0;
    for (let j = 0; j < effects.length; j++) {
      const x = j < 5 ? 0.6 * normal() + 0.4 * common : j < 8 ? (uniform() < 0.3 ? 1 : 0) : 50 + 10 * normal();
      covariates[j]![i] = x;
      predictor += effects[j]! * x;
    }
    const end = -Math.log(1 - uniform()) * 2200 * Math.exp(2 - predictor);
    const censored = Math.min(3650, 200 + uniform() * 3650);
    event[i] = end <= censored ? 1 : 0;
    time[i] = Math.max(1, Math.ceil(Math.min(end, censored)));
  }
  return { time, event, covariates, names: effects.map((_, j) => `x${j}`) };
}

/** Binary genes with prevalences of 1 to 20 %, some with an effect, over follow-up with ties. */
function genesOver(n: number, count: number): { followUp: FollowUp; genes: GeneBits } {
  const { uniform, normal } = generator(3 + n);
  const time = new Float64Array(n);
  const event = new Uint8Array(n);
  const frailty = Float64Array.from({ length: n }, normal);
  for (let i = 0; i < n; i++) {
    const end = -Math.log(1 - uniform()) * 40 * Math.exp(-0.5 * frailty[i]!);
    const censored = 10 + uniform() * 60;
    event[i] = end <= censored ? 1 : 0;
    time[i] = Math.max(1, Math.ceil(Math.min(end, censored) * (n > 1000 ? 3 : 2)));
  }
  const altered = Array.from({ length: count }, (_, gene) => {
    const prevalence = 0.01 + 0.19 * uniform() ** 2;
    const effect = gene % 5 === 0 ? 0.6 * (uniform() - 0.5) : 0;
    const bits = new Uint32Array(Math.ceil(n / 32));
    for (let i = 0; i < n; i++) {
      if (uniform() < prevalence * Math.exp(effect * frailty[i]!)) bits[i >>> 5]! |= 1 << (i & 31);
    }
    return bits;
  });
  return { followUp: { time, event }, genes: { count, altered: (gene) => altered[gene]! } };
}

const MILLION = 1_000_000;
const GENES = 20_000;

/** Measures the kernels at the sizes for which R's times are stored. Takes about a quarter of a minute and half a gigabyte. */
export function benchStats(): StatsRow[] {
  const rows: StatsRow[] = [];
  const { followUp, group } = twoGroups(MILLION);
  rows.push(
    measure('Kaplan-Meier and log-rank, 2 groups, 1,000,000 whole days', 9, [2.69, 2.69], () => {
      const tables = logRank.accumulate(followUp, group, 2);
      return [logRank.solve(tables), ...logRank.tablesByGroup(tables).map((table) => kaplanMeier.solve(table))];
    }),
  );
  const model = tenCovariates(MILLION);
  rows.push(measure('Cox, 10 covariates, Efron, 1,000,000 rows, 3,650 days', 5, [0.57, 1.06], () => cox.fit(model)));
  for (const [n, logRankOfR, coxOfR] of [
    [286, 23, 2.2],
    [2000, 79, 5.9],
  ] as const) {
    const scan = genesOver(n, GENES);
    const size = `20,000 genes, n ${n.toLocaleString('en')}`;
    rows.push(
      measure(`log-rank of ${size}`, 9, [logRankOfR, logRankOfR], () => geneScan.logRank(scan.followUp, scan.genes)),
      measure(`Cox of ${size}`, 9, [coxOfR, coxOfR], () => geneScan.cox(scan.followUp, scan.genes)),
    );
    if (n > 286) continue;
    const { tables } = geneScan.fisher(scan.followUp.event, scan.genes);
    rows.push(
      measure('Fisher of 20,000 tables, N 286, each solved', 9, [6.89, 6.89], () =>
        fisherBatch(tables, { memory: false }),
      ),
      measure('Fisher of 20,000 tables, N 286, equal ones once', 9, [6.89, 6.89], () => fisherBatch(tables)),
    );
  }
  return rows;
}

/** The rows as a table to read. */
export function printStats(rows: readonly StatsRow[]): string[][] {
  const range = ([low, high]: readonly [number, number], digits: (value: number) => string) =>
    digits(low) === digits(high) ? digits(low) : `${digits(low)} to ${digits(high)}`;
  const ratio = (value: number) => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en'));
  return [
    ['kernel', 'ours (median)', 'R (stored)', 'R / ours'],
    ...rows.map((row) => [
      row.kernel,
      `${row.seconds.toFixed(4)} s`,
      `${range(row.storedR, (value) => value.toFixed(2))} s`,
      range(row.ratio, ratio),
    ]),
  ];
}
