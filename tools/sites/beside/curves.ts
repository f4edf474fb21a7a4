import { printShare } from '../../../lib/result/index.ts';
import type { SiteRows } from '../../../lib/sharing/index.ts';
import { kaplanMeier } from '../../../lib/stats/index.ts';
import { DEMO_ANALYSES } from '../demo-study.ts';
import { joined } from '../together.ts';
import { type Beside, list, type Numbers, SUM_ERROR } from './part.ts';

/** At the edges of the grid survival is to be within so much of the curve of exact times; between two edges it lies along a line, and is to lie between theirs. */
const GRID_SURVIVAL = 0.01;

const { id, group, endpoint, at, grid } = DEMO_ANALYSES.km;

/** A group's patients of all sites, and their curve of exact times. */
interface Group {
  readonly label: string;
  readonly patients: readonly { readonly time: number; readonly event: number }[];
  survivalAt(month: number): number;
}

/** The curves over the sites beside those of all rows. */
export function besideCurves(numbers: Numbers, sites: readonly SiteRows[]): Beside {
  const parts = [0, 1].map((g) => besideGroup(numbers, g, groupOf(sites, g)));
  const edges = list(numbers, `${id}.0.edges`) as number[];
  const faults = parts.flatMap((part) => part.faults);
  return {
    title: 'Survival by RAS, from sums that nobody saw the terms of',
    rows: [['', 'over the sites', 'all rows, exact times', 'difference'], ...parts.flatMap(({ rows }) => rows)],
    notes: [
      `Deaths and censorings in the ${edges.length} steps of the common grid, which ends after ${(edges.at(-1) ?? 0) * grid.width} ${grid.unit}, are ${faults.length === 0 ? 'those of all rows, counted' : 'to be read with what is told below'}.`,
      'Between the edges of the grid survival is read along a line: that is what the grid costs.',
    ],
    faults,
  };
}

function groupOf(sites: readonly SiteRows[], g: number): Group {
  const time = joined(sites, ({ endpoints }) => endpoints[endpoint]!.time);
  const event = joined(sites, ({ endpoints }) => endpoints[endpoint]!.cause);
  const codes = joined(sites, ({ variables }) => variables[group]!);
  const own = [...codes.keys()].filter((i) => codes[i] === g);
  const curve = kaplanMeier.solve(
    kaplanMeier.accumulate({
      time: Float64Array.from(own, (i) => time[i]!),
      event: Uint8Array.from(own, (i) => event[i]!),
    }),
  );
  return {
    label: `${group}: ${g === 1 ? 'yes' : 'no'}`,
    patients: own.map((i) => ({ time: time[i]!, event: event[i]! })),
    survivalAt: (month) => curve.survival[curve.time.findLastIndex((each) => each <= month)] ?? 1,
  };
}

function besideGroup(numbers: Numbers, g: number, whole: Group): Pick<Beside, 'rows' | 'faults'> {
  const edges = (list(numbers, `${id}.${g}.edges`) as number[]).map((edge) => edge * grid.width);
  const survival = list(numbers, `${id}.${g}.actuarial.survival`) as number[];
  const read = list(numbers, `${id}.${g}.actuarial.at`);
  const rows = at.map((month, a) => {
    const told = read[a] ?? null;
    const exact = whole.survivalAt(month);
    return [
      `${whole.label}, ${month} months`,
      told === null ? 'beyond the grid' : printShare(told),
      printShare(exact),
      told === null ? '' : Math.abs(told - exact).toFixed(4),
    ];
  });
  const isBetween = (month: number): boolean => {
    const after = edges.findIndex((edge) => edge >= month);
    const exact = whole.survivalAt(month);
    return exact <= (survival[after - 1] ?? 1) + GRID_SURVIVAL && exact >= survival[after]! - GRID_SURVIVAL;
  };
  return {
    rows,
    faults: [
      ...countFaults(numbers, g, whole, edges),
      ...edges.flatMap((edge, b) =>
        Math.abs(survival[b]! - whole.survivalAt(edge)) <= GRID_SURVIVAL
          ? []
          : [`survival of ${whole.label} at the edge ${edge}: ${survival[b]}, of ${whole.survivalAt(edge)}`],
      ),
      ...at.flatMap((month, a) =>
        typeof read[a] !== 'number' || isBetween(month)
          ? []
          : [`survival of ${whole.label} at ${month}: ${read[a]}, of ${whole.survivalAt(month)}`],
      ),
    ],
  };
}

/** Whether what the masks' sums came to is what counting all rows comes to. */
function countFaults(numbers: Numbers, g: number, { label, patients }: Group, edges: readonly number[]): string[] {
  return (
    [
      ['deaths', 1],
      ['censored', 0],
    ] as const
  ).flatMap(([of, code]) => {
    const counted = edges.map(
      (edge, b) =>
        patients.filter(({ time, event }) => event === code && time > (edges[b - 1] ?? 0) && time <= edge).length,
    );
    const told = list(numbers, `${id}.${g}.${of}`);
    const differs = counted.some((count, b) => Math.abs(count - told[b]!) > SUM_ERROR);
    return differs ? [`${of} of ${label} on the grid: ${told.join(' ')}, of ${counted.join(' ')}`] : [];
  });
}
