import type { Model, Step } from './explore.ts';

/**
 * Model of a source that others are read by: a VCF that lies in the bucket, and beside it a genome or genes by position that come, change,
 * become a table and go. Which of them a VCF was read by is part of its reading's digest. Two workers, one publisher, doubled hints and lost
 * workers. The definition stays: `gate.ts` is about it.
 */
const AID_RULES = {
  /** The pointer moves only when the VCF was read by the aid in force. */
  gate: true,
  /** Told of an aid, the publisher hints whoever was read by another. */
  hintOnAid: true,
  /** Told of a VCF that was read by another aid, it hints that VCF. */
  hintOnSource: true,
  /** A head remembers that it was an aid's. */
  remembers: true,
};
export type AidRules = typeof AID_RULES;

export interface AidLimits {
  /** How often the aid is put, put as a table, deleted. */
  readonly puts: number;
  readonly tables: number;
  readonly deletes: number;
  readonly duplicates: number;
  readonly crashes: number;
}

const NOTHING: AidLimits = { puts: 0, tables: 0, deletes: 0, duplicates: 0, crashes: 0 };

export const AID_WORLDS = {
  'an aid that comes': { ...NOTHING, puts: 1, duplicates: 1 },
  'an aid that is overwritten': { ...NOTHING, puts: 2 },
  'an aid that goes': { ...NOTHING, puts: 1, deletes: 1 },
  'an aid that becomes a table': { ...NOTHING, puts: 1, tables: 1 },
  'an aid and a crash': { ...NOTHING, puts: 1, crashes: 1 },
} satisfies Record<string, AidLimits>;

export const AID_VARIANTS: Readonly<
  Record<string, { readonly off: Partial<AidRules>; readonly world: keyof typeof AID_WORLDS }>
> = {
  'publishes whatever it was read by': { off: { gate: false }, world: 'an aid that comes' },
  'hints no VCF when an aid changes': { off: { hintOnAid: false }, world: 'an aid that is overwritten' },
  'hints no VCF that comes with an old reading': { off: { hintOnSource: false }, world: 'an aid that is overwritten' },
  'forgets that a table was an aid': { off: { remembers: false }, world: 'an aid that becomes a table' },
};

type Name = 'vcf' | 'aid';
type Told = readonly [Name, number];

interface Worker {
  readonly of: Name;
  at: 'counter' | 'object' | 'head' | 'standing' | 'read' | 'flip' | 'tell';
  counter?: number;
  /** Of the aid: the version that was seen; negative: a table. Of the VCF: by which it is read, 0 by none. */
  version?: number;
  flipped?: number;
}

interface Heads {
  vcf: { n: number; reading: number } | null;
  aid: { n: number; version: number; ever: boolean } | null;
}

interface Publisher {
  at: 'counter' | 'heads' | 'flip';
  told: Told;
  counter?: number;
  heads?: Heads;
}

export interface AidWorld {
  /** The aid's object: 0 is absent, a negative version is a table. */
  object: number;
  made: number;
  hints: Record<Name, number>;
  told: Told[];
  heads: Heads;
  pointer: { n: number; reading: number; seen: Record<Name, number> };
  workers: (Worker | null)[];
  publisher: Publisher | null;
  left: Record<keyof AidLimits, number>;
  wrong: string | null;
}

/** What helps to read: no table does. */
const helping = (version: number | undefined): number => Math.max(0, version ?? 0);

function tell(world: AidWorld, told: Told): void {
  if (!world.told.some((other) => String(other) === String(told))) world.told = [...world.told, told].sort();
}

function* stepsOf(world: AidWorld, rules: AidRules): Generator<Step<AidWorld>> {
  const step = (label: string, change: (after: AidWorld) => void): Step<AidWorld> => {
    const after = structuredClone(world);
    change(after);
    return [label, after];
  };
  const user = (label: string, kind: keyof AidLimits, change: (after: AidWorld) => void): Step<AidWorld> =>
    step(label, (after) => {
      after.left[kind] -= 1;
      change(after);
    });
  const put = (to: (made: number) => number) => (after: AidWorld) => {
    after.object = to(++after.made);
    after.hints.aid += 1;
  };
  const { left } = world;
  if (left.puts)
    yield user(
      'put',
      'puts',
      put((made) => made),
    );
  if (left.tables)
    yield user(
      'put a table',
      'tables',
      put((made) => -made),
    );
  if (left.deletes && world.object)
    yield user('delete', 'deletes', (after) => {
      after.object = 0;
      after.hints.aid += 1;
    });
  for (const name of ['vcf', 'aid'] as const)
    if (left.duplicates && world.hints[name])
      yield user(`a hint of the ${name} is doubled`, 'duplicates', (after) => {
        after.hints[name] += 1;
      });
  for (const [w, worker] of world.workers.entries()) {
    if (!worker) {
      for (const name of ['vcf', 'aid'] as const)
        if (world.hints[name] && !(name === 'vcf' && isLate(world)))
          yield step(`worker ${w} takes a hint of the ${name}`, (after) => {
            after.hints[name] -= 1;
            after.workers[w] = begin(name);
          });
      continue;
    }
    if (left.crashes)
      yield user(`worker ${w} dies at ${worker.at}`, 'crashes', (after) => {
        after.hints[worker.of] += 1;
        after.workers[w] = null;
      });
    yield step(`worker ${w}, ${worker.of}: ${worker.at}`, (after) => work(after, w));
  }
  if (world.publisher) {
    yield step(`publisher: ${world.publisher.at}`, (after) => publish(after, rules));
    return;
  }
  for (const told of world.told)
    yield step(`publisher takes ${told.join(' ')}`, (after) => {
      after.told = after.told.filter((other) => String(other) !== String(told));
      after.publisher = { at: 'counter', told };
    });
}

