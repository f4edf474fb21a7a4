import { isSignetError, SignetError } from '../base/index.ts';
import type { Failure } from './ports.ts';

/** Codes that tell of our own state, not of what was asked: the message is delivered again. */
const OURS: ReadonlySet<string> = new Set([
  'table-busy',
  'missing-setting',
  'no-credentials',
  'lost-document',
  'attempt-swept',
  'invalid-secret',
]);

/** An error that answers the question: a variable that isn't there, one group, no events. */
export function isRefusal(error: unknown): error is SignetError {
  return isSignetError(error) && !OURS.has(error.code);
}

/** A refusal, as the item keeps it. */
export function refusal({ code, message, remedy, place }: SignetError): Failure {
  return { code, typed: true, says: message, remedy, place };
}

/** What the item says once the last delivery has begun; the document takes its place if it still comes about. */
export const DIED: Failure = {
  code: 'computation-failed',
  typed: false,
  says: 'Working this out failed five times',
  remedy: 'POST it again; if it fails again, whoever runs the deployment finds it among the dead letters.',
  place: {},
};

/** A kept failure as the error that it was; `typed` ones are the caller's to mend. */
export class FailedResult extends SignetError {
  readonly typed: boolean;

  constructor({ code, says, remedy, place, typed }: Failure) {
    super(code, says, { remedy, place });
    this.typed = typed;
  }
}

/** The error that a kept failure stands for. */
export function failureError(failure: Failure): FailedResult {
  return new FailedResult(failure);
}
