import { describe, expect, it } from 'vitest';
import { type AuditEntry, verifyChain } from '../../lib/audit/index.ts';
import { logVerdict } from '../../tools/audit.ts';
import { linesOf } from '../../tools/local/audit-log.ts';
import { type Answer, ask, put, until } from './client.ts';
import { settled } from './cohort.ts';
import { CANARIES, leaksIn } from './privacy.ts';

const COHORT = 'logged';
const DEFINITION = `title: Logged
tables:
  - match: "*.csv"
    rows: patient
    patient: id
    columns:
      os_time: { from: months, type: duration, unit: months }
      died: { type: boolean }
endpoints:
  os: { origin: diagnosis, time: os_time, event: died }
`;

/** A site's whole log, page by page. */
async function logOf(site: 'a' | 'b' = 'a', limit = 1000): Promise<{ lines: string[]; head: string }> {
  const lines: string[] = [];
  let page: Answer;
  let next: string | undefined = `/audit?limit=${limit}`;
  do {
    page = await ask(next, { site, role: 'auditor' });
    expect(page.status).toBe(200);
    lines.push(...linesOf(page.text));
    next = /^<([^>]+)>/.exec(page.headers.get('link') ?? '')?.[1];
  } while (next !== undefined);
  return { lines, head: page.headers.get('signet-audit-head')! };
}

const entriesOf = (lines: readonly string[]): AuditEntry[] =>
  lines.map((line) => JSON.parse(line) as AuditEntry).filter(({ cohort }) => cohort === COHORT);

describe("A site's audit log", () => {
  it('tells of what was done, by whom and to what, in a chain that holds, and of no patient', async () => {
    const { identifier } = CANARIES;
    const rows = Array.from({ length: 30 }, (_, i) => `${i === 0 ? identifier : `p${i}`},${i + 1},${i % 2}`);
    const definition = await ask(`/cohorts/${COHORT}/definition`, { method: 'PUT', body: DEFINITION, role: 'steward' });
    await put(COHORT, 'patients.csv', `id,months,died\n${rows.join('\n')}\n`);
    await settled(COHORT, ['patients.csv']);
    const question = { analysis: 'survival', endpoint: 'os' };
    const post = () => ask(`/cohorts/${COHORT}/results`, { body: question, role: 'analyst' });
    const result = await until(post, ({ status }) => status === 200);
    const link = await ask(`/cohorts/${COHORT}/results/${result.json.id}/links`, { body: {}, role: 'steward' });
    const excluded = await ask(`/cohorts/${COHORT}/results/${result.json.id}/excluded`, { role: 'steward' });
    const table = await ask(`/cohorts/${COHORT}/frame/patients.csv`, { role: 'analyst' });
    const key = table.text.split('\n')[1]!.split(',')[0]!;
    const record = await ask(`/cohorts/${COHORT}/patients/${key}`, { role: 'steward' });
    expect([link, excluded, table, record].map(({ status }) => status)).toEqual([201, 200, 200, 200]);

    const { lines, head } = await logOf('a', 7);
    expect(logVerdict(lines, head)).toEqual({ says: `${lines.length} entries, chain holds`, ok: true });
    const entries = entriesOf(lines);
    const told = new Map(entries.map((entry) => [entry.what, entry]));
    expect(told.get('definition.put')).toMatchObject({ site: 'a', object: definition.json.definition });
    expect(told.get('result.asked')!.object).toBe(result.json.id);
    expect(told.get('link.made')!.object).toBe(result.json.id);
    expect(told.get('excluded.read')!.object).toBe(result.json.id);
    expect(told.get('export.made')).toMatchObject({ decisions: { file: 'patients.csv' } });
    expect(told.get('patient.read')!.object).toMatch(/^[0-9a-f]{64}$/);
    expect(told.get('patient.read')!.who).toMatch(/^steward:[0-9a-f]{32}$/);
    expect(told.get('result.asked')!.who).toMatch(/^analyst:[0-9a-f]{32}$/);
    expect(leaksIn(lines.join('\n'))).toEqual([]);
    expect(lines.join('\n')).not.toContain(key);
  });

  it('has no gap where many ask at once, and is each site its own', async () => {
    const begin = (i: number) =>
      ask(`/cohorts/${COHORT}/uploads`, {
        body: { name: `x${i}.csv`, bytes: 3, type: 'text/csv', sha256: `${'A'.repeat(43)}=` },
        site: i % 3 === 0 ? 'b' : 'a',
      });
    const before = entriesOf((await logOf()).lines).length;
    const answers = await Promise.all(Array.from({ length: 24 }, (_, i) => begin(i)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const [a, b] = [await logOf('a'), await logOf('b')];
    expect(entriesOf(a.lines).length - before).toBe(16);
    expect([a, b].map(({ lines }) => verifyChain(lines).holds)).toEqual([true, true]);
    expect(b.lines.every((line) => (JSON.parse(line) as AuditEntry).site === 'b')).toBe(true);
  });
});
