import { describe, expect, it } from 'vitest';
import { type AuditEntry, AuditLog, type AuditObjects, entryText, verifyChain } from '../../../lib/audit/index.ts';
import { logVerdict } from '../../../tools/audit.ts';

/** A bucket in memory that puts once. Each call waits a turn, so that writers meet. */
function bucket(entries = new Map<string, string>()): AuditObjects & { readonly entries: Map<string, string> } {
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const of = (site: string, n: number) => `${site}/${n}`;
  return {
    entries,
    async read(site, n) {
      await turn();
      return entries.get(of(site, n));
    },
    async put(site, n, text) {
      await turn();
      if (entries.has(of(site, n))) return false;
      entries.set(of(site, n), text);
      return true;
    },
    async countAfter(site, n) {
      await turn();
      let count = 0;
      while (count < 1000 && entries.has(of(site, n + count + 1))) count += 1;
      return count;
    },
  };
}

const logOn = (objects: AuditObjects) =>
  new AuditLog({
    objects,
    personOf: async (site, subject) => `${site}-${subject.length}`,
    now: () => Date.UTC(2027, 1, 28),
  });

const steward = { site: 'a', actingAs: 'steward', subject: 'sub' };

async function written(count: number): Promise<string[]> {
  const log = logOn(bucket());
  for (let i = 0; i < count; i += 1)
    await log.record(steward, { what: 'result.asked', cohort: 'crlm', object: 'f'.repeat(64), decisions: { i } });
  return [...(await log.page('a', 1, count)).lines];
}

describe("A site's log", () => {
  it('numbers entries from 1, each with the digest of the one before and the person under an opaque key', async () => {
    const lines = await written(3);
    expect(lines.map((line) => (JSON.parse(line) as AuditEntry).n)).toEqual([1, 2, 3]);
    expect(JSON.parse(lines[0]!)).toEqual({
      ...{ type: 'audit/1', site: 'a', n: 1, what: 'result.asked', who: 'steward:a-3', cohort: 'crlm' },
      ...{ object: 'f'.repeat(64), decisions: { i: 0 }, at: '2027-02-28T00:00:00.000Z', previous: '0'.repeat(64) },
    });
    expect(logVerdict(lines)).toEqual({ says: '3 entries, chain holds', ok: true });
  });

  it('has no gap and no fork where twelve write at once', async () => {
    const objects = bucket();
    const writers = Array.from({ length: 12 }, () => logOn(objects));
    await Promise.all(writers.flatMap((log) => [1, 2, 3].map(() => log.record(steward, { what: 'link.made' }))));
    const { lines, head } = await logOn(objects).page('a', 1, 1000);
    expect(verifyChain(lines)).toEqual({ holds: true, entries: 36, head });
  });

  it('is continued by who never saw it, however long it is', async () => {
    for (const length of [999, 1000, 1001, 5400]) {
      const entry = {
        type: 'audit/1',
        site: 'a',
        what: 'link.made',
        who: 'worker',
        at: '2027-01-01T00:00:00Z',
      } as const;
      const text = (n: number) => entryText({ ...entry, n, previous: '0'.repeat(64) });
      const objects = bucket(new Map(Array.from({ length }, (_, i) => [`a/${i + 1}`, text(i + 1)])));
      expect((await logOn(objects).record(steward, { what: 'link.made' })).n).toBe(length + 1);
    }
  });

  it("is read a page at a time, and each site's is its own", async () => {
    const log = logOn(bucket());
    for (let i = 0; i < 70; i += 1) await log.record(steward, { what: 'link.made' });
    await log.record({ ...steward, site: 'b' }, { what: 'link.made' });
    expect((await log.page('a', 41, 20)).lines.map((line) => JSON.parse(line).n)).toEqual(
      Array.from({ length: 20 }, (_, i) => 41 + i),
    );
    expect((await log.page('a', 71, 20)).lines).toEqual([]);
    expect((await log.head('b')).n).toBe(1);
  });
});

describe('Verification', () => {
  const edited = (line: string, part: Partial<AuditEntry>): string =>
    entryText({ ...(JSON.parse(line) as AuditEntry), ...part });

  it.each<[string, (lines: string[]) => string[], string]>([
    [
      'an edit',
      (l) => l.with(2, edited(l[2]!, { who: 'steward:other' })),
      'entry 3 was changed: entry 4 holds another digest of it',
    ],
    [
      'a removed word',
      (l) => l.with(2, l[2]!.replace('"cohort":"crlm",', '')),
      'entry 3 was changed: entry 4 holds another digest of it',
    ],
    ['a deletion', (l) => l.toSpliced(2, 1), 'entry 3 is missing: entry 4 stands in its place'],
    ['a swap', (l) => l.with(2, l[3]!).with(3, l[2]!), 'entry 3 is missing: entry 4 stands in its place'],
    [
      'a renumbered deletion',
      (l) => [...l.slice(0, 2), edited(l[3]!, { n: 3 }), ...l.slice(4)],
      'entry 2 was changed: entry 3 holds another digest of it',
    ],
    ['a doubled entry', (l) => l.toSpliced(3, 0, l[2]!), 'entry 4 is missing: entry 3 stands in its place'],
    ['a beginning that was cut off', (l) => l.slice(2), 'entry 1 is missing: entry 3 stands in its place'],
    [
      'a last line that was cut off',
      (l) => [...l.slice(0, 5), l[5]!.slice(0, 40)],
      'entry 6 is not an entry of a log, or only a part of one',
    ],
    [
      'a field of its own',
      (l) => l.with(5, l[5]!.replace('{', '{"patient":"x",')),
      'entry 6 is not an entry of a log, or only a part of one',
    ],
    [
      "another site's entry",
      (l) => [...l.slice(0, 5), edited(l[5]!, { site: 'b' })],
      'entry 6 is of another site: b in the log of a',
    ],
  ])('names %s', async (_, change, says) => {
    const lines = await written(6);
    expect(logVerdict(lines).ok).toBe(true);
    expect(logVerdict(change(lines))).toEqual({ says, ok: false });
  });

  it('names a cut end and an edited last entry by a head that others hold', async () => {
    const lines = await written(6);
    const verdict = verifyChain(lines);
    const head = verdict.holds ? `6:${verdict.head.digest}` : '';
    expect(logVerdict(lines, head).ok).toBe(true);
    expect(logVerdict(lines.slice(0, 4), head).says).toBe('entry 5 is missing: others hold a digest of entry 6');
    expect(logVerdict(lines.with(5, edited(lines[5]!, { who: 'x' })), head).says).toBe(
      'entry 6 was changed: others hold another digest of it',
    );
    expect(() => logVerdict(lines, '6')).toThrow('no head');
  });
});
