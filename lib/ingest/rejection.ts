import { SignetError } from '../base/index.ts';
import type { Problem } from '../cohort/index.ts';

/** Why a version is refused, and what its keeper is told. */
export interface Rejection {
  /** Stable code. */
  readonly reason: string;
  readonly problems: readonly Problem[];
}

/** Faults of a file as a whole: it can't be trusted, and reading it again gives the same. */
const FAULTS: ReadonlySet<string> = new Set([
  'empty-file',
  'not-text',
  'undecodable',
  'duplicate-header',
  'unclosed-quote',
  'truncated',
  'over-limit',
  'binary-file',
  'archive-not-read',
  'no-header',
  'no-patient-column',
  'no-specimen-column',
  'unknown-version',
  'unmarked-samples',
  'no-gene',
  'other-format',
  'invalid-definition',
  'direct-identifiers',
]);

/** An error that tells several problems, as a definition's does. */
function problemsOf(error: SignetError): readonly Problem[] | undefined {
  return 'problems' in error && Array.isArray(error.problems) ? (error.problems as readonly Problem[]) : undefined;
}

/** The rejection that an error means; undefined where it says nothing of the file, and another try may end well. */
export function rejectionOf(error: unknown, file: string): Rejection | undefined {
  if (!(error instanceof SignetError) || !FAULTS.has(error.code)) return undefined;
  const problems = problemsOf(error);
  if (problems && problems.length > 0) return { reason: error.code, problems };
  const { file: placed, sheet, line, column, value } = error.place;
  const problem: Problem = {
    rule: error.code,
    level: 'file',
    file: placed?.startsWith(`${file}/`) ? placed : file, // of an archive, the file in it
    ...(sheet !== undefined && { sheet }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column: String(column) }),
    ...(value !== undefined && { value }),
    says: error.message,
    remedy: error.remedy,
  };
  return { reason: error.code, problems: [problem] };
}

/** A source that no reading could end in time. */
export function tooLarge(bytes: number, most: number): SignetError {
  return new SignetError('over-limit', `the file has ${bytes} bytes; at most ${most} are read`, {
    remedy: 'Split it, or leave out columns that are not needed.',
  });
}
