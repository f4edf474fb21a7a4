import { isSmall, tellsOfFew } from '../control/small.ts';
import { type ShownTable, suppressed } from '../control/suppress.ts';
import type { Codebook, StudyAnalysis } from '../documents.ts';
import { groupCodes, groupLabels } from '../methods/counts.ts';
import { type SiteRows, variableOf } from '../methods/site-rows.ts';
import type { Summary } from './asked.ts';
import type { LevelsForm, NumberForm } from './forms.ts';

type TableOne = Extract<StudyAnalysis, { readonly method: 'table-one/1' }>;

/**
 * Table 1 as a site may show it: of a number n, missing, sum and squares about the codebook's centre, and a histogram, where none of these counts
 * is small and the sums are no counts of few; of levels the table by group with small cells held back, with partners and audit, or the whole of it.
 */
export function describedShown(asked: TableOne, rows: SiteRows, codebook: Codebook, k: number): Summary {
  const labels = asked.by === undefined ? ['all'] : groupLabels(codebook, asked.by);
  const codes = asked.by === undefined ? new Int32Array(rows.n) : groupCodes(rows, codebook, asked.by);
  const members = labels.map((_, g) => [...codes.keys()].filter((i) => codes[i] === g));
  const withheld: Summary['withheld'] = [];
  const sizes = members.map((own) => own.length);
  // one held group of two would be the whole less the other
  const hidesGroups = sizes.some((size) => isSmall(size, k));
  if (hidesGroups) withheld.push({ what: `${asked.id}: groups, one of which is too small`, rule: 'k' });
  const variables = asked.variables.map((name): [string, (NumberForm | LevelsForm)[]] => {
    if (hidesGroups) return [name, members.map(() => null)];
    const described =
      'range' in codebook.variables[name]!
        ? members.map((own) => numberShown(asked, rows, codebook, name, own, k))
        : levelsShown(rows, codebook, name, members, k);
    if (described.some((each) => each === null || ('levels' in each && each.levels.includes(null))))
      withheld.push({ what: `${asked.id}: cells of ${name}`, rule: 'k' });
    return [name, described];
  });
  const open = labels.map((_, g) => ({
    n: hidesGroups ? null : sizes[g]!,
    variables: Object.fromEntries(variables.map(([name, described]) => [name, described[g]!])),
  }));
  return { open: JSON.parse(JSON.stringify(open)) as NonNullable<Summary['open']>, withheld };
}

function numberShown(
  { histogram }: TableOne,
  rows: SiteRows,
  { variables }: Codebook,
  name: string,
  own: readonly number[],
  k: number,
): NumberForm {
  const variable = variables[name]!;
  const centre = 'centre' in variable ? variable.centre : 0;
  const all = variableOf(rows, name);
  const values = Float64Array.from(own, (i) => all[i]!).filter((value) => !Number.isNaN(value));
  const missing = own.length - values.length;
  if (isSmall(values.length, k) || isSmall(missing, k) || tellsOfFew(values, k)) return null;
  const bins = Object.hasOwn(histogram, name) ? histogramOf(values, histogram[name]!, k) : undefined;
  return {
    n: values.length,
    missing,
    sum: values.reduce((sum, value) => sum + (value - centre), 0),
    squares: values.reduce((sum, value) => sum + (value - centre) ** 2, 0),
    ...(bins && { histogram: bins }),
  };
}

/** Counts between the protocol's edges, merged from the left until each is 0 or k, the rest joined to the last; who lies beyond stands in the end bins. */
function histogramOf(
  values: Float64Array,
  { from, width, to }: TableOne['histogram'][string],
  k: number,
): { readonly edges: number[]; readonly counts: number[] } {
  const bins = Math.max(1, Math.ceil((to - from) / width - 1e-9));
  const base = new Array<number>(bins).fill(0);
  for (const value of values) base[Math.max(0, Math.min(bins - 1, Math.floor((value - from) / width + 1e-12)))]! += 1;
  const edges = [from];
  const counts: number[] = [];
  let gathered = 0;
  for (const [b, count] of base.entries()) {
    gathered += count;
    if (gathered < k && gathered > 0) continue;
    edges.push(from + (b + 1) * width);
    counts.push(gathered);
    gathered = 0;
  }
  if (gathered > 0) joinRest(edges, counts, gathered, from + bins * width);
  return { edges, counts };
}

/** What is too few for a bin of its own joins the last one that isn't empty, with the empty ones between. */
function joinRest(edges: number[], counts: number[], rest: number, end: number): void {
  while (counts.length > 0 && counts.at(-1) === 0) {
    counts.pop();
    edges.pop();
  }
  if (counts.length === 0) {
    edges.push(end);
    counts.push(rest);
    return;
  }
  counts[counts.length - 1]! += rest;
  edges[edges.length - 1] = end;
}

function levelsShown(
  rows: SiteRows,
  codebook: Codebook,
  name: string,
  members: readonly (readonly number[])[],
  k: number,
): LevelsForm[] {
  const values = variableOf(rows, name);
  const levels = groupLabels(codebook, name).length;
  const counts = members.map((own) => {
    const row = new Array<number>(levels + 1).fill(0);
    for (const i of own) row[Number.isNaN(values[i]!) ? levels : values[i]!]! += 1;
    return row;
  });
  const filledCounts = withoutEmpty(counts);
  const shown = filledCounts.length === 1 ? rowShown(filledCounts[0]!, k) : suppressed(filledCounts, k);
  if (shown === undefined) return members.map(() => null);
  const filled = filledColumns(counts);
  return counts.map((row, g) => ({
    levels: row.map((_, column) => (filled.includes(column) ? shown[g]![filled.indexOf(column)]! : 0)),
  }));
}

/** One row beside its sum: small cells are held back with the smallest others, until what is held could be k or more in any one of them. */
function rowShown(row: readonly number[], k: number): ShownTable | undefined {
  const held = new Set([...row.keys()].filter((column) => isSmall(row[column]!, k)));
  const total = (): number => [...held].reduce((sum, column) => sum + row[column]!, 0);
  while (held.size > 0 && (held.size < 2 || total() < k)) {
    const [next] = [...row.keys()].filter((column) => !held.has(column)).sort((a, b) => row[a]! - row[b]!);
    if (next === undefined) return undefined;
    held.add(next);
  }
  return [row.map((count, column) => (held.has(column) ? null : count))];
}

/** Columns in which anybody stands: an empty one, as that of the missing often is, makes no table larger. */
function filledColumns(counts: readonly (readonly number[])[]): number[] {
  return [...counts[0]!.keys()].filter((column) => counts.some((row) => row[column]! > 0));
}

function withoutEmpty(counts: readonly (readonly number[])[]): number[][] {
  const filled = filledColumns(counts);
  return counts.map((row) => filled.map((column) => row[column]!));
}
