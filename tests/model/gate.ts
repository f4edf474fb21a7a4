import type { Model, Step } from './explore.ts';

/**
 * Model of a definition that changes: one source, read in the manner that the definition in force asks for; two workers; one publisher,
 * whose queue is grouped by cohort; lost workers and doubled hints. The definition's own convergence is that of any source, so that it is
 * read here as a value.
 */
const GATE_RULES = {
  /** The pointer moves only when the head was read as the definition asks. */
  gate: true,
  /** Told of a definition, the publisher hints the source that differs. */
  hintOnDefinition: true,
  /** Told of a source that differs, it hints that source. */
  hintOnSource: true,
  /** The counter before object and definition. */
  counterFirst: true,
  /** A definition's hint is covered only by a pointer made under that definition or a later one. */
  foldByDefinition: true,
};
export type GateRules = typeof GATE_RULES;

export interface GateLimits {
  readonly puts: number;
  readonly deletes: number;
  readonly definitions: number;
  readonly duplicates: number;
  readonly crashes: number;
}

const NOTHING: GateLimits = { puts: 0, deletes: 0, definitions: 0, duplicates: 0, crashes: 0 };

export const GATE_WORLDS = {
  'two definitions': { ...NOTHING, puts: 1, definitions: 2 },
  'an overwrite': { ...NOTHING, puts: 2, definitions: 1 },
  'a delete and a doubled hint': { ...NOTHING, puts: 1, deletes: 1, definitions: 1, duplicates: 1 },
  'a crash': { ...NOTHING, puts: 1, definitions: 1, crashes: 1 },
} satisfies Record<string, GateLimits>;

export const GATE_VARIANTS: Readonly<
  Record<string, { readonly off: Partial<GateRules>; readonly world: keyof typeof GATE_WORLDS }>
> = {
  'publishes whatever the reading': { off: { gate: false }, world: 'two definitions' },
  'hints no source when the definition changes': { off: { hintOnDefinition: false }, world: 'two definitions' },
  'hints no source that comes with an old reading': { off: { hintOnSource: false }, world: 'two definitions' },
  'looks at object and definition before the counter': { off: { counterFirst: false }, world: 'an overwrite' },
  "folds a definition's hint by the source's counter": { off: { foldByDefinition: false }, world: 'two definitions' },
};

/** A source's counter after its flip, or a definition's version. */
type Told = readonly ['source' | 'definition', number];

interface Head {
  n: number;
  version: number;
  reading: number;
}

interface Worker {
  at: 'counter' | 'object' | 'definition' | 'flip' | 'tell';
  counter?: number;
  version?: number;
  reading?: number;
  flipped?: number;
}

interface Publisher {
  at: 'counter' | 'definition' | 'head' | 'decide' | 'flip';
  told: Told;
  counter?: number;
  definition?: number;
  head?: Head | null;
}

export interface GateWorld {
  object: number;
  made: number;
  definition: number;
  hints: number;
  told: Told[];
  head: Head | null;
  pointer: { n: number; version: number; definition: number; seen: number };
  workers: (Worker | null)[];
  publisher: Publisher | null;
  left: Record<keyof GateLimits, number>;
  wrong: string | null;
}

const counterOf = ({ head }: GateWorld): number => head?.n ?? -1;

function tell(world: GateWorld, told: Told): void {
  const name = String(told);
  if (!world.told.some((other) => String(other) === name)) world.told = [...world.told, told].sort();
}

function* stepsOf(world: GateWorld, rules: GateRules): Generator<Step<GateWorld>> {
  const step = (label: string, change: (after: GateWorld) => void): Step<GateWorld> => {
    const after = structuredClone(world);
    change(after);
    return [label, after];
  };
  const user = (label: string, kind: keyof GateLimits, change: (after: GateWorld) => void): Step<GateWorld> =>
    step(label, (after) => {
      after.left[kind] -= 1;
      change(after);
    });
  const { left } = world;
  if (left.puts)
    yield user('put', 'puts', (after) => {
      after.object = ++after.made;
      after.hints += 1;
    });
  if (left.deletes && world.object)
    yield user('delete', 'deletes', (after) => {
      after.object = 0;
      after.hints += 1;
    });
  if (left.definitions)
    yield user('definition', 'definitions', (after) => {
      after.definition += 1;
      tell(after, ['definition', after.definition]);
    });
  if (left.duplicates && world.hints)
    yield user('a hint is doubled', 'duplicates', (after) => {
      after.hints += 1;
    });
  for (const [w, worker] of world.workers.entries()) {
    if (!worker) {
      if (world.hints)
        yield step(`worker ${w} takes a hint`, (after) => {
          after.hints -= 1;
          after.workers[w] = begin(rules);
        });
      continue;
    }
    if (left.crashes)
      yield user(`worker ${w} dies at ${worker.at}`, 'crashes', (after) => {
        after.hints += 1;
        after.workers[w] = null;
      });
    yield step(`worker ${w}: ${worker.at}`, (after) => work(after, w, rules));
  }
  if (world.publisher) {
    if (left.crashes)
      yield user(`publisher dies at ${world.publisher.at}`, 'crashes', (after) => {
        tell(after, after.publisher!.told);
        after.publisher = null;
      });
    yield step(`publisher: ${world.publisher.at}`, (after) => publish(after, rules));
    return;
  }
  for (const told of world.told)
    yield step(`publisher takes ${told.join(' ')}`, (after) => {
      after.told = after.told.filter((other) => String(other) !== String(told));
      after.publisher = { at: 'counter', told };
    });
}

