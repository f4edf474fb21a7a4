import type { ResultDocument } from '../result/index.ts';

/** The level of the intervals of what was asked, where the request says it. */
export function levelOf(request: ResultDocument['request']): number | undefined {
  return typeof request['level'] === 'number' ? request['level'] : undefined;
}

/** The level of the intervals in a document's own tables: its request's, or of a report that of all its items where they agree. */
export function documentLevel({ request, findings: { report } }: ResultDocument): number | undefined {
  const levels = new Set(
    (report?.parts ?? []).map((part) => levelOf(part.request)).filter((level) => level !== undefined),
  );
  return levelOf(request) ?? (levels.size === 1 ? [...levels][0] : undefined);
}
