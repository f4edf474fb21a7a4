import type { Model, Step } from './explore.ts';

/**
 * Model of how a table follows a bucket: one object (versions 1, 2 … or absent), hints about it, two workers, one publisher, one reader, a
 * sweeper. A step of a process is one call to S3, DynamoDB or SQS; a crash may hit between any two. lib/ingest and lib/store are this.
 */
const RULES = {
  /** Reads the head's counter before looking at the object. */
  counterFirst: true,
  /** Flips only if the counter is unchanged. */
  conditional: true,
  /** A delete keeps the head and its counter. */
  tombstone: true,
  /** Each attempt writes under a name of its own, not under the version's. */
  ownAttempt: true,
  /** The sweeper leaves what a living worker may still make current. */
  graceWriter: true,
  /** The sweeper leaves what was current a reader's lifetime ago. */
  graceReader: true,
  /** Even when nothing changed the counter is raised: whoever looked earlier must look again. */
  touch: true,
  /** The publisher is told before the message is acknowledged, even when nothing changed. */
  hintAlways: true,
  /** Made current only after every record is written. */
  flipLast: true,
  /** A reader compares what it read with the manifest's count. */
  wholeCheck: true,
  /** The hint carries the counter of a flip that has happened. */
  tellAfterFlip: true,
};
export type Rules = typeof RULES;

/** How often each thing may happen in a world. */
export interface Limits {
  readonly puts: number;
  readonly deletes: number;
  readonly restores: number;
  readonly duplicates: number;
  readonly crashes: number;
  readonly sweeps: number;
  readonly reads: number;
}

const NOTHING: Limits = { puts: 0, deletes: 0, restores: 0, duplicates: 0, crashes: 0, sweeps: 0, reads: 0 };

/** Worlds small enough to be visited whole by hand: up to 1.2 million states each. */
export const WORLDS = {
  overwrites: { ...NOTHING, puts: 2, deletes: 1, duplicates: 1 },
  crashes: { ...NOTHING, puts: 1, deletes: 1, duplicates: 1, crashes: 1, sweeps: 1 },
  restores: { ...NOTHING, puts: 2, restores: 1, sweeps: 2 },
  readers: { ...NOTHING, puts: 2, crashes: 1, sweeps: 1, reads: 1 },
} satisfies Record<string, Limits>;

/** The same, so small that all are visited in seconds. */
export const SMALL_WORLDS = {
  'a delete': { ...NOTHING, puts: 1, deletes: 1 },
  'an overwrite': { ...NOTHING, puts: 2 },
  'a doubled hint and a sweep': { ...NOTHING, puts: 1, duplicates: 1, sweeps: 1 },
  'a crash and a reader': { ...NOTHING, puts: 1, crashes: 1, sweeps: 1, reads: 1 },
} satisfies Record<string, Limits>;

/** Wrong variants: the rule that each leaves out, and a world in which that shows. */
export const VARIANTS: Readonly<Record<string, { readonly off: Partial<Rules>; readonly world: keyof typeof WORLDS }>> =
  {
    'looks at the object before the counter': { off: { counterFirst: false }, world: 'overwrites' },
    'flips without a condition': { off: { conditional: false }, world: 'overwrites' },
    'forgets the head at a delete': { off: { tombstone: false }, world: 'overwrites' },
    'names records by version': { off: { ownAttempt: false }, world: 'crashes' },
    'sweeps under a living worker': { off: { graceWriter: false }, world: 'crashes' },
    'sweeps under a reader who does not count': { off: { graceReader: false, wholeCheck: false }, world: 'readers' },
    'acknowledges without touching when nothing changed': { off: { touch: false }, world: 'overwrites' },
    'tells the publisher only of a change': { off: { hintAlways: false }, world: 'crashes' },
    'makes current before all is written': { off: { flipLast: false, wholeCheck: false }, world: 'crashes' },
    'tells the counter from before the flip': { off: { tellAfterFlip: false }, world: 'overwrites' },
  };

/** Records of a version: more than one, so that half can be seen. */
const RECORDS = 2;
const WHOLE = (1 << RECORDS) - 1;

interface Worker {
  at: 'counter' | 'object' | 'decide' | 'write' | 'flip' | 'tell' | 'acknowledge';
  counter?: number;
  version?: number;
  /** 0: the object is absent. */
  attempt?: number;
  written?: number;
  same?: boolean;
  flipped?: number;
}

