import type { Family, OracleCase } from './case.ts';
import { COMPARISON_FAMILIES } from './comparison-families.ts';
import { COMPETING_FAMILIES } from './competing-families.ts';
import { COX_FAMILIES } from './cox-families.ts';
import { Dataset } from './dataset.ts';
import { PERFORMANCE_FAMILIES } from './performance-families.ts';
import { PREDICTION_FAMILIES } from './prediction-families.ts';
import { SCAN_FAMILIES } from './scan-families.ts';
import { SURVIVAL_FAMILIES } from './survival-families.ts';
import { TABLE_FAMILIES } from './table-families.ts';
import { TRUNCATED_FAMILIES } from './truncated-families.ts';

const FAMILIES: Readonly<Record<string, Family>> = {
  ...SURVIVAL_FAMILIES,
  ...COMPARISON_FAMILIES,
  ...COMPETING_FAMILIES,
  ...COX_FAMILIES,
  ...TABLE_FAMILIES,
  ...SCAN_FAMILIES,
  ...PERFORMANCE_FAMILIES,
  ...PREDICTION_FAMILIES,
  ...TRUNCATED_FAMILIES,
};

/** What the library makes of a case; undefined where its family, or an option of it, isn't built. */
export function answerOf(given: OracleCase, directory: string): unknown {
  const family = FAMILIES[given.family];
  return family?.(given, given.data === null ? new Dataset(new Map(), 0) : Dataset.read(directory, given.data));
}
