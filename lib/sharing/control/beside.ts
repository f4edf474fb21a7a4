import type { SentCurve } from '../ports.ts';

/** A curve and whose it is. */
export interface CurveOf {
  readonly patients: ReadonlySet<string>;
  readonly curve: SentCurve;
}

/** Curves that one release holds: of groups, or a single one of all. */
export type Family = readonly CurveOf[];

/**
 * Curves as they may be shown beside those that were sent before. Each count by itself is none or k; but where a set of patients holds another, or the
 * groups that divide it, what their curves differ by between two edges that all of them have counts the patients of the difference. It must be none or k too, and so must be
 * who is left at risk of them; until it is, the new curves lose the edge. The edges of what was sent stay.
 */
export function shownBeside(made: Family, before: readonly Family[], k: number): SentCurve[] {
  const curves = made.map(({ curve }) => curve);
  for (;;) {
    const now = made.map(({ patients }, g) => ({ patients, curve: curves[g]! }));
    const found = fault(now, before, k);
    if (found === undefined) return curves;
    for (const g of found.of) curves[g] = withoutEdge(curves[g]!, found.edge);
  }
}

/** An edge at which a small difference ends, and which of the new curves have to lose it. */
interface Fault {
  readonly edge: number;
  readonly of: readonly number[];
}

function fault(now: Family, before: readonly Family[], k: number): Fault | undefined {
  const all = now.map((_, g) => g);
  for (const family of before) {
    for (const [g, whole] of now.entries())
      for (const { parts } of within(family, whole)) {
        const edge = smallDifference(whole, parts, k);
        if (edge !== undefined) return { edge, of: [g] };
      }
    for (const whole of family)
      for (const { parts, places } of within(now, whole)) {
        const edge = smallDifference(whole, parts, k);
        if (edge !== undefined) return { edge, of: places ?? all };
      }
  }
  return undefined;
}

/** What of a family lies within a set: each of its curves, and all but one of them. */
function within(
  family: Family,
  { patients }: CurveOf,
): { readonly parts: readonly CurveOf[]; readonly places: readonly number[] }[] {
  const places = family.flatMap((part, g) => ([...part.patients].every((each) => patients.has(each)) ? [g] : []));
  const chosen = [...places.map((g) => [g]), ...(places.length > 2 ? places.map((g) => without(places, g)) : [])];
  return chosen.map((some) => ({ parts: some.map((g) => family[g]!), places: some }));
}

function without(places: readonly number[], g: number): number[] {
  return places.filter((each) => each !== g);
}

/** The first edge of all these curves up to which a set and its parts differ by fewer than k who had the event, were censored, or are left at risk. */
function smallDifference(whole: CurveOf, parts: readonly CurveOf[], k: number): number | undefined {
  const common = whole.curve.edges.filter((edge) => parts.every(({ curve }) => curve.edges.includes(edge)));
  let left = whole.patients.size - parts.reduce((sum, { patients }) => sum + patients.size, 0);
  let from = 0;
  for (const edge of common) {
    const differing = (of: 'deaths' | 'censored'): number =>
      between(whole.curve, of, from, edge) - parts.reduce((sum, { curve }) => sum + between(curve, of, from, edge), 0);
    const [deaths, censored] = [differing('deaths'), differing('censored')];
    left -= deaths + censored;
    if ([deaths, censored, left].some((count) => count !== 0 && Math.abs(count) < k)) return edge;
    from = edge;
  }
  return undefined;
}

function between({ edges, ...counts }: SentCurve, of: 'deaths' | 'censored', from: number, to: number): number {
  return edges.reduce((sum, edge, i) => (edge > from && edge <= to ? sum + counts[of][i]! : sum), 0);
}

/** The bin that ends there joins the next one; the last is told no more. */
function withoutEdge({ of, edges, deaths, censored }: SentCurve, edge: number): SentCurve {
  const at = edges.indexOf(edge);
  const joined = (counts: readonly number[]): number[] =>
    counts.flatMap((count, i) => (i === at ? [] : [i === at + 1 ? count + counts[at]! : count]));
  return { of, edges: edges.filter((each) => each !== edge), deaths: joined(deaths), censored: joined(censored) };
}
