export { DAYS_PER_MONTH, DAYS_PER_YEAR, dayNumber, isoDate } from './calendar.ts';
export { CONTENT_SECURITY_POLICY, PAGE_POLICY } from './content-policy.ts';
export { digestOf, sha256 } from './digest.ts';
export { isSignetError, type Place, SignetError } from './error.ts';
export { canonicalJson, type Json } from './json.ts';
export { plainLine, TURNING } from './turning.ts';
export { ulid, ulidTime } from './ulid.ts';
