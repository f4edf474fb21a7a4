/** In order of trust, where two are as frequent. */
const DELIMITERS = ['\t', ';', ',', '|'] as const;

/** What parts the cells, and lines that only say so. */
export interface Dialect {
  readonly delimiter: string;
  /** The first line is Excel's `sep=;`. */
  readonly declared: boolean;
}

/**
 * The delimiter that is most frequent, outside quotes, in the header's line: the one that is named, else the first that is neither empty
 * nor a comment.
 */
export function dialectOf(sample: string, header?: number | readonly number[]): Dialect {
  const lines = sample.split(/\r\n|\n|\r/);
  const [, declared] = /^\uFEFF?"?sep=([\t;,|])"?$/.exec(lines[0]!) ?? [];
  if (declared) return { delimiter: declared, declared: true };
  const named = header === undefined ? undefined : lines[Math.max(...[header].flat()) - 1];
  const line = named ?? lines.find((text) => text.trim() !== '' && !text.startsWith('#')) ?? '';
  const outside = line.replaceAll(/"[^"]*"?/g, '');
  const counts = DELIMITERS.map((delimiter) => outside.split(delimiter).length - 1);
  if (counts[0]! > 0) return { delimiter: '\t', declared: false };
  const most = Math.max(...counts);
  return { delimiter: most === 0 ? ',' : DELIMITERS[counts.indexOf(most)]!, declared: false };
}
