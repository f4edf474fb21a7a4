const COMMA = 44;
const MINUS = 45;
const PLUS = 43;
const DOT = 46;

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

/** How many whole numbers stand there between commas, `.` among them; -1 where something is none, -2 where one is below 0 and may not be. */
export function countIntegers(bytes: Buffer, start: number, end: number, fromZero: boolean): number {
  let count = 0;
  for (let at = start; at <= end; at++) {
    count += 1;
    if (bytes[at] === DOT && (at + 1 === end || bytes[at + 1] === COMMA)) {
      at += 1;
      continue;
    }
    if (at < end && (bytes[at] === MINUS || bytes[at] === PLUS)) {
      if (fromZero && bytes[at] === MINUS) return -2;
      at += 1;
    }
    const digits = at;
    while (at < end && isDigit(bytes[at]!)) at += 1;
    if (at === digits || (at < end && bytes[at] !== COMMA)) return -1;
  }
  return count;
}

/** As {@link countIntegers}, of numbers. */
export function countFloats(bytes: Buffer, start: number, end: number, fromZero: boolean): number {
  let count = 0;
  for (let from = start; from <= end; ) {
    let to = from;
    let plain = from < end;
    let dots = 0;
    for (; to < end && bytes[to] !== COMMA; to++) {
      if (bytes[to] === DOT) dots += 1;
      else if (!(isDigit(bytes[to]!) || (bytes[to] === MINUS && to === from))) plain = false;
    }
    count += 1;
    if (!plain || dots > 1 || to === from + dots + Number(bytes[from] === MINUS)) {
      if (!(to === from + 1 && dots === 1) && !isNumber(bytes.toString('latin1', from, to))) return -1;
    }
    if (fromZero && bytes[from] === MINUS) return -2;
    from = to + 1;
  }
  return count;
}

/** A number with an exponent, or none at all (VCF 4.3, 1.3). */
function isNumber(text: string): boolean {
  return /^[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf(?:inity)?|nan)$/i.test(text);
}

/** How many texts stand there between commas; -1 where `single` and one isn't a single character. */
export function countTexts(bytes: Buffer, start: number, end: number, single: boolean): number {
  let count = 1;
  let from = start;
  for (let at = start; at < end; at++) {
    if (bytes[at] !== COMMA) continue;
    if (single && at - from > 1) return -1;
    count += 1;
    from = at + 1;
  }
  return single && end - from > 1 ? -1 : count;
}

/** The whole number from 0 on that stands there; -1 where there is none. */
export function wholeNumber(bytes: Buffer, start: number, end: number): number {
  if (end <= start || end - start > 15) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Nothing stands there, or `.`. */
export const MISSING = -1;

/** What stands there is no such number. */
export const WRONG = -2;

/** As {@link wholeNumber}, with {@link MISSING} told from {@link WRONG}. */
export function wholeNumberAt(bytes: Buffer, start: number, end: number): number {
  const value = wholeNumber(bytes, start, end);
  if (value >= 0) return value;
  return end <= start || (end === start + 1 && bytes[start] === DOT) ? MISSING : WRONG;
}

/** The number that stands there; {@link MISSING} or {@link WRONG}, also where it is below 0 or not finite. */
export function numberFrom(bytes: Buffer, start: number, end: number): number {
  if (end <= start || (end === start + 1 && bytes[start] === DOT)) return MISSING;
  const text = bytes.toString('latin1', start, end);
  const value = isNumber(text) ? Number(text) : Number.NaN;
  return value >= 0 && value < Number.POSITIVE_INFINITY ? value : WRONG;
}
