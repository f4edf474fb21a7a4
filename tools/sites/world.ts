import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  advanceStudy,
  approveStudy,
  type Codebook,
  cardOf,
  type Protocol,
  type PublicKey,
  proposeStudy,
  type SiteCohort,
  type SiteKeys,
  type SitePorts,
} from '../../lib/sharing/index.ts';
import type {
  AnalysisSet,
  Exchange,
  ExchangedFile,
  LedgerRecord,
  Lock,
  SentSetRecord,
  SiteRecords,
} from '../../lib/sharing/ports.ts';

function jwkOf(key: KeyObject): PublicKey {
  const { kty, crv, x, y } = key.export({ format: 'jwk' });
  return { kty, crv, x, y } as PublicKey;
}

/** A site's keys as the key service would hold them. */
export function newKeys(): SiteKeys {
  const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const agreement = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    sign: jwkOf(signing.publicKey),
    agree: jwkOf(agreement.publicKey),
    signMessage: async (message) => sign('sha256', message, { key: signing.privateKey, dsaEncoding: 'ieee-p1363' }),
    deriveSecret: async (other) =>
      diffieHellman({
        privateKey: createPrivateKey({ key: agreement.privateKey.export({ format: 'jwk' }), format: 'jwk' }),
        publicKey: createPublicKey({ key: { ...other }, format: 'jwk' }),
      }),
  };
}

/** Folders in memory. */
class MemoryExchange implements Exchange {
  readonly files = new Map<string, ExchangedFile>();

  async put(study: string, file: ExchangedFile): Promise<boolean> {
    const key = `${study}/${file.site}/${file.name}`;
    if (this.files.has(key)) return false;
    this.files.set(key, file);
    return true;
  }

  async list(study: string): Promise<ExchangedFile[]> {
    return [...this.files].flatMap(([key, file]) => (key.startsWith(`${study}/`) ? [file] : []));
  }
}

/** What a site keeps, in memory. */
class MemoryRecords implements SiteRecords {
  readonly sets = new Map<string, AnalysisSet>();
  private readonly sentSets = new Map<string, readonly SentSetRecord[]>();
  private readonly entries = new Map<string, readonly LedgerRecord[]>();
  private readonly closed: Lock[] = [];
  private readonly keptFiles = new Map<string, ExchangedFile[]>();
  private readonly firstSeen = new Map<string, number>();

  async frozen(study: string): Promise<AnalysisSet | undefined> {
    return this.sets.get(study);
  }
  async freeze(study: string, set: AnalysisSet): Promise<AnalysisSet> {
    if (!this.sets.has(study)) this.sets.set(study, set);
    return this.sets.get(study)!;
  }
  async thaw(study: string): Promise<void> {
    this.sets.delete(study);
  }
  async sent(cohort: string): Promise<SentSetRecord[]> {
    return [...this.sentSets.values()].flat().filter((each) => each.cohort === cohort);
  }
  async recordSent(study: string, sets: readonly SentSetRecord[]): Promise<void> {
    this.sentSets.set(study, sets);
  }
  async ledger(cohort: string): Promise<LedgerRecord[]> {
    return [...this.entries.values()].flat().filter((each) => each.cohort === cohort);
  }
  async reserve(study: string, entries: readonly LedgerRecord[]): Promise<void> {
    this.entries.set(study, entries);
  }
  async locks(cohort: string): Promise<Lock[]> {
    return this.closed.filter((each) => each.cohort === cohort);
  }
  async lock(lock: Lock): Promise<void> {
    const isSame = ({ lifted: _, ...each }: Lock): boolean => isDeepStrictEqual(each, lock);
    if (!this.closed.some(isSame)) this.closed.push(lock);
  }
  /** As a steward does: a lock goes, a recall stays, with the time of it. */
  lift(lock: Lock, at: string): void {
    const place = this.closed.indexOf(lock);
    this.closed.splice(place, 1, ...(lock.recalls === undefined ? [] : [{ ...lock, lifted: at }]));
  }
  async forget(cohort: string, patient: string): Promise<readonly string[]> {
    const held = new Set<string>();
    for (const [study, sets] of this.sentSets) {
      const isHers = sets.some((each) => each.cohort === cohort && each.patients.includes(patient));
      if (isHers) held.add(study);
      this.sentSets.set(
        study,
        sets.map((each) =>
          each.cohort === cohort ? { ...each, patients: each.patients.filter((other) => other !== patient) } : each,
        ),
      );
    }
    for (const [study, set] of this.sets)
      if (set.cohort === cohort && set.patients.includes(patient)) {
        held.add(study);
        this.sets.delete(study);
      }
    return [...held].sort();
  }
  async kept(study: string): Promise<ExchangedFile[]> {
    return [...(this.keptFiles.get(study) ?? [])];
  }
  async keep(study: string, file: ExchangedFile): Promise<ExchangedFile> {
    const files = this.keptFiles.get(study) ?? [];
    this.keptFiles.set(study, files);
    const before = files.find(({ site, name }) => site === file.site && name === file.name);
    if (before) return before;
    files.push(file);
    return file;
  }
  async opened(study: string, attempt: number, round: number, now: number): Promise<number> {
    const key = `${study}/${attempt}/${round}`;
    if (!this.firstSeen.has(key)) this.firstSeen.set(key, now);
    return this.firstSeen.get(key)!;
  }
}

/** Sites that know one another, over one exchange and one clock that stands until it is moved. */
export interface World {
  readonly exchange: MemoryExchange;
  /** Milliseconds since 1970. */
  now: number;
  readonly ports: Readonly<Record<string, SitePorts & { readonly records: MemoryRecords }>>;
}

/** Makes sites of these names, each with keys and a card that the others have confirmed. */
export function worldOf(names: readonly string[]): World {
  const exchange = new MemoryExchange();
  const keys = new Map(names.map((name) => [name, newKeys()]));
  const cards = new Map(
    [...keys].map(([site, own]) => [site, cardOf({ site, name: `Hospital ${site}`, address: null, sequence: 1 }, own)]),
  );
  const world: World = {
    exchange,
    now: Date.parse('2027-01-01T00:00:00Z'),
    ports: Object.fromEntries(
      names.map((site) => [
        site,
        {
          exchange,
          clock: { now: () => world.now },
          records: new MemoryRecords(),
          keys: keys.get(site)!,
          card: cards.get(site)!,
          peers: (other: string) => cards.get(other),
          auditHead: async () => '0'.repeat(64),
        },
      ]),
    ),
  };
  return world;
}

/** Proposes a study by the first of its sites, has every site approve it, and lets them work until none can do more by itself. */
export async function conduct(
  world: World,
  protocol: Protocol,
  codebook: Codebook,
  cohorts: Readonly<Record<string, SiteCohort>>,
): Promise<string> {
  const study = await proposeStudy(protocol, codebook, world.ports[protocol.proposer]!);
  for (const { site } of protocol.sites) await approveStudy(study, cohorts[site]!, world.ports[site]!);
  await settle(world, study);
  return study;
}

/** Lets sites work in turn until none can do more by itself. */
export async function settle(
  world: World,
  study: string,
  sites: readonly string[] = Object.keys(world.ports),
): Promise<void> {
  for (let moved = true; moved; ) {
    moved = false;
    for (const site of sites) {
      const { did } = await advanceStudy(study, world.ports[site]!);
      moved ||= did.length > 0;
    }
  }
}
