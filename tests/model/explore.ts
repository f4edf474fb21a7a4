/** A step that a world can take: what happens, in words, and the world after it. */
export type Step<State> = readonly [label: string, after: State];

/** A protocol, or a wrong variant of it, in one small world. */
export interface Model<State> {
  readonly start: State;
  steps(state: State): Iterable<Step<State>>;
  /** Equal names for worlds that differ in nothing that matters. */
  nameOf(state: State): string;
  /** What is wrong with a world, if anything. */
  judge(state: State): string | undefined;
}

/** What visiting every world that can be reached showed. */
export interface Exploration {
  readonly states: number;
  /** The first world found wrong, nearest to the start, and the way there. */
  readonly wrong?: { readonly says: string; readonly path: readonly string[] };
}

/** Visits every interleaving, breadth first, until one is wrong. */
export function explore<State>({ start, steps, nameOf, judge }: Model<State>): Exploration {
  const seen = new Map<string, readonly [before: string, label: string] | undefined>([[nameOf(start), undefined]]);
  let frontier: (readonly [string, State])[] = [[nameOf(start), start]];
  while (frontier.length > 0) {
    const next: (readonly [string, State])[] = [];
    for (const [before, state] of frontier)
      for (const [label, after] of steps(state)) {
        const name = nameOf(after);
        if (seen.has(name)) continue;
        seen.set(name, [before, label]);
        const says = judge(after);
        if (says) return { states: seen.size, wrong: { says, path: pathTo(name, seen) } };
        next.push([name, after]);
      }
    frontier = next;
  }
  return { states: seen.size };
}

function pathTo(name: string, seen: ReadonlyMap<string, readonly [string, string] | undefined>): string[] {
  const path: string[] = [];
  for (let step = seen.get(name); step; step = seen.get(step[0])) path.unshift(step[1]);
  return path;
}
