import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '../../../lib/base/index.ts';
import type { Alteration, EventRow, PatientRow, SpecimenRow } from '../../../lib/cohort/values/record.ts';
import { TableAttempts } from '../../../lib/store/attempts.ts';
import { partition } from '../../../lib/store/keys.ts';
import { Table } from '../../../lib/store/table.ts';
import { tableOnly } from './clients-double.ts';
import { ENGINES, type Engine } from './engines.ts';

const SOURCE = { site: 'a', cohort: 'colon', key: 'mutations.maf' };

function key(identifier: string): string {
  return createHash('sha256').update(identifier).digest('hex').slice(0, 32);
}

function patient(i: number, line: number, value = 'x'): PatientRow {
  return { patient: key(`P${i}`), identifier: `P${i}`, line, values: { age: i, note: value }, setAside: ['crs'] };
}

function specimen(i: number): SpecimenRow {
  return {
    specimen: key(`S${i}`),
    identifier: `S${i}`,
    patient: key(`P${i}`),
    patientIdentifier: `P${i}`,
    panel: null,
    line: i + 2,
    values: {},
    setAside: [],
  };
}

function alteration(line: number, of: number, alt = 'T'): Alteration {
  return {
    specimen: key(`S${of}`),
    specimenIdentifier: `S${of}`,
    gene: `GENE${line % 97}`,
    geneId: null,
    kind: 'mutation',
    class: 'Missense_Mutation',
    protein: `p.V${line}E`,
    chromosome: '7',
    position: 140_000_000 + line,
    ref: 'A',
    alt,
    alleleFraction: 0.25,
    depth: line,
    filter: 'PASS',
    line,
  };
}

