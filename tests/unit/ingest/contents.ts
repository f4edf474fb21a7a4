/** Small files of every kind, for worlds of a few sources. */
const columns = `
      age: { type: number }
      died: { type: boolean }`;

function definition(title: string, more = ''): string {
  return `title: ${title}
missing: [""]
tables:
  - match: "*.csv"
    rows: patient
    patient: id
    columns:${columns}${more}
`;
}

export const DEFINITIONS = {
  first: definition('First'),
  /** Reads no source otherwise. */
  renamed: `# a comment\n${definition('Second')}`,
  /** Reads every table otherwise. */
  wider: definition('Wider', '\n      sex: { type: category, codes: { "1": male, "2": female } }'),
  /** Refused. */
  wrong: 'title: Wrong\ntables: 5\n',
} as const;

/** A table of three patients whose identifiers begin with the file's own letter. */
export function table(letter: string, ages: readonly [number, number, number | string]): string {
  const rows = ages.map((age, i) => `${letter}${i},${age},${i % 2},${(i % 2) + 1}`);
  return `id,age,died,sex\n${rows.join('\n')}\n`;
}

/** A file that can't be trusted. */
export const REFUSED = 'id,id,age\n1,2,3\n';
