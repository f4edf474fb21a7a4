import { type FollowUp, type GeneBits, random } from '../../../lib/stats/index.ts';

/** Made data: the seeds decide them, on any machine. Effects, ties and censoring are about those of a cohort of patients. */

/** Two groups, exponential times over censoring within ten years, in whole days. */
export function twoGroups(n: number): { followUp: FollowUp; group: Int32Array } {
  const { uniform } = random(11);
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

export interface Model {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  readonly covariates: Float64Array[];
  readonly names: string[];
}

/** Ten covariates, some correlated, some binary, over 3,650 days. */
export function tenCovariates(n: number): Model {
  const { uniform, normal } = random(5);
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

export interface GeneCohort {
  readonly followUp: FollowUp;
  /** A binary outcome, and five covariates that time and outcome depend on. */
  readonly outcome: Uint8Array;
  readonly covariates: Float64Array[];
  readonly names: string[];
  readonly genes: GeneBits;
  /** The genes for a program that takes lists: carriers of gene g, ascending, are `carriers` from `from[g]` to `from[g + 1]`. */
  readonly from: Int32Array;
  readonly carriers: Int32Array;
}

/** Binary genes with prevalences of 1 to 20 %, some with an effect, over follow-up with ties. */
export function geneCohort(n: number, count: number): GeneCohort {
  const { uniform, normal } = random(3 + n);
  const time = new Float64Array(n);
  const event = new Uint8Array(n);
  const outcome = new Uint8Array(n);
  const frailty = Float64Array.from({ length: n }, normal);
  const covariates = [
    Float64Array.from({ length: n }, () => 60 + 10 * normal()),
    Float64Array.from({ length: n }, () => (uniform() < 0.5 ? 1 : 0)),
    Float64Array.from({ length: n }, normal),
    Float64Array.from({ length: n }, () => (uniform() < 0.3 ? 1 : 0)),
    Float64Array.from({ length: n }, uniform),
  ];
  for (let i = 0; i < n; i++) {
    const predictor = 0.02 * (covariates[0]![i]! - 60) + 0.5 * covariates[1]![i]!;
    const end = -Math.log(1 - uniform()) * 40 * Math.exp(-0.5 * frailty[i]! - predictor);
    const censored = 10 + uniform() * 60;
    event[i] = end <= censored ? 1 : 0;
    time[i] = Math.max(1, Math.ceil(Math.min(end, censored) * (n > 1000 ? 3 : 2)));
    outcome[i] = uniform() < 1 / (1 + Math.exp(0.8 - predictor)) ? 1 : 0;
  }
  const from = new Int32Array(count + 1);
  const carriers: number[] = [];
  const altered = Array.from({ length: count }, (_, gene) => {
    const prevalence = 0.01 + 0.19 * uniform() ** 2;
    const effect = gene % 5 === 0 ? 0.6 * (uniform() - 0.5) : 0;
    const bits = new Uint32Array(Math.ceil(n / 32));
    for (let i = 0; i < n; i++) {
      if (uniform() >= prevalence * Math.exp(effect * frailty[i]!)) continue;
      bits[i >>> 5]! |= 1 << (i & 31);
      carriers.push(i);
    }
    from[gene + 1] = carriers.length;
    return bits;
  });
  return {
    followUp: { time, event },
    outcome,
    covariates,
    names: ['age', 'sex', 'score', 'node', 'share'],
    genes: { count, altered: (gene) => altered[gene]! },
    from,
    carriers: Int32Array.from(carriers),
  };
}

/** Two causes, the first with an effect of the first covariate, over whole days. */
export function twoCauses(n: number, columns: number): Omit<Model, 'event'> & { cause: Uint8Array } {
  const { uniform, normal } = random(17);
  const covariates = Array.from({ length: columns }, () => Float64Array.from({ length: n }, normal));
  const time = new Float64Array(n);
  const cause = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const first = -Math.log(1 - uniform()) * 1200 * Math.exp(-0.4 * covariates[0]![i]!);
    const second = -Math.log(1 - uniform()) * 2500;
    const censored = uniform() * 3650;
    const end = Math.min(first, second, censored);
    cause[i] = end === censored ? 0 : end === first ? 1 : 2;
    time[i] = Math.max(1, Math.ceil(end));
  }
  return { time, cause, covariates, names: covariates.map((_, j) => `x${j}`) };
}

/** Normal covariates of which the first ten have an effect, with folds that turn. */
export function wideModel(n: number, columns: number): Model & { folds: Int32Array } {
  const { uniform, normal } = random(23);
  const covariates = Array.from({ length: columns }, () => Float64Array.from({ length: n }, normal));
  const time = new Float64Array(n);
  const event = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    let predictor = 0;
    for (let j = 0; j < 10; j++) predictor += (j % 2 === 0 ? 0.4 : -0.4) * covariates[j]![i]!;
    const end = -Math.log(1 - uniform()) * 30 * Math.exp(-predictor);
    const censored = 5 + uniform() * 60;
    event[i] = end <= censored ? 1 : 0;
    time[i] = Math.min(end, censored);
  }
  return {
    time,
    event,
    covariates,
    names: covariates.map((_, j) => `x${j}`),
    folds: Int32Array.from({ length: n }, (_, i) => i % 10),
  };
}
