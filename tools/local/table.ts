/** Rows as aligned columns: the first to the left, the others to the right. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, j) => Math.max(...rows.map((row) => row[j]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, j) => (j === 0 ? cell.padEnd(widths[j]!) : cell.padStart(widths[j]!)))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
