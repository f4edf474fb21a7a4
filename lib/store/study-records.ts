import { canonicalJson, SignetError, sha256 } from '../base/index.ts';
import type { AnalysisSet, ExchangedFile, LedgerRecord, Lock, SentSetRecord, SiteRecords } from '../sharing/ports.ts';
import { isStudy, partition, SORT_PREFIX, sort } from './keys.ts';
import type { StudyObjects } from './study-objects.ts';
import { readSet, storedSet } from './study-sets.ts';
import type { Condition, Item, Table } from './table.ts';

/** A lock, and what it is lifted by. */
export interface KeptLock extends Lock {
  readonly id: string;
}

/** A study that a site knows: it is named in its signed protocol. */
export interface KnownStudy {
  readonly study: string;
  readonly proposer: string;
}

/** A larger document goes to the bucket: an item holds 400 kB. */
const MOST_IN_ITEM = 300_000;

/** Objects read at once. */
const AT_ONCE = 16;

const ABSENT: Condition = { expression: 'attribute_not_exists(PK)' };

/** Sets of one study as they lie in the bucket. */
type StoredSent = readonly Omit<SentSetRecord, 'study'>[];

/**
 * What a site keeps of studies: items of the partition `{site}#STUDIES`, and beside them, in the bucket, what is too large for one. An item says which object counts, and is
 * written after it; an object that no item names is of no consequence, and goes when its study's set does.
 */
export class StudyRecords implements SiteRecords {
  readonly #table: Table;
  readonly #objects: StudyObjects;
  readonly #PK: string;
  /** Documents that are kept are never changed: what was seen kept needs not be asked for again. */
  readonly #kept = new Map<string, Map<string, ExchangedFile>>();

  constructor(site: string, table: Table, objects: StudyObjects) {
    this.#table = table;
    this.#objects = objects;
    this.#PK = partition.studies(site);
  }

