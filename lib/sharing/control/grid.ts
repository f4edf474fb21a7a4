import type { Leavers } from '../documents.ts';
import { isSmall, isSmallOf } from './small.ts';

/**
 * A group's leavers at one site on the protocol's grid, merged from the left until each bin holds k, the rest joined to the last: what an
 * approval tells, so that all sites can find one grid. `steps` are the patients' steps, from 1; empty where the group has fewer than k.
 */
export function siteLeavers(steps: readonly number[], k: number): Leavers {
  if (steps.length < k) return { edges: [], leavers: [] };
  const last = Math.max(...steps);
  const edges: number[] = [];
  const leavers: number[] = [];
  let gathered = 0;
  for (let step = 1; step <= last; step++) {
    gathered += steps.filter((each) => each === step).length;
    if (gathered < k && step < last) continue;
    if (gathered < k) {
      // what is left over is too few for a bin of its own
      edges[edges.length - 1] = step;
      leavers[leavers.length - 1]! += gathered;
    } else {
      edges.push(step);
      leavers.push(gathered);
    }
    gathered = 0;
  }
  return { edges, leavers };
}

/** Leavers of a group a step of the grid, a site's spread evenly within its bins. */
function spread(sites: readonly Leavers[], steps: number): Float64Array {
  const expected = new Float64Array(steps);
  for (const { edges, leavers } of sites)
    edges.forEach((edge, b) => {
      const from = b === 0 ? 0 : edges[b - 1]!;
      for (let step = from; step < edge && step < steps; step++) expected[step]! += leavers[b]! / (edge - from);
    });
  return expected;
}

/**
 * The grid that all sites count on, as steps of the protocol's at which bins end: an edge wherever k times the sites of all groups, and k of
 * each, are expected to have left since the one before, the last where k times the sites of each are still expected at risk. Nobody sees a
 * masked cell to check it, so that the grid guards it. `groups` holds each group's leavers, a site an element.
 */
export function commonGrid(groups: readonly (readonly Leavers[])[], steps: number, k: number, sites: number): number[] {
  const expected = groups.map((group) => spread(group, steps));
  const left = groups.map((group) => group.flatMap(({ leavers }) => leavers).reduce((a, b) => a + b, 0));
  const gathered = groups.map(() => 0);
  const edges: number[] = [];
  for (let step = 1; step <= steps; step++) {
    for (const [g, own] of expected.entries()) {
      gathered[g]! += own[step - 1]!;
      left[g]! -= own[step - 1]!;
    }
    if (left.some((atRisk) => atRisk < k * sites - 1e-9)) break;
    const all = gathered.reduce((a, b) => a + b, 0);
    if (all < k * sites - 1e-9 || gathered.some((own) => own < k - 1e-9)) continue;
    edges.push(step);
    gathered.fill(0);
  }
  return edges;
}

/** What is counted on a grid before it is shown. */
interface Counted {
  readonly deaths: readonly number[];
  readonly censored: readonly number[];
  /** Under observation beyond the grid. */
  readonly beyond: number;
}

/** Counts between the edges that remain, and who is at risk after the last. */
interface Merged {
  readonly edges: number[];
  readonly deaths: number[];
  readonly censored: number[];
  readonly atRisk: number;
}

/** Deaths and censorings on a grid: bins merged until each of both is 0 or at least k, and ended below k at risk. */
export function mergedBins({ deaths, censored, beyond }: Counted, edges: readonly number[], k: number): Merged {
  const merged = { edges: [] as number[], deaths: [] as number[], censored: [] as number[] };
  let atRisk = beyond + [...deaths, ...censored].reduce((a, b) => a + b, 0);
  let [d, c] = [0, 0];
  for (const [i, edge] of edges.entries()) {
    d += deaths[i]!;
    c += censored[i]!;
    if (d + c === 0 || isSmall(d, k) || isSmall(c, k) || isSmall(atRisk - d - c, k)) continue;
    merged.edges.push(edge);
    merged.deaths.push(d);
    merged.censored.push(c);
    atRisk -= d + c;
    [d, c] = [0, 0];
  }
  return { ...merged, atRisk };
}

/**
 * Merged bins beside a model or a test that tells how many have the event in all, ended sooner: who has it after the last edge is 0 or k too, and so is
 * who hasn't. `died`: of who is beyond the grid, how many had the event in the end.
 */
export function endedBins(counted: Counted & { readonly died: number }, edges: readonly number[], k: number): Merged {
  const { deaths, censored, atRisk, ...merged } = mergedBins(counted, edges, k);
  let d = counted.died + counted.deaths.reduce((a, b) => a + b, 0) - deaths.reduce((a, b) => a + b, 0);
  let left = atRisk;
  while (deaths.length > 0 && isSmallOf(d, left, k)) {
    d += deaths.at(-1)!;
    left += deaths.pop()! + censored.pop()!;
  }
  return { edges: merged.edges.slice(0, deaths.length), deaths, censored, atRisk: left };
}
