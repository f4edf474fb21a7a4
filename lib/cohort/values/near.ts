const MOST_LENGTH = 100;

/** Edits (insert, delete, replace, swap neighbours) that turn one word into the other. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}

/** Up to three of `names` that someone who wrote `word` may have meant, nearest first. */
export function nearNames(word: string, names: Iterable<string>): string[] {
  if (word.length > MOST_LENGTH) return [];
  const wanted = word.toLowerCase();
  const most = Math.max(1, Math.floor(word.length / 3));
  const near: { readonly name: string; readonly away: number }[] = [];
  for (const name of names) {
    if (Math.abs(name.length - word.length) > most) continue;
    const away = distance(wanted, name.toLowerCase());
    if (away <= most) near.push({ name, away });
  }
  near.sort((a, b) => a.away - b.away || (a.name < b.name ? -1 : 1));
  return near.slice(0, 3).map(({ name }) => name);
}

/** What to do about a word that isn't one of `names`: "Did you mean …?", or the list where it is short, or `otherwise`. */
export function didYouMean(word: string, names: Iterable<string>, otherwise = 'Correct the name.'): string {
  const all = [...names];
  const near = nearNames(word, all);
  if (near.length > 0) return `Did you mean ${near.join(' or ')}?`;
  if (all.length > 0 && all.length <= 20) return `There is ${all.join(', ')}.`;
  return otherwise;
}
