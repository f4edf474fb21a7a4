import { readFileSync } from 'node:fs';

interface Coefficient {
  readonly coef: number;
  readonly se: number;
  readonly p: number;
}

/** What R says of the simulated patients: `truth/conversion.R` makes it. */
export interface ConversionTruth {
  readonly timeDependent: { readonly plain: readonly Coefficient[]; readonly adjusted: readonly Coefficient[] };
  readonly eValues: {
    readonly hr: number;
    readonly nearest: number;
    readonly rr: number;
    readonly rrNearest: number;
    readonly estimate: number;
    readonly limit: number;
  };
  readonly landmarks: readonly {
    readonly landmark: number;
    readonly n: number;
    readonly joined: number;
    readonly later: number;
    readonly events: number;
    readonly plain: readonly Coefficient[];
    readonly adjusted: readonly Coefficient[];
  }[];
  readonly factors: readonly {
    readonly factor: string;
    readonly coef: number;
    readonly se: number;
    readonly statistic: number;
    readonly p: number;
    readonly zph: number;
    readonly adjusted: number;
  }[];
  readonly together: {
    readonly coefs: readonly Coefficient[];
    readonly zph: readonly number[];
    readonly names: readonly string[];
  };
  readonly lasso: {
    readonly candidates: readonly string[];
    readonly lambda: readonly number[];
    readonly beta: readonly (readonly number[])[];
  };
  readonly validation: Readonly<Record<string, number>> & {
    readonly baseline: readonly number[];
    readonly grid: readonly number[];
  };
}

export const TRUTH = JSON.parse(
  readFileSync(new URL('truth/conversion.json', import.meta.url), 'utf8'),
) as ConversionTruth;
