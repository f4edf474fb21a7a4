/** Stands in a pattern for the identifier of the specimen that a file is of. */
export const SPECIMEN = '{specimen}';

/**
 * Whether a key matches a pattern: `*` is any part of one name, `**` may reach over `/`, `?` is one character, `{specimen}` is a specimen's
 * identifier within one name. Steps are bounded by the product of the lengths, which a regular expression's are not.
 */
export function matches(pattern: string, key: string): boolean {
  const tokens = tokensOf(pattern);
  return walk(tokens, key).has(tokens.length);
}

/** Whether there may be a key that begins so and matches. */
export function mayMatchUnder(pattern: string, prefix: string): boolean {
  const tokens = tokensOf(pattern);
  return [...walk(tokens, prefix)].some((place) => place < tokens.length);
}

function tokensOf(pattern: string): readonly string[] {
  return pattern.replaceAll(SPECIMEN, '?*').match(/\*+|[^*]/gu) ?? [];
}

/** Places among the tokens that a key leads to; none where it doesn't fit. */
function walk(tokens: readonly string[], key: string): ReadonlySet<number> {
  let reached = new Set([0]);
  const characters = [...key];
  const skip = (from: ReadonlySet<number>): Set<number> => {
    const all = new Set(from);
    for (const place of all) if (tokens[place]?.startsWith('*')) all.add(place + 1); // a set's walk sees what is added
    return all;
  };
  reached = skip(reached);
  for (const character of characters) {
    const next = new Set<number>();
    for (const place of reached) {
      const token = tokens[place];
      if (token === undefined) continue;
      if (token.startsWith('*')) {
        if (token.length > 1 || character !== '/') next.add(place);
      } else if (token === character || (token === '?' && character !== '/')) next.add(place + 1);
    }
    if (next.size === 0) return next;
    reached = skip(next);
  }
  return reached;
}

/** The specimen's identifier in a key that matches a pattern with {@link SPECIMEN} in it; the longest, where several would do. */
export function specimenIn(pattern: string, key: string): string | undefined {
  const at = pattern.indexOf(SPECIMEN);
  if (at < 0) return undefined;
  const [before, after] = [pattern.slice(0, at), pattern.slice(at + SPECIMEN.length)];
  for (let start = 0; start < key.length; start += 1) {
    if (!matches(before, key.slice(0, start))) continue;
    const slash = key.indexOf('/', start);
    for (let end = slash < 0 ? key.length : slash; end > start; end -= 1)
      if (matches(after, key.slice(end))) return key.slice(start, end);
  }
  return undefined;
}