describe.each(ENGINES)('attempts on $name', ({ start }) => {
  let engine: Engine;
  let attempts: TableAttempts;
  beforeAll(async () => {
    engine = await start();
    attempts = new TableAttempts(tableOnly(engine.client), engine.table);
  });
  afterAll(() => engine.stop());

  /** 3,000 alterations of 40 specimens, interleaved, over several partitions. */
  async function written(): Promise<string> {
    const attempt = ulid();
    const writer = await attempts.begin(SOURCE, attempt, 30_000_000);
    await writer.patients([...Array.from({ length: 40 }, (_, i) => patient(i, i + 2)), patient(3, 99)]);
    await writer.specimens(Array.from({ length: 40 }, (_, i) => specimen(i)));
    for (let from = 0; from < 3_000; from += 500)
      await writer.alterations(
        Array.from({ length: 500 }, (_, i) => alteration(from + i, (from + i) % 40)),
        from === 0 ? [{ specimen: key('S7'), gene: 'TTN' }] : [],
      );
    await writer.problems(
      Array.from({ length: 12 }, (_, i) => ({
        rule: 'ragged-row',
        level: 'error' as const,
        file: SOURCE.key,
        line: i,
        says: 'short',
        remedy: 'mend',
      })),
    );
    const counts = await writer.complete();
    expect(counts).toEqual({ patients: 40, specimens: 40, alterations: 3_000, problems: 12 });
    return attempt;
  }

  it('gives back every record in the order of the file', async () => {
    const records = await attempts.records(SOURCE, await written());
    expect(records.patients).toHaveLength(41);
    expect(records.patients[40]).toEqual(patient(3, 99));
    expect(records.specimens.map(({ identifier }) => identifier)).toEqual(
      Array.from({ length: 40 }, (_, i) => `S${i}`),
    );
    expect(records.alterations).toEqual(Array.from({ length: 3_000 }, (_, i) => alteration(i, i % 40)));
    expect(records.unreadable).toEqual([{ specimen: key('S7'), gene: 'TTN' }]);
  });

  it('gives back what a source says beside its rows, and of an archive the file that each row is of', async () => {
    const attempt = ulid();
    const writer = await attempts.begin(SOURCE, attempt, 30_000_000);
    const copies = {
      ...alteration(2, 1),
      kind: 'copy number' as const,
      end: null,
      value: -1.5,
      member: 'data_cna.txt',
    };
    const segment = { ...alteration(3, 1), kind: 'segment' as const, end: 141_000_000, value: 0.25, member: 'x.seg' };
    const facts = [
      { panels: [{ id: 'v1', genes: [{ symbol: 'KRAS', line: 3 }], coveredMb: 0.5 }], member: 'panels/v1.txt' },
      { kinds: ['copy number' as const], covered: [key('S1')], member: 'data_cna.txt' },
      { sequenced: [{ specimen: key('S1'), panel: 'v1', kind: 'mutation' as const }] },
    ];
    await writer.alterations(
      [copies, segment, alteration(4, 1)],
      [{ specimen: key('S1'), gene: 'TTN', member: 'a.maf' }],
    );
    for (const fact of facts) await writer.facts(fact);
    await writer.complete();
    const records = await attempts.records(SOURCE, attempt);
    expect(records.alterations).toEqual([copies, segment, alteration(4, 1)]);
    expect(records.unreadable).toEqual([{ specimen: key('S1'), gene: 'TTN', member: 'a.maf' }]);
    expect(records.facts).toEqual(facts);
  });

  it('finds one patient, one specimen and its alterations by their keys', async () => {
    const attempt = await written();
    expect(await attempts.patient(SOURCE, attempt, key('P3'))).toEqual([patient(3, 5), patient(3, 99)]);
    expect(await attempts.patient(SOURCE, attempt, key('nobody'))).toEqual([]);
    expect(await attempts.specimen(SOURCE, attempt, key('S4'))).toEqual([specimen(4)]);
    const { alterations, unreadable } = await attempts.alterationsOf(SOURCE, attempt, key('S7'));
    expect(alterations.map(({ line }) => line)).toEqual(Array.from({ length: 75 }, (_, i) => 7 + 40 * i));
    expect(unreadable).toEqual([{ specimen: key('S7'), gene: 'TTN' }]);
  });

  it('keeps dated rows by patient and table, however many, and tells one patient hers', async () => {
    const attempt = ulid();
    const writer = await attempts.begin(SOURCE, attempt, 30_000_000);
    const rows = Array.from({ length: 1_300 }, (_, i): EventRow => {
      const of = i < 1_200 ? 1 : i % 7;
      const table = i % 3 === 0 ? 'visits' : 'doses';
      return { patient: key(`P${of}`), identifier: `P${of}`, table, line: i + 2, values: { day: i }, setAside: [] };
    });
    await writer.events(rows);
    expect(await writer.complete()).toMatchObject({ patients: 0, events: 1_300 });
    expect((await attempts.records(SOURCE, attempt)).events).toEqual(rows);
    const hers = await attempts.events(SOURCE, attempt, key('P1'));
    expect(hers).toEqual(rows.filter(({ identifier }) => identifier === 'P1'));
    expect(await attempts.events(SOURCE, attempt, key('nobody'))).toEqual([]);
  });

  it('lists its problems in the order they were found', async () => {
    const problems = await attempts.problems(SOURCE, await written());
    expect(problems.map(({ line }) => line)).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });

  it('keeps every chunk under 100 KB, however badly it compresses', async () => {
    const attempt = ulid();
    const writer = await attempts.begin(SOURCE, attempt, 1);
    const rows = Array.from({ length: 60 }, (_, i) => alteration(i, 0, randomBytes(8_000).toString('base64')));
    await writer.alterations(rows, []);
    await writer.complete();
    const items = await new Table(engine.client, engine.table).all({ PK: partition.records('a', attempt, 0) });
    expect(items.length).toBeGreaterThan(3);
    for (const { body } of items) expect((body as Uint8Array).length).toBeLessThanOrEqual(100_000);
    expect((await attempts.records(SOURCE, attempt)).alterations).toEqual(rows);
  });

  it('refuses a patient whose rows no item can hold', async () => {
    const writer = await attempts.begin(SOURCE, ulid(), 1);
    const large = patient(1, 2, randomBytes(600_000).toString('base64'));
    await expect(writer.patients([large])).rejects.toMatchObject({ code: 'over-limit' });
  });

  it('never answers from fewer records than the manifest says', async () => {
    const attempt = await written();
    const table = new Table(engine.client, engine.table);
    const [first] = await table.all({ PK: partition.records('a', attempt, 2), prefix: 'ALT#' });
    await table.delete({ PK: String(first?.['PK']), SK: String(first?.['SK']) });
    await expect(attempts.records(SOURCE, attempt)).rejects.toMatchObject({ code: 'attempt-swept' });
  });

  it('is unreadable until it is complete, and once it is swept', async () => {
    const attempt = ulid();
    const writer = await attempts.begin(SOURCE, attempt, 1);
    await expect(attempts.records(SOURCE, attempt)).rejects.toMatchObject({ code: 'attempt-swept' });
    await writer.complete();
    expect((await attempts.records(SOURCE, attempt)).patients).toEqual([]);
    await attempts.remove(SOURCE, attempt);
    await expect(attempts.patient(SOURCE, attempt, key('P1'))).rejects.toMatchObject({ code: 'attempt-swept' });
  });

  it('leaves nothing behind when it is removed', async () => {
    const attempt = await written();
    expect((await attempts.manifests(SOURCE)).map((manifest) => manifest.attempt)).toContain(attempt);
    await attempts.remove(SOURCE, attempt);
    await attempts.remove(SOURCE, attempt);
    expect((await attempts.manifests(SOURCE)).map((manifest) => manifest.attempt)).not.toContain(attempt);
    const table = new Table(engine.client, engine.table);
    for (let shard = 0; shard < 16; shard += 1)
      expect(await table.all({ PK: partition.records('a', attempt, shard) })).toEqual([]);
  });
});
