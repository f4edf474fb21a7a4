import type { StudyAnalysis } from '../../documents.ts';
import { groupLabels } from '../../methods/counts.ts';
import { pooledMoments } from '../../methods/pooled.ts';
import type { LevelsForm, NumberForm } from '../forms.ts';
import type { Finished } from '../progress.ts';
import { cell, count, groupNames, number, type Part, type Pooling, text } from './part.ts';

type TableOne = Extract<StudyAnalysis, { readonly method: 'table-one/1' }>;

interface SiteGroup {
  readonly n: number | null;
  readonly variables: Readonly<Record<string, NumberForm | LevelsForm>>;
}

/** Table 1 over the sites: of each cell the sum of the sites that could show it, and how many those were. */
export function pooledDescription(finished: Finished, asked: TableOne, { codebook }: Pooling): Part {
  const labels = asked.by === undefined ? ['all'] : groupLabels(codebook, asked.by);
  const sites = finished.rounds[0]!.open as unknown as readonly (readonly SiteGroup[])[];
  const numbers: Part['numbers'] = {};
  const rows: Row[] = groupNames(codebook, asked.by, labels).flatMap((group, g) => {
    const parts = sites.map((site) => site[g]!);
    const known = parts.flatMap(({ n }) => (n === null ? [] : [n]));
    numbers[`${asked.id}.${g}.n`] = known.length === parts.length ? known.reduce((a, b) => a + b, 0) : null;
    return asked.variables.flatMap((name): Row[] => {
      const told = parts.map(({ variables }) => variables[name] ?? null);
      return 'range' in codebook.variables[name]!
        ? [numberRow(asked, codebook, group, g, name, told as NumberForm[], numbers)]
        : levelRows(asked, codebook, group, g, name, told as LevelsForm[], numbers);
    });
  });
  const short = rows.filter(({ sites: told }) => told < sites.length).length;
  return {
    numbers,
    tables: [
      {
        id: asked.id,
        title: `${asked.id}: patients`,
        columns: [
          text('group', 'Group'),
          text('variable', 'Variable'),
          text('level', 'Level'),
          count('n', 'Patients'),
          number('mean', 'Mean'),
          number('sd', 'Standard deviation'),
          number('median', 'Median'),
          number('q1', 'First quartile'),
          number('q3', 'Third quartile'),
          count('missing', 'Missing'),
          count('sites', 'Sites that showed it'),
        ],
        rows,
        notes: ['Medians and quartiles are of histograms, spread evenly within their bins.'],
      },
    ],
    figures: [],
    method: ['Table 1 is over the patients who are complete in what models, tests and curves use.'],
    citations: [],
    warnings:
      short === 0
        ? []
        : [
            {
              code: 'withheld',
              says: `${asked.id}: ${short} rows lack a site, whose cells are too small to be shown.`,
            },
          ],
  };
}

/** A row of the table: what a variable, or a level of it, is in a group. */
type Row = Record<string, string | number | null> & { readonly sites: number };

function numberRow(
  { id, histogram }: TableOne,
  codebook: Pooling['codebook'],
  group: string,
  g: number,
  name: string,
  told: readonly NumberForm[],
  numbers: Part['numbers'],
): Row {
  const variable = codebook.variables[name]!;
  const parts = told.filter((part) => part !== null);
  const { n, mean, sd } = pooledMoments(parts, 'centre' in variable ? variable.centre : 0);
  const missing = parts.reduce((sum, part) => sum + part.missing, 0);
  const [q1, median, q3] = Object.hasOwn(histogram, name)
    ? quartiles(parts.flatMap((part) => (part.histogram ? [part.histogram] : [])))
    : [null, null, null];
  numbers[`${id}.${g}.${name}`] = [n, missing, cell(mean), cell(sd), q1!, median!, q3!];
  return {
    group,
    variable: name,
    level: '',
    n,
    mean: cell(mean),
    sd: cell(sd),
    median: median!,
    q1: q1!,
    q3: q3!,
    missing,
    sites: parts.length,
  };
}

function levelRows(
  { id }: TableOne,
  codebook: Pooling['codebook'],
  group: string,
  g: number,
  name: string,
  told: readonly LevelsForm[],
  numbers: Part['numbers'],
): Row[] {
  const labels = [...groupLabels(codebook, name), 'missing'];
  const cells = labels.map((_, l) => told.flatMap((part) => part?.levels[l] ?? []));
  numbers[`${id}.${g}.${name}`] = cells.map((counts) =>
    counts.length === told.length ? counts.reduce((a, b) => a + b, 0) : null,
  );
  const isTruth = codebook.variables[name]!.type === 'boolean';
  return labels.map((level, l) => ({
    group,
    variable: name,
    level: isTruth && l < 2 ? ['no', 'yes'][l]! : level,
    n: cells[l]!.length === 0 ? null : cells[l]!.reduce((a, b) => a + b, 0),
    mean: null,
    sd: null,
    median: null,
    q1: null,
    q3: null,
    missing: null,
    sites: cells[l]!.length,
  }));
}

/** Quartiles of histograms with bins of their own, each spread evenly. */
function quartiles(
  parts: readonly { readonly edges: readonly number[]; readonly counts: readonly number[] }[],
): (number | null)[] {
  const edges = [...new Set(parts.flatMap((part) => part.edges))].sort((a, b) => a - b);
  const below = edges.map((edge) => parts.reduce((sum, part) => sum + belowIn(part, edge), 0));
  const n = below.at(-1) ?? 0;
  return [0.25, 0.5, 0.75].map((share) => {
    const at = below.findIndex((each) => each >= share * n);
    if (n === 0 || at < 0) return null;
    if (at === 0) return edges[0]!;
    const [from, to] = [below[at - 1]!, below[at]!];
    return edges[at - 1]! + ((share * n - from) / (to - from)) * (edges[at]! - edges[at - 1]!);
  });
}

function belowIn(
  { edges, counts }: { readonly edges: readonly number[]; readonly counts: readonly number[] },
  at: number,
): number {
  return counts.reduce((sum, inBin, b) => {
    const [from, to] = [edges[b]!, edges[b + 1]!];
    return sum + inBin * Math.max(0, Math.min(1, (at - from) / (to - from)));
  }, 0);
}
