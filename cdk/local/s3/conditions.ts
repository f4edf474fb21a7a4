import type { Call } from './call.ts';
import type { Version } from './catalogue.ts';
import { S3Error } from './errors.ts';

const failed = (): S3Error =>
  new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');

/** Whether a list of entity tags, with or without quotes, holds one. */
function holds(list: string, etag: string): boolean {
  return list.split(',').some((one) => {
    const tag = one.trim().replace(/^W\//, '');
    return tag === '*' || tag.replace(/^"(.*)"$/, '$1') === etag;
  });
}

/** Seconds, as headers have them; undefined where it is no date, which is then ignored. */
function seconds(date: string | undefined): number | undefined {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}

/**
 * Whether a reader has the version already (304). The conditions are headers that begin with `prefix`.
 * Throws `PreconditionFailed`. Source: RFC 9110, 13.2.2.
 */
export function unchanged(call: Call, { etag, modified }: Version, prefix = ''): boolean {
  const given = (name: string): string | undefined => call.header(prefix + name);
  const written = Math.floor(modified / 1000);
  const [match, noneMatch] = [given('if-match'), given('if-none-match')];
  if (match !== undefined) {
    if (!holds(match, etag)) throw failed();
  } else {
    const until = seconds(given('if-unmodified-since'));
    if (until !== undefined && written > until) throw failed();
  }
  if (noneMatch !== undefined) return holds(noneMatch, etag);
  const since = seconds(given('if-modified-since'));
  return since !== undefined && written <= since;
}

/** What a write asks of the version before it. The check throws `PreconditionFailed`, or `NoSuchKey` where there is none to match. */
export function writeCheck(call: Call): (before: Version | undefined) => void {
  const [match, noneMatch] = [call.header('if-match'), call.header('if-none-match')];
  if (noneMatch !== undefined && noneMatch !== '*')
    throw new S3Error('NotImplemented', 'If-None-Match of a write takes only *');
  return (before) => {
    const there = before && !before.marker ? before : undefined;
    if (noneMatch !== undefined && there) throw failed();
    if (match === undefined) return;
    if (!there) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
    if (!holds(match, there.etag)) throw failed();
  };
}

/** First and last byte of a range, inclusive. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * The range of bytes that is asked for; undefined where none is, where it is no range, or several, which S3 answers with the whole.
 * Throws `InvalidRange` where no byte of it is there.
 */
export function rangeOf(header: string | undefined, bytes: number): Range | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(bytes - Number(to), 0) : Number(from);
  const last = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  if (first >= bytes || (from === '' && Number(to) === 0))
    throw new S3Error('InvalidRange', 'The requested range is not satisfiable', {
      'content-range': `bytes */${bytes}`,
    });
  return { first, last };
}