/**
 * A VCF is read again and again while an aid's own hint waits. Such hints are delayed, so that others come first: here once the VCF was read
 * so often. Without it a world has no end.
 */
const OFTEN = 3;

function isLate({ heads, hints, workers }: AidWorld): boolean {
  return (heads.vcf?.n ?? 0) >= OFTEN && (hints.aid > 0 || workers.some((worker) => worker?.of === 'aid'));
}

function begin(of: Name): Worker {
  return { of, at: 'counter' };
}

function work(world: AidWorld, w: number): void {
  const me = world.workers[w]!;
  const head = world.heads[me.of];
  switch (me.at) {
    case 'counter':
      me.counter = head?.n ?? -1;
      me.at = me.of === 'aid' ? 'object' : 'head';
      break;
    case 'object':
      me.version = world.object;
      me.at = 'flip';
      break;
    case 'head':
      me.version = helping(world.heads.aid?.version);
      me.at = 'standing';
      break;
    case 'standing': // what was overwritten can't be opened: it is none, until its own head knows
      if (me.version !== world.object) me.version = 0;
      me.at = 'read';
      break;
    case 'read':
      if (me.version && me.version !== world.object)
        world.workers[w] = begin(me.of); // it moved while it was read
      else me.at = 'flip';
      break;
    case 'flip': {
      if ((head?.n ?? -1) !== me.counter) {
        world.workers[w] = begin(me.of);
        break;
      }
      const n = me.counter + 1;
      if (me.of === 'vcf') world.heads.vcf = { n, reading: me.version! };
      else world.heads.aid = { n, version: me.version!, ever: Boolean(world.heads.aid?.ever) || me.version! > 0 };
      me.flipped = n;
      me.at = 'tell';
      break;
    }
    case 'tell':
      tell(world, [me.of, me.flipped!]);
      world.workers[w] = null;
  }
}

function publish(world: AidWorld, rules: AidRules): void {
  const me = world.publisher!;
  switch (me.at) {
    case 'counter':
      if (world.pointer.seen[me.told[0]] >= me.told[1]) world.publisher = null;
      else {
        me.counter = world.pointer.n;
        me.at = 'heads';
      }
      break;
    case 'heads': {
      me.heads = structuredClone(world.heads);
      const { vcf, aid } = me.heads;
      if (!(vcf && vcf.reading !== helping(aid?.version) && rules.gate)) {
        me.at = 'flip';
        break;
      }
      const ofAid = me.told[0] === 'aid' && (rules.remembers ? aid?.ever : (aid?.version ?? 0) > 0);
      if (ofAid ? rules.hintOnAid : me.told[0] === 'vcf' && rules.hintOnSource) world.hints.vcf += 1;
      world.publisher = null;
      break;
    }
    case 'flip': {
      if (world.pointer.n !== me.counter) {
        me.at = 'counter';
        break;
      }
      const { vcf, aid } = me.heads!;
      world.pointer = {
        n: me.counter + 1,
        reading: vcf?.reading ?? -1,
        seen: { vcf: vcf?.n ?? -1, aid: aid?.n ?? -1 },
      };
      if (vcf && vcf.reading !== helping(aid?.version))
        world.wrong = `a VCF read by version ${vcf.reading} was published beside version ${aid?.version}`;
      world.publisher = null;
    }
  }
}

function judge(world: AidWorld): string | undefined {
  if (world.wrong) return world.wrong;
  const busy = world.hints.vcf + world.hints.aid > 0 || world.told.length > 0 || world.workers.some(Boolean);
  if (busy || world.publisher) return undefined;
  if (world.pointer.reading !== helping(world.object))
    return `quiet, but analyses see a VCF read by version ${world.pointer.reading} and the bucket has ${world.object}`;
  return undefined;
}

/** The protocol, or a variant, in a world that begins with the hint of a VCF. */
export function aids(limits: AidLimits, off: Partial<AidRules> = {}): Model<AidWorld> {
  const rules = { ...AID_RULES, ...off };
  return {
    start: {
      object: 0,
      made: 0,
      hints: { vcf: 1, aid: 0 },
      told: [],
      heads: { vcf: null, aid: null },
      pointer: { n: 0, reading: -1, seen: { vcf: -1, aid: -1 } },
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
