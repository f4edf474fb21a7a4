import { SignetError } from '../../lib/base/index.ts';

/** The values of condition keys, whose names are in small letters. */
export type Context = ReadonlyMap<string, readonly string[]>;

/** What is refused rather than guessed at. */
export function unsupported(what: string): SignetError {
  return new SignetError('unsupported-policy', `the local gateway cannot evaluate ${what}`);
}

const VARIABLE = /\$\{([^}]*)\}/g;

/** The variables that a request may lack; such a pattern then matches nothing. What isn't listed and isn't there is a mistake. */
const MAY_BE_ABSENT = /^(?:aws:(?:PrincipalTag|RequestTag|ResourceTag)\/[^,]+|s3:prefix)$/i;

/** A literal of a pattern: no sign in it means anything. */
const literal = (text: string): string => text.replace(/[\\*?]/g, '\\$&');

/** The pattern with its variables' values, in which `\` takes the meaning of the next sign; undefined where a value is absent. */
export function filled(pattern: string, context: Context): string | undefined {
  let complete = true;
  const text = pattern.replaceAll('\\', '\\\\').replace(VARIABLE, (_, name: string) => {
    if (name === '*' || name === '?' || name === '$') return `\\${name}`;
    const [value, more] = context.get(name.toLowerCase()) ?? [];
    if (value !== undefined && more === undefined) return literal(value);
    if (value !== undefined || !MAY_BE_ABSENT.test(name)) throw unsupported(`the policy variable ${name}`);
    complete = false;
    return '';
  });
  return complete ? text : undefined;
}

/** `*` is any number of signs (a slash too), `?` is one. Linear in time but for backing up to the last `*`. */
export function matches(pattern: string, text: string): boolean {
  let [p, t, star, retry] = [0, 0, -1, 0];
  while (t < text.length) {
    const escaped = pattern[p] === '\\';
    if (!escaped && pattern[p] === '*') {
      star = p;
      p += 1;
      retry = t;
    } else if (
      p < pattern.length &&
      (escaped ? pattern[p + 1] === text[t] : pattern[p] === '?' || pattern[p] === text[t])
    ) {
      p += escaped ? 2 : 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      retry += 1;
      t = retry;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
