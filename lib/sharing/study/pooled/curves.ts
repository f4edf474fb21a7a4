import type { KaplanMeierFigure, ResultTable } from '../../../result/index.ts';
import type { StudyAnalysis } from '../../documents.ts';
import { type GridCounts, groupLabels } from '../../methods/counts.ts';
import { type GridStep, gridCurve, gridMedian, gridSurvivalAt, gridSurvivalBetween } from '../../methods/pooled.ts';
import type { GridForm } from '../forms.ts';
import type { Finished } from '../progress.ts';
import { cell, count, groupNames, number, type Part, type Pooling, text } from './part.ts';

type Curve = Extract<StudyAnalysis, { readonly method: 'kaplan-meier/1' }>;

/** A group's counts over all sites, between edges that all share. */
interface GroupCounts {
  readonly name: string;
  readonly edges: readonly number[];
  readonly counts: GridCounts;
  /** Sites that told nothing of the group. */
  readonly without: readonly string[];
}

/** Survival curves on the grid that the sites share. */
export function pooledCurves(finished: Finished, asked: Curve, { codebook }: Pooling): Part {
  const labels = asked.group === undefined ? ['all'] : groupLabels(codebook, asked.group);
  const groups = groupNames(codebook, asked.group, labels).map((name, g) => groupCounts(finished, name, g));
  const ends = groups.map(({ edges }) => edges.map((edge) => edge * asked.grid.width));
  const curves = groups.map(({ counts }, g) => ({
    actuarial: gridCurve(counts, ends[g]!, 'actuarial'),
    start: gridCurve(counts, ends[g]!, 'start'),
  }));
  const told = [...groups.keys()].filter((g) => groups[g]!.edges.length > 0);
  return {
    numbers: Object.fromEntries(
      groups.flatMap(({ edges, counts }, g) => [
        [`${asked.id}.${g}.edges`, [...edges]],
        [`${asked.id}.${g}.deaths`, [...counts.deaths]],
        [`${asked.id}.${g}.censored`, [...counts.censored]],
        [`${asked.id}.${g}.beyond`, counts.beyond],
        ...(['actuarial', 'start'] as const).flatMap((way) =>
          curveNumbers(`${asked.id}.${g}`, way, curves[g]![way], asked.at),
        ),
      ]),
    ),
    tables: [atTable(asked, groups, curves), gridTable(asked, groups, curves)],
    // a curve without a step has nothing to be drawn: at 100 % it would be read as nobody's death
    figures:
      told.length === 0
        ? []
        : [
            figureOf(
              asked,
              `${asked.grid.unit === 'days' ? 'Days' : 'Months'} from ${codebook.endpoints[asked.endpoint]!.origin}`,
              told.map((g) => groups[g]!),
              told.map((g) => curves[g]!.actuarial),
            ),
          ],
    method: [
      `Survival on a grid whose steps are multiples of ${asked.grid.width} ${asked.grid.width === 1 ? asked.grid.unit.slice(0, -1) : asked.grid.unit}: who is censored within a step is taken as at risk for half of it; beside it, by the number at the step's start.`,
    ],
    citations: [
      'Cutler SJ, Ederer F. Maximum utilization of the life table method in analyzing survival. J Chronic Dis 1958;8:699-712.',
    ],
    warnings: groups.flatMap(({ name, edges, without }) => [
      ...(edges.length === 0
        ? [{ code: 'no-curve', says: `${asked.id}: no step of ${name}'s curve has enough patients at every site.` }]
        : []),
      ...(without.length > 0
        ? [
            {
              code: 'withheld',
              says: `${asked.id}: ${name}'s curve is without ${without.join(', ')}: too few patients.`,
            },
          ]
        : []),
    ]),
  };
}

function groupCounts({ rounds, sites, edges = [] }: Finished, name: string, g: number): GroupCounts {
  const { sums, open } = rounds[0]!;
  if (sums) {
    const from = g * (2 * edges.length + 1);
    const deaths = sums.slice(from, from + edges.length);
    const censored = sums.slice(from + edges.length, from + 2 * edges.length);
    return { name, edges, counts: { deaths, censored, beyond: sums[from + 2 * edges.length]! }, without: [] };
  }
  const shown = open as unknown as (GridForm | null)[][];
  const without = sites.filter((_, s) => shown[s]![g] === null);
  return { name, without, ...joined(shown.flatMap((site) => site[g] ?? [])) };
}

/** Sites' counts between the edges that all of them have; what lies beyond the last is at risk there. */
function joined(sites: readonly GridForm[]): Omit<GroupCounts, 'name' | 'without'> {
  const [first, ...others] = sites;
  const edges = (first?.edges ?? []).filter((edge) => others.every((site) => site.edges.includes(edge)));
  const within = (site: GridForm, of: 'deaths' | 'censored', from: number, to: number): number =>
    site.edges.reduce((sum, edge, i) => (edge > from && edge <= to ? sum + site[of][i]! : sum), 0);
  const summed = (of: 'deaths' | 'censored'): number[] =>
    edges.map((edge, i) => sites.reduce((sum, site) => sum + within(site, of, edges[i - 1] ?? 0, edge), 0));
  const last = edges.at(-1) ?? 0;
  const beyond = sites.reduce(
    (sum, site) =>
      sum +
      site.atRisk +
      within(site, 'deaths', last, Number.POSITIVE_INFINITY) +
      within(site, 'censored', last, Number.POSITIVE_INFINITY),
    0,
  );
  return { edges, counts: { deaths: summed('deaths'), censored: summed('censored'), beyond } };
}

