import { SignetError } from '../base/index.ts';

/** A form that something can be had in: its suffix and its media type. */
export interface Representation {
  readonly suffix: string;
  readonly type: string;
}

/** The forms of a result. */
export const RESULT_REPRESENTATIONS = [
  { suffix: 'json', type: 'application/json' },
  { suffix: 'csv', type: 'text/csv; charset=utf-8' },
  { suffix: 'svg', type: 'image/svg+xml' },
  { suffix: 'html', type: 'text/html; charset=utf-8' },
  { suffix: 'docx', type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' },
] as const satisfies readonly Representation[];

/** The forms of a release: the document itself, and what is drawn from it. */
export const SHARED_REPRESENTATIONS = RESULT_REPRESENTATIONS.slice(0, 4);

/** The forms of a list of problems. */
export const PROBLEM_REPRESENTATIONS = [...RESULT_REPRESENTATIONS.slice(0, 2), RESULT_REPRESENTATIONS[3]] as const;

/** The forms of a table. */
export const TABLE_REPRESENTATIONS = RESULT_REPRESENTATIONS.slice(0, 2);

interface Range {
  readonly type: string;
  readonly q: number;
}

function rangesOf(accept: string): Range[] {
  return accept.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
    const q = parameters.find((word) => word.startsWith('q='));
    const weight = q === undefined ? 1 : Number(q.slice(2));
    return { type, q: Number.isFinite(weight) ? weight : 0 };
  });
}

function specificity({ type }: Range): number {
  return type === '*/*' ? 0 : type.endsWith('/*') ? 1 : 2;
}

function covers(range: string, type: string): boolean {
  return range === '*/*' || range === type || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)));
}

/** RFC 9110, 12.5.1: the weight that the most specific range gives a type. */
function weightOf(representation: Representation, ranges: readonly Range[]): number {
  const type = representation.type.split(';')[0]!;
  const [best] = ranges.filter((range) => covers(range.type, type)).sort((a, b) => specificity(b) - specificity(a));
  return best?.q ?? 0;
}

/** The form that the caller prefers; of equals the first offered. Without `Accept`, the first. Throws SignetError `not-acceptable`. */
export function negotiated<R extends Representation>(
  accept: string | undefined,
  offered: readonly R[],
  remedy = `Ask for one of ${offered.map(({ type }) => type).join(', ')}, or by suffix: .${offered.map(({ suffix }) => suffix).join(', .')}.`,
): R {
  if (accept === undefined || accept.trim() === '') return offered[0]!;
  const ranges = rangesOf(accept);
  const weighed = offered.map((representation) => ({ representation, q: weightOf(representation, ranges) }));
  const best = weighed.reduce((a, b) => (b.q > a.q ? b : a));
  if (best.q > 0) return best.representation;
  throw new SignetError('not-acceptable', 'This is not available in a form that you accept', {
    remedy,
  });
}

/** The form that `?format=` names, else the one that `Accept` prefers. Throws SignetError `not-acceptable`. */
export function byFormat<R extends Representation>(
  format: string | undefined,
  accept: string | undefined,
  offered: readonly R[],
): R {
  const named = offered.find(({ suffix }) => suffix === format);
  if (named) return named;
  const remedy = `Ask by format=${offered.map(({ suffix }) => suffix).join(', format=')}, or accept ${offered.map(({ type }) => type).join(', ')}.`;
  if (format !== undefined)
    throw new SignetError('not-acceptable', `This is not available as ${format.slice(0, 40)}`, { remedy });
  return negotiated(accept, offered, remedy);
}

/** Splits `name.suffix` where the suffix is one of the offered; otherwise the name is whole and `Accept` decides. */
export function bySuffix<R extends Representation>(
  name: string,
  accept: string | undefined,
  offered: readonly R[],
): { readonly name: string; readonly representation: R } {
  const dot = name.lastIndexOf('.');
  const named = dot < 0 ? undefined : offered.find(({ suffix }) => suffix === name.slice(dot + 1));
  return named
    ? { name: name.slice(0, dot), representation: named }
    : { name, representation: negotiated(accept, offered) };
}

/** `"{content digest}.{representation}"`. */
export function etagOf(digest: string, { suffix }: Representation): string {
  return `"${digest}.${suffix}"`;
}

/** Whether `If-None-Match` names this ETag: the caller has it already. */
export function unchanged(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
