import type { ResultDocument } from '../result/index.ts';

/** What any figure of the document is stamped with, once each: it holds for the tables too. */
export function stampsOf({ findings }: ResultDocument): string[] {
  return [...new Set(findings.figures.flatMap(({ stamp }) => (stamp === undefined ? [] : [stamp])))];
}