function curveNumbers(
  group: string,
  way: 'actuarial' | 'start',
  curve: readonly GridStep[],
  at: readonly number[],
): [string, number | (number | null)[] | null][] {
  const key = `${group}.${way}`;
  // by the number at the start a curve is survfit's of times moved to their edges, and read as such
  const read = at.map((time) => (way === 'start' ? gridSurvivalAt : gridSurvivalBetween)(curve, time));
  return [
    [`${key}.at-risk`, curve.map(({ atRisk }) => atRisk)],
    [`${key}.survival`, curve.map(({ survival }) => cell(survival))],
    [`${key}.se`, curve.map(({ standardError }) => cell(standardError))],
    [`${key}.median`, (['survival', 'lower', 'upper'] as const).map((of) => gridMedian(curve, of))],
    [`${key}.at`, read.map(({ survival }) => survival)],
    [`${key}.at.low`, read.map(({ lower }) => lower)],
    [`${key}.at.high`, read.map(({ upper }) => upper)],
  ];
}

type Both = readonly { readonly actuarial: readonly GridStep[]; readonly start: readonly GridStep[] }[];

function atTable({ id, at, grid }: Curve, groups: readonly GroupCounts[], curves: Both): ResultTable {
  return {
    id,
    title: `${id}: survival`,
    columns: [
      text('group', 'Group'),
      {
        key: 'median',
        label: 'Median',
        format: 'number',
        unit: grid.unit,
        low: 'median_low',
        high: 'median_high',
        why: 'median_why',
      },
      number('time', `Time, ${grid.unit}`),
      { key: 'survival', label: 'Survival', format: 'share', low: 'low', high: 'high' },
      { key: 'start', label: "Survival by the number at the step's start", format: 'share' },
    ],
    rows: groups.flatMap(({ name }, g) => {
      const median = gridMedian(curves[g]!.actuarial);
      const end = curves[g]!.start.at(-1)?.time ?? 0;
      return (at.length > 0 ? at : [null]).map((time) => {
        const read = time === null ? undefined : gridSurvivalBetween(curves[g]!.actuarial, time);
        // the curve ends with its grid: what it was there is not what it is later
        const start = time === null || time > end ? undefined : gridSurvivalAt(curves[g]!.start, time);
        return {
          group: name,
          median,
          median_low: gridMedian(curves[g]!.actuarial, 'lower'),
          median_high: gridMedian(curves[g]!.actuarial, 'upper'),
          median_why: end === 0 ? 'no curve' : `not reached within ${Number(end.toPrecision(6))} ${grid.unit}`,
          time,
          survival: read?.survival ?? null,
          low: read?.lower ?? null,
          high: read?.upper ?? null,
          start: cell(start?.survival),
        };
      });
    }),
    notes: [
      "Survival and medians are interpolated within their step; by the number at the step's start, it is that at the last edge before.",
    ],
  };
}

function gridTable({ id, grid }: Curve, groups: readonly GroupCounts[], curves: Both): ResultTable {
  return {
    id: `${id}-grid`,
    title: `${id}: deaths and censorings of all sites`,
    columns: [
      text('group', 'Group'),
      number('until', `Until, ${grid.unit}`),
      count('deaths', 'Deaths'),
      count('censored', 'Censored'),
      { key: 'survival', label: 'Survival', format: 'share' },
    ],
    rows: groups.flatMap(({ name }, g) =>
      curves[g]!.actuarial.map(({ time, deaths, censored, survival }) => ({
        group: name,
        until: time,
        deaths: Math.round(deaths),
        censored: Math.round(censored),
        survival: cell(survival),
      })),
    ),
    notes: [],
  };
}

function figureOf(
  { id, grid }: Curve,
  xLabel: string,
  groups: readonly GroupCounts[],
  curves: readonly (readonly GridStep[])[],
): KaplanMeierFigure {
  const times = [...new Set(curves.flatMap((curve) => curve.map(({ time }) => time)))].sort((a, b) => a - b);
  const every = Math.max(1, Math.ceil(times.length / 6));
  const marks = [0, ...times.filter((_, i) => (i + 1) % every === 0)];
  return {
    kind: 'kaplan-meier',
    between: 'lines',
    id: `${id}-curves`,
    title: `${id}: survival`,
    alt: `Survival curves of ${groups.map(({ name }) => name).join(', ')} over all sites, known at the edges of their grid and joined by lines.`,
    xLabel,
    yLabel: 'Survival',
    curves: groups.map(({ name, counts }, g) => {
      const curve = curves[g]!;
      const limits = curve.map(({ time }) => gridSurvivalAt(curve, time));
      return {
        label: name,
        n: totalOf(counts),
        events: Math.round(counts.deaths.reduce((a, b) => a + b, 0)),
        time: [0, ...curve.map(({ time }) => time)],
        survival: [1, ...curve.map(({ survival }) => survival)],
        lower: [1, ...limits.map(({ lower }) => lower)],
        upper: [1, ...limits.map(({ upper }) => upper)],
        censored: [],
        median: gridMedian(curve),
        medianLow: gridMedian(curve, 'lower'),
        medianHigh: gridMedian(curve, 'upper'),
      };
    }),
    riskTable: {
      times: marks,
      atRisk: groups.map(({ counts }, g) => marks.map((mark) => remaining(counts, curves[g]!, mark))),
    },
    level: 0.95,
    unit: grid.unit,
    corner: groups.some(({ counts }) => counts.beyond > 0) ? ["Events are counted until each curve's end."] : [],
  };
}

function totalOf({ deaths, censored, beyond }: GridCounts): number {
  return Math.round(beyond + [...deaths, ...censored].reduce((a, b) => a + b, 0));
}

/** Under observation after a time. */
function remaining(counts: GridCounts, curve: readonly GridStep[], time: number): number {
  return curve.reduce(
    (n, step) => (step.time <= time ? n - Math.round(step.deaths + step.censored) : n),
    totalOf(counts),
  );
}