function begin(rules: GateRules): Worker {
  return { at: rules.counterFirst ? 'counter' : 'object' };
}

function work(world: GateWorld, w: number, rules: GateRules): void {
  const me = world.workers[w]!;
  switch (me.at) {
    case 'counter':
      me.counter = counterOf(world);
      me.at = rules.counterFirst ? 'object' : 'flip';
      break;
    case 'object':
      me.version = world.object;
      me.at = 'definition';
      break;
    case 'definition':
      me.reading = world.definition;
      me.at = rules.counterFirst ? 'flip' : 'counter';
      break;
    case 'flip':
      if (counterOf(world) !== me.counter) {
        world.workers[w] = begin(rules);
        break;
      }
      world.head = { n: me.counter + 1, version: me.version!, reading: me.reading! };
      me.flipped = me.counter + 1;
      me.at = 'tell';
      break;
    case 'tell':
      tell(world, ['source', me.flipped!]);
      world.workers[w] = null;
  }
}

function isCovered({ pointer, head }: GateWorld, [kind, value]: Told, rules: GateRules): boolean {
  if (kind === 'source') return pointer.seen >= value;
  return rules.foldByDefinition ? pointer.definition >= value : pointer.seen >= (head?.n ?? -1);
}

function publish(world: GateWorld, rules: GateRules): void {
  const me = world.publisher!;
  switch (me.at) {
    case 'counter':
      if (isCovered(world, me.told, rules)) world.publisher = null;
      else {
        me.counter = world.pointer.n;
        me.at = 'definition';
      }
      break;
    case 'definition': // definition and head are two reads: never one moment
      me.definition = world.definition;
      me.at = 'head';
      break;
    case 'head':
      me.head = world.head && { ...world.head };
      me.at = 'decide';
      break;
    case 'decide': {
      const differs = me.head?.version && me.head.reading !== me.definition;
      if (differs && rules.gate) {
        if (me.told[0] === 'definition' ? rules.hintOnDefinition : rules.hintOnSource) world.hints += 1;
        world.publisher = null;
      } else me.at = 'flip';
      break;
    }
    case 'flip': {
      if (world.pointer.n !== me.counter) {
        me.at = 'counter';
        break;
      }
      const { version = 0, reading, n = -1 } = me.head ?? {};
      world.pointer = { n: me.counter + 1, version, definition: me.definition!, seen: n };
      if (version && reading !== me.definition)
        world.wrong = `version ${version}, read for definition ${reading}, was published under definition ${me.definition}`;
      world.publisher = null;
    }
  }
}

function judge(world: GateWorld): string | undefined {
  if (world.wrong) return world.wrong;
  const busy = world.hints > 0 || world.told.length > 0 || world.workers.some(Boolean) || world.publisher;
  if (busy || world.made === 0) return undefined;
  const { version, definition } = world.pointer;
  if (version !== world.object) return `quiet, but analyses see version ${version} and the bucket has ${world.object}`;
  if (definition !== world.definition)
    return `quiet, but analyses go by definition ${definition} and ${world.definition} is in force`;
  return undefined;
}

/** The protocol, or a variant, in a world. */
export function gate(limits: GateLimits, off: Partial<GateRules> = {}): Model<GateWorld> {
  const rules = { ...GATE_RULES, ...off };
  return {
    start: {
      object: 0,
      made: 0,
      definition: 1,
      hints: 0,
      told: [],
      head: null,
      pointer: { n: 0, version: 0, definition: 0, seen: -1 },
      workers: [null, null],
      publisher: null,
      left: { ...limits },
      wrong: null,
    },
    steps: (world) => stepsOf(world, rules),
    nameOf: (world) =>
      JSON.stringify({ ...world, workers: world.workers.map((worker) => JSON.stringify(worker)).sort() }),
    judge,
  };
}
