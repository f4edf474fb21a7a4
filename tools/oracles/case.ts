import type { Absent, FollowUp } from '../../lib/stats/index.ts';
import type { Dataset } from './dataset.ts';

/** A reference case: what to compute of which data, and what R makes of it. */
export interface OracleCase {
  readonly id: string;
  readonly family: string;
  readonly data: string | null;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly call: string;
  readonly tol: number;
  readonly result: unknown;
}

export interface OracleFile {
  readonly cases: readonly OracleCase[];
}

/** Computes what a case asks for; undefined where it asks for what isn't built. */
export type Family = (given: OracleCase, data: Dataset) => unknown;

/** As R writes what isn't there. */
export function numberOrNaN(value: number | Absent | undefined): number {
  return typeof value === 'number' ? value : Number.NaN;
}

/** The expressions that a spec names under these keys. */
export function named({ spec }: OracleCase, keys: readonly string[]): string[] {
  return keys.flatMap((key) => spec[key] ?? []).map(String);
}

/** Times, events and, where the spec names it, delayed entry. */
export function followUp({ spec }: OracleCase, data: Dataset): FollowUp {
  const { time, event, start } = spec;
  return {
    time: data.numbers(String(time)),
    event: Uint8Array.from(data.numbers(String(event))),
    ...(typeof start === 'string' ? { entry: data.numbers(start) } : {}),
  };
}