interface Attempt {
  readonly version: number;
  /** A bit for each record. */
  records: number;
  swept?: boolean;
  /** Its age, by its name, is that of an earlier writing. */
  old?: boolean;
}

export interface World {
  /** 0 = absent. */
  object: number;
  made: number;
  hints: number;
  /** Counters told to the publisher: a set. */
  told: number[];
  head: { n: number; attempt: number } | null;
  attempts: Record<string, Attempt>;
  nextAttempt: number;
  pointer: { n: number; attempt: number; seen: number };
  workers: (Worker | null)[];
  publisher: {
    at: 'counter' | 'heads' | 'flip';
    told: number;
    counter?: number;
    attempt?: number;
    seen?: number;
  } | null;
  reader: { attempt: number; got: number; read: number } | null;
  left: Record<keyof Limits, number>;
  wrong: string | null;
}

function startOf(limits: Limits): World {
  return {
    object: 0,
    made: 0,
    hints: 0,
    told: [],
    head: null,
    attempts: {},
    nextAttempt: 1,
    pointer: { n: 0, attempt: 0, seen: -1 },
    workers: [null, null],
    publisher: null,
    reader: null,
    left: { ...limits },
    wrong: null,
  };
}

const counterOf = ({ head }: World): number => head?.n ?? -1;
const currentOf = ({ head }: World): number => head?.attempt ?? 0;
const versionOf = (world: World, attempt: number): number => (attempt ? (world.attempts[attempt]?.version ?? -1) : 0);

function* stepsOf(world: World, rules: Rules): Generator<Step<World>> {
  const step = (label: string, change: (after: World) => void): Step<World> => {
    const after = structuredClone(world);
    change(after);
    return [label, after];
  };
  const user = (label: string, kind: keyof Limits, change: (after: World) => void): Step<World> =>
    step(label, (after) => {
      after.left[kind] -= 1;
      after.hints += 1;
      change(after);
    });
  const { left } = world;
  if (left.puts)
    yield user('put', 'puts', (after) => {
      after.made += 1;
      after.object = after.made;
    });
  if (left.deletes && world.object)
    yield user('delete', 'deletes', (after) => {
      after.object = 0;
    });
  if (left.restores && world.object > 1)
    yield user('restore', 'restores', (after) => {
      after.object -= 1;
    });
  if (left.duplicates && world.hints) yield user('a hint is doubled', 'duplicates', () => {});
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
        after.workers[w] = null;
      });
    yield step(`worker ${w}: ${worker.at}`, (after) => work(after, w, rules));
  }
  if (!world.publisher && world.told.length > 0)
    yield step('publisher takes a hint', (after) => {
      after.publisher = { at: 'counter', told: after.told.shift()! };
    });
  if (world.publisher) yield step(`publisher: ${world.publisher.at}`, publish);
  if (!world.reader && left.reads)
    yield step('reader: pointer', (after) => {
      after.left.reads -= 1;
      after.reader = { attempt: after.pointer.attempt, got: 0, read: 0 };
    });
  if (world.reader) yield step('reader: record', (after) => read(after, rules));
  if (left.sweeps)
    for (const [id, attempt] of Object.entries(world.attempts)) {
      if (attempt.swept || isKept(world, Number(id), attempt, rules)) continue;
      yield step(`sweep ${id}`, (after) => {
        after.left.sweeps -= 1;
        Object.assign(after.attempts[id]!, { records: 0, swept: true });
      });
    }
}

/** What the sweeper must leave. */
function isKept(world: World, id: number, { old }: Attempt, rules: Rules): boolean {
  if (id === currentOf(world) || id === world.pointer.attempt) return true;
  if (rules.graceWriter && !old && world.workers.some((worker) => worker?.attempt === id)) return true;
  return rules.graceReader && (world.reader?.attempt === id || world.publisher?.attempt === id);
}

function begin(rules: Rules): Worker {
  return { at: rules.counterFirst ? 'counter' : 'object' };
}

function work(world: World, w: number, rules: Rules): void {
  const me = world.workers[w]!;
  switch (me.at) {
    case 'counter':
      me.counter = counterOf(world);
      me.at = rules.counterFirst ? 'object' : 'decide';
      break;
    case 'object':
      me.version = world.object;
      me.at = rules.counterFirst ? 'decide' : 'counter';
      break;
    case 'decide':
      decide(world, me, rules);
      break;
    case 'write':
      world.attempts[me.attempt!]!.records |= 1 << me.written!;
      me.written! += 1;
      if (me.written === RECORDS) me.at = rules.flipLast ? 'flip' : 'tell';
      break;
    case 'flip':
      flip(world, w, rules);
      break;
    case 'tell': {
      const counter = rules.tellAfterFlip ? me.flipped! : me.counter!;
      if (!world.told.includes(counter)) world.told = [...world.told, counter].sort((a, b) => a - b);
      me.at = 'acknowledge';
      break;
    }
    case 'acknowledge':
      world.workers[w] = null;
  }
}

