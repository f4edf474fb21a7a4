import { type Place, SignetError } from '../base/index.ts';

/** Codes of what is wrong with a file as a whole. Reading it again gives the same. */
type FaultCode =
  | 'empty-file'
  | 'not-text'
  | 'undecodable'
  | 'duplicate-header'
  | 'unclosed-quote'
  | 'truncated'
  | 'over-limit'
  | 'binary-file'
  | 'archive-not-read'
  | 'no-header'
  | 'no-specimen-column'
  | 'unknown-version'
  | 'unmarked-samples'
  | 'no-gene'
  | 'other-format';

/** The error that says so. */
export function fault(code: FaultCode, says: string, place: Place, remedy: string, cause?: unknown): SignetError {
  return new SignetError(code, says, { place, remedy, cause });
}

/** The code of what another library threw. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
