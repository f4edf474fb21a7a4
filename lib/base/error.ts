/** Where something is wrong, as far as it is known. `value` may be a patient's: it is shown to her site's steward and never logged. */
export interface Place {
  readonly file?: string;
  readonly sheet?: string;
  /** 1-based, as a text editor or a spreadsheet counts. */
  readonly line?: number;
  readonly column?: string | number;
  readonly value?: string;
  /** JSON pointer into a request or a definition. */
  readonly pointer?: string;
}

export interface SignetErrorOptions {
  readonly place?: Place;
  /** What the reader can do about it. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/**
 * The one error class of the house. `code` is stable and kebab-case (`unknown-variable`, `no-definition`): callers and `http/` go by it,
 * never by the message. A log holds `code` alone, since message and place may name a patient's file or value.
 */
export class SignetError extends Error {
  readonly code: string;
  readonly place: Place;
  readonly remedy: string;

  constructor(code: string, message: string, { place = {}, remedy = '', cause }: SignetErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'SignetError';
    this.code = code;
    this.place = place;
    this.remedy = remedy;
  }
}

/** Whether `error` is a {@link SignetError}, and if a code is given, the one with that code. */
export function isSignetError(error: unknown, code?: string): error is SignetError {
  return error instanceof SignetError && (code === undefined || error.code === code);
}
