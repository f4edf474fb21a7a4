import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEMO_COHORTS } from '../../../demo/cohorts.ts';
import {
  buildFrame,
  type CohortFrame,
  FRAME_TABLES,
  type FrameSource,
  openCohort,
  type Problem,
  parseDefinition,
  planReading,
  type SourceRecords,
} from '../../../lib/cohort/index.ts';
import { readParquet, writeParquet } from '../../../lib/formats/index.ts';
import { readRecords } from '../../../lib/ingest/read.ts';
import { pseudonymsUnder } from '../../../lib/store/index.ts';
import { crlmTcia, tcgaRead } from './cohorts.ts';
import { findingsOf, rowsOf } from './findings.ts';

const pseudonym = pseudonymsUnder(new Uint8Array(32));

/** The records that ingestion makes of a file, as an attempt would hold them. */
async function recordsOf(reading: NonNullable<ReturnType<typeof planReading>>, file: string, path: string) {
  const records = { patients: [], specimens: [], events: [], alterations: [], unreadable: [], facts: [] } as {
    -readonly [K in keyof SourceRecords]-?: NonNullable<SourceRecords[K]>[number][];
  };
  const problems: Problem[] = [];
  await readRecords(
    async () => createReadStream(path),
    reading,
    { file, pseudonym },
    {
      patients: async (rows) => void records.patients.push(...rows),
      specimens: async (rows) => void records.specimens.push(...rows),
      events: async (rows) => void records.events.push(...rows),
      alterations: async (rows, unreadable) => {
        records.alterations.push(...rows);
        records.unreadable.push(...unreadable);
      },
      facts: async () => {},
      problems: async (more) => void problems.push(...more),
      complete: async () => ({ patients: 0, specimens: 0, alterations: 0, problems: 0 }),
    },
  );
  return { records, problems };
}

/** A demo cohort's files, read, joined, written as Parquet and read again. */
async function throughFiles(name: string): Promise<{ frame: CohortFrame; problems: readonly Problem[] }> {
  const { files } = DEMO_COHORTS.find((cohort) => cohort.name === name)!;
  const text = await readFile(files.find(({ key }) => key === 'cohort.yaml')!.path, 'utf8');
  const definition = parseDefinition(text, 'cohort.yaml');
  const sources: FrameSource[] = [];
  const problems: Problem[] = [];
  for (const { key, path } of files) {
    const reading = planReading(definition, key);
    if (!reading) continue;
    const read = await recordsOf(reading, key, path);
    sources.push({ key, records: read.records });
    problems.push(...read.problems);
  }
  const built = buildFrame(definition, sources);
  const [patients, alterations, coverage] = await Promise.all(
    FRAME_TABLES.map(async (table) => (await readParquet(writeParquet(built.tables[table], {}))).table),
  );
  const tables = { patients: patients!, alterations: alterations!, coverage: coverage! };
  const frame = openCohort({ definition, tables, panels: built.panels, digest: 'd', revision: 'r', name });
  return { frame, problems: [...problems, ...built.problems] };
}

describe('Through the files, a demo cohort', () => {
  let crlm: Awaited<ReturnType<typeof throughFiles>>;
  let read: Awaited<ReturnType<typeof throughFiles>>;
  beforeAll(async () => {
    crlm = await throughFiles('crlm-tcia');
    read = await throughFiles('tcga-read');
  });

  it('comes without a problem but for the 15 old symbols that nothing decides', () => {
    expect(crlm.problems).toEqual([]);
    expect(read.problems.map(({ rule }) => rule)).toEqual(new Array(15).fill('undecided-gene'));
  });

  it.each(['survival', 'survival-at', 'tests', 'hazard-ratios'])(
    'gives the %s of crlm-tcia as a plain reading does',
    async (id) => {
      const question = { analysis: 'survival', endpoint: 'os', by: 'crs' };
      expect(rowsOf(await findingsOf(crlm.frame, question), id)).toEqual(
        rowsOf(await findingsOf(crlmTcia(), question), id),
      );
    },
  );

  it('gives the survival of tcga-read by KRAS as a plain reading does', async () => {
    const question = { analysis: 'survival', endpoint: 'os', by: 'altered("KRAS")' };
    const [ours, plain] = [await findingsOf(read.frame, question), await findingsOf(tcgaRead(), question)];
    for (const id of ['tests', 'hazard-ratios']) expect(rowsOf(ours, id)).toAgree(rowsOf(plain, id));
  });

  it.each([{ outcome: 'stage' }, { endpoint: 'os' }])(
    'gives the scan of tcga-read against %o as a plain reading does',
    async (of) => {
      const question = { analysis: 'association-scan', ...of };
      const told = async (frame: CohortFrame) =>
        rowsOf(await findingsOf(frame, question), 'genes')
          .map(({ gene, altered, p }) => `${gene} ${altered} ${Number(p).toPrecision(9)}`)
          .sort();
      expect(await told(read.frame)).toEqual(await told(tcgaRead()));
    },
  );
});
