/**
 * Whether a key matches a pattern: `*` is any part of one name, `**` may reach over `/`, `?` is one character. Steps are bounded by the
 * product of the lengths, which a regular expression's are not.
 */
export function matches(pattern: string, key: string): boolean {
  const tokens = pattern.match(/\*+|[^*]/gu) ?? [];
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
    if (next.size === 0) return false;
    reached = skip(next);
  }
  return reached.has(tokens.length);
}
