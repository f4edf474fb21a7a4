import { SignetError } from '../base/index.ts';

/** What a log may say of an error: its stable code or its class. A message may name a file or a value. */
export function codeOf(error: unknown): string {
  if (error instanceof SignetError) return error.code;
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[A-Z_]{2,40}$/.test(code) ? code : error.name; // ECONNREFUSED says more than Error
}