function decide(world: World, me: Worker, rules: Rules): void {
  me.same = versionOf(world, currentOf(world)) === me.version && (world.head !== null || me.version === 0);
  if (me.same) {
    me.attempt = currentOf(world);
    me.at = rules.touch ? 'flip' : rules.hintAlways ? 'tell' : 'acknowledge';
    return;
  }
  if (me.version === 0) {
    me.attempt = 0;
    me.at = 'flip';
    return;
  }
  me.attempt = rules.ownAttempt ? world.nextAttempt++ : 100 + me.version!;
  const earlier = world.attempts[me.attempt];
  world.attempts[me.attempt] = { version: me.version!, records: earlier?.records ?? 0, ...(earlier && { old: true }) };
  me.written = 0;
  me.at = rules.flipLast ? 'write' : 'flip';
}

function flip(world: World, w: number, rules: Rules): void {
  const me = world.workers[w]!;
  if (rules.conditional && counterOf(world) !== me.counter) {
    world.workers[w] = begin(rules);
    return;
  }
  if (me.attempt === 0 && !rules.tombstone) world.head = null;
  else world.head = { n: counterOf(world) + 1, attempt: me.attempt! };
  me.flipped = counterOf(world);
  if (me.same) me.at = rules.hintAlways ? 'tell' : 'acknowledge';
  else me.at = me.attempt && !rules.flipLast ? 'write' : 'tell';
}

/** The same step one level up: counter, truth, flip. A pointer made from this flip or a later one has nothing to gain. */
function publish(world: World): void {
  const me = world.publisher!;
  switch (me.at) {
    case 'counter':
      if (world.pointer.seen >= me.told) world.publisher = null;
      else {
        me.counter = world.pointer.n;
        me.at = 'heads';
      }
      break;
    case 'heads':
      me.attempt = currentOf(world);
      me.seen = counterOf(world);
      me.at = 'flip';
      break;
    case 'flip':
      if (world.pointer.n !== me.counter) {
        me.at = 'counter';
        break;
      }
      world.pointer = { n: me.counter + 1, attempt: me.attempt!, seen: me.seen! };
      world.publisher = null;
  }
}

function read(world: World, rules: Rules): void {
  const me = world.reader!;
  if (me.attempt === 0) {
    world.reader = null;
    return;
  }
  if (world.attempts[me.attempt]!.records & (1 << me.read)) me.got += 1;
  me.read += 1;
  if (me.read < RECORDS) return;
  if (me.got !== RECORDS && !rules.wholeCheck) world.wrong = `a reader took ${me.got} of ${RECORDS} records for all`;
  world.reader = null; // who counts starts again from the pointer
}

/** When nothing waits and nobody works, table and pointer say what the bucket says. */
function judge(world: World): string | undefined {
  if (world.wrong) return world.wrong;
  const busy =
    world.hints > 0 || world.told.length > 0 || world.workers.some(Boolean) || world.publisher || world.reader;
  if (busy || world.made === 0) return undefined;
  const table = versionOf(world, currentOf(world));
  if (table !== world.object) return `quiet, but the table holds version ${table} and the bucket ${world.object}`;
  const seen = versionOf(world, world.pointer.attempt);
  if (seen !== world.object) return `quiet, but analyses see version ${seen} and the bucket has ${world.object}`;
  const attempt = world.attempts[world.pointer.attempt];
  if (attempt && attempt.records !== WHOLE) return 'quiet, but records of the current version are missing';
  return undefined;
}

/** The protocol, or a variant, in a world. */
export function convergence(limits: Limits, off: Partial<Rules> = {}): Model<World> {
  const rules = { ...RULES, ...off };
  return {
    start: startOf(limits),
    steps: (world) => stepsOf(world, rules),
    // The two workers are interchangeable: one name for both orders.
    nameOf: (world) =>
      JSON.stringify({ ...world, workers: world.workers.map((worker) => JSON.stringify(worker)).sort() }),
    judge,
  };
}