  #get(SK: string): Promise<Item | undefined> {
    return this.#table.get({ PK: this.#PK, SK });
  }

  #all(prefix: string): Promise<Item[]> {
    return this.#table.all({ PK: this.#PK, prefix });
  }

  /** Writes the first item of that key; false where there is one. */
  #first(SK: string, item: Item): Promise<boolean> {
    return this.#table.put({ PK: this.#PK, SK, ...item }, ABSENT);
  }

  // Which studies there are

  /** Enters a study that the site is named in. */
  async know({ study, proposer }: KnownStudy): Promise<void> {
    await this.#first(sort.study(study), { study, proposer });
  }

  /** The studies that the site is named in. */
  async known(): Promise<readonly KnownStudy[]> {
    return (await this.#all(SORT_PREFIX.study)) as unknown as KnownStudy[];
  }

  /** The protocol of a study that was entered, as its proposer signed it. */
  async protocol(study: string): Promise<{ readonly proposer: string; readonly jws: string } | undefined> {
    const proposer = (await this.#get(sort.study(study)))?.['proposer'];
    if (typeof proposer !== 'string') return undefined;
    const kept = await this.#get(sort.keptDocument(study, proposer, 'protocol.json'));
    return kept && { proposer, jws: (await this.#fileOf(study, kept)).jws };
  }

  // The frozen set

  async frozen(study: string): Promise<AnalysisSet | undefined> {
    const name = (await this.#get(sort.frozen(study)))?.['name'];
    const text = typeof name === 'string' ? await this.#objects.get(study, name) : undefined;
    return text === undefined ? undefined : readSet(text);
  }

  async freeze(study: string, set: AnalysisSet): Promise<AnalysisSet> {
    const before = await this.frozen(study);
    if (before) return before;
    const name = await this.#objects.put(study, 'set', storedSet(set));
    const item = { study, cohort: set.cohort, name };
    if (await this.#first(sort.frozen(study), item)) return set;
    const kept = await this.frozen(study);
    if (kept) return kept;
    await this.#table.put({ PK: this.#PK, SK: sort.frozen(study), ...item }); // the object that was named is gone
    return set;
  }

  async thaw(study: string): Promise<void> {
    if ((await this.#get(sort.frozen(study))) === undefined) return;
    await this.#objects.clear(study, 'set');
    await this.#table.delete({ PK: this.#PK, SK: sort.frozen(study) }); // last: who was interrupted does it again
  }

  // What was sent

  async sent(cohort: string): Promise<readonly SentSetRecord[]> {
    const items = (await this.#all(SORT_PREFIX.sent)).filter(({ cohorts }) => (cohorts as string[]).includes(cohort));
    const sets: SentSetRecord[] = [];
    for (let from = 0; from < items.length; from += AT_ONCE)
      sets.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map((item) => this.#sentOf(item)))).flat());
    return sets.filter((each) => each.cohort === cohort);
  }

  async #sentOf({ study, name }: Item): Promise<SentSetRecord[]> {
    return (await this.#sentSets(String(study), String(name))).map((each) => ({ ...each, study: String(study) }));
  }

  async #sentSets(study: string, name: string): Promise<StoredSent> {
    const text = await this.#objects.get(study, name);
    // without it nothing may be sent: who would be singled out could not be told
    if (text === undefined)
      throw new SignetError('sent-set-gone', 'The set of patients that a study was answered with is gone', {
        remedy: 'Bring the object back from its older version: sites/{site}/studies/.',
      });
    return JSON.parse(text) as StoredSent;
  }

  async recordSent(study: string, sets: readonly SentSetRecord[]): Promise<void> {
    const stored: StoredSent = sets.map(({ study: _, ...set }) => set);
    const cohorts = [...new Set(sets.map(({ cohort }) => cohort))];
    const SK = sort.sent(study);
    const before = (await this.#get(SK))?.['name'];
    const name = await this.#objects.put(study, 'sent', JSON.stringify(stored));
    await this.#table.put({ PK: this.#PK, SK, study, cohorts, name });
    if (typeof before === 'string' && before !== name) await this.#objects.delete(study, before);
  }

  async ledger(cohort: string): Promise<readonly LedgerRecord[]> {
    const items = await this.#all(SORT_PREFIX.ledger);
    return items
      .flatMap(({ entries }) => entries as unknown as LedgerRecord[])
      .filter((entry) => entry.cohort === cohort);
  }

  async reserve(study: string, entries: readonly LedgerRecord[]): Promise<void> {
    await this.#table.put({
      PK: this.#PK,
      SK: sort.ledger(study),
      entries: entries.map((entry) => ({ ...entry, study })),
    });
  }

  // Locks

  async locks(cohort: string): Promise<readonly KeptLock[]> {
    return (await this.allLocks()).filter((lock) => lock.cohort === cohort);
  }

  /** The locks of every cohort, with recalls that were lifted. */
  async allLocks(): Promise<readonly KeptLock[]> {
    const items = await this.#all(SORT_PREFIX.lock);
    return items.map(({ PK: _, SK: __, ...lock }) => lock as unknown as KeptLock);
  }

  async lock(lock: Lock): Promise<void> {
    const id = lockId(lock);
    await this.#first(sort.lock(id), { ...lock, id });
  }

  /** Lifts a lock and answers what it was; undefined where there is none. A recall stays, with the time at which its destruction was recorded. */
  async lift(id: string, at: string): Promise<KeptLock | undefined> {
    const lock = (await this.allLocks()).find((each) => each.id === id);
    if (lock === undefined) return undefined;
    const key = { PK: this.#PK, SK: sort.lock(id) };
    if (lock.recalls === undefined) await this.#table.delete(key);
    else if (lock.lifted === undefined) await this.#table.put({ ...key, ...lock, lifted: at });
    return lock;
  }

  // Documents

  async kept(study: string): Promise<readonly ExchangedFile[]> {
    const files = new Map<string, ExchangedFile>();
    for (const item of await this.#all(sort.keptDocuments(study))) {
      const file = await this.#fileOf(study, item);
      files.set(slotOf(file), file);
    }
    this.#kept.set(study, files);
    return [...files.values()];
  }

  async keep(study: string, file: ExchangedFile): Promise<ExchangedFile> {
    const { site, name, jws } = file;
    const known = this.#kept.get(study)?.get(slotOf(file));
    if (known) return known;
    const SK = sort.keptDocument(study, site, name);
    const bytes: Item = jws.length <= MOST_IN_ITEM ? { jws } : { at: await this.#objects.put(study, 'document', jws) };
    const isFirst = await this.#first(SK, { site, name, ...bytes });
    const kept = isFirst ? file : await this.#fileOf(study, (await this.#get(SK))!);
    this.#kept.get(study)?.set(slotOf(file), kept);
    return kept;
  }

  async #fileOf(study: string, { site, name, jws, at }: Item): Promise<ExchangedFile> {
    const text = typeof at === 'string' ? await this.#objects.get(study, at) : jws;
    return { site: String(site), name: String(name), jws: String(text ?? '') };
  }

  async opened(study: string, attempt: number, round: number, now: number): Promise<number> {
    const SK = sort.opened(study, attempt, round);
    const before = await this.#get(SK);
    if (before === undefined && (await this.#first(SK, { at: now }))) return now;
    return Number((before ?? (await this.#get(SK)))?.['at'] ?? now);
  }

  // Erasure: old versions of what is taken away here are the erasure's to remove

  async forget(cohort: string, patient: string): Promise<readonly string[]> {
    const held = new Set<string>();
    for (const { study, name, cohorts } of await this.#all(SORT_PREFIX.sent)) {
      if (!(cohorts as string[]).includes(cohort)) continue;
      const sets = await this.#sentSets(String(study), String(name));
      if (!sets.some((set) => set.cohort === cohort && set.patients.includes(patient))) continue;
      held.add(String(study));
      const left = sets.map((set) => ({
        ...set,
        study: String(study),
        patients: set.cohort === cohort ? set.patients.filter((each) => each !== patient) : set.patients,
      }));
      await this.recordSent(String(study), left);
    }
    for (const item of await this.#all(SORT_PREFIX.frozen)) {
      const study = String(item['study']);
      if (item['cohort'] !== cohort || !isStudy(study)) continue;
      if (!(await this.frozen(study))?.patients.includes(patient)) continue;
      held.add(study);
      await this.thaw(study);
    }
    return [...held].sort();
  }

  /** The objects that items name: all else of the kind counts for nothing. */
  async named(): Promise<readonly { readonly study: string; readonly name: string }[]> {
    const prefixes = [SORT_PREFIX.frozen, SORT_PREFIX.sent, SORT_PREFIX.kept];
    const items = (await Promise.all(prefixes.map((prefix) => this.#all(prefix)))).flat();
    return items.flatMap(({ study, name, at, SK }) => {
      if (typeof at === 'string') return [{ study: String(SK).split('#')[1]!, name: at }];
      return typeof study === 'string' ? [{ study, name: String(name) }] : [];
    });
  }
}

function slotOf({ site, name }: Pick<ExchangedFile, 'site' | 'name'>): string {
  return `${site}/${name}`;
}

/** The same lock twice is one. */
function lockId({ cohort, endpoint, partner, recalls = '' }: Lock): string {
  return sha256(canonicalJson({ cohort, endpoint, partner, recalls })).slice(0, 32);
}
