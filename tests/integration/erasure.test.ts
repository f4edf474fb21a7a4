import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startStack } from '../../cdk/local/index.ts';
import { pseudonymsUnder } from '../../lib/store/index.ts';
import { synthesise } from '../../tools/assembly.ts';
import { logVerdict } from '../../tools/audit.ts';
import { linesOf } from '../../tools/local/audit-log.ts';
import { found } from './found.ts';

const SITE = 'a';
const COHORT = 'erased';
const HER = 'ZQ-CANARY-17';
const HER_SPECIMEN = 'ZQS-CANARY-17-T';
const HER_FILE = `${HER_SPECIMEN}.maf`;

const DEFINITION = `title: Erased
tables:
  - match: "patients.csv"
    rows: patient
    patient: id
    ignore: [remark]
    columns:
      os_time: { from: months, type: duration, unit: months }
      died: { type: boolean }
      arm: { type: category }
  - match: "specimens.tsv"
    rows: specimen
    patient: person
    specimen: sample
    columns: {}
alterations:
  - { match: "*.maf", specimen: Tumor_Sample_Barcode, covers: listed, panel: exome, build: GRCh37 }
endpoints:
  os: { origin: diagnosis, time: os_time, event: died }
`;

const others = Array.from({ length: 30 }, (_, i) => `OTHER-${String(i).padStart(3, '0')}`);
const patients = (people: readonly string[], arm = 'left') =>
  `id,months,died,arm,remark\n${people.map((id, i) => `${id},${i + 3},${i % 2},${i % 3 === 0 ? arm : 'right'},"in two\nlines"`).join('\n')}\n`;
const specimens = (people: readonly string[]) =>
  `sample\tperson\n${people.map((id) => `${id === HER ? HER_SPECIMEN : `${id}-T`}\t${id}`).join('\n')}\n`;
const maf = (of: readonly string[]) =>
  `Hugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\n${of.map((id) => `KRAS\tMissense_Mutation\t${id}\n`).join('')}`;

let folder: string;
let stack: Stack;
let bucket: S3Client;
let tokens: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'signet-erased-'));
  stack = await startStack({ assembly: await synthesise(), sites: [SITE, 'b'], data: folder, onLog: () => undefined });
  bucket = new S3Client({
    region: stack.region,
    endpoint: stack.s3,
    forcePathStyle: true,
    credentials: await stack.keys({ site: SITE }),
  });
  tokens = {
    a: await stack.token({ site: SITE, roles: ['steward', 'analyst', 'viewer', 'auditor'] }),
    b: await stack.token({ site: 'b', roles: ['steward', 'analyst'] }),
    analyst: await stack.token({ site: SITE, roles: ['analyst'] }),
  };
}, 180_000);
afterAll(async () => {
  bucket?.destroy();
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function ask(at: string, body?: unknown, token = tokens['a']!, method = body === undefined ? 'GET' : 'POST') {
  const response = await fetch(`${stack.api}${at}`, {
    method,
    redirect: 'manual',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  let json: any;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
}

const keyOf = (name: string) => ({ Bucket: stack.sourcesBucket, Key: `sites/${SITE}/cohorts/${COHORT}/${name}` });
const put = (name: string, Body: string) => bucket.send(new PutObjectCommand({ ...keyOf(name), Body }));

async function until<T>(look: () => Promise<T>, enough: (seen: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const seen = await look();
    if (enough(seen)) return seen;
    if (tries > 300) throw new Error(`never so; last seen ${JSON.stringify(seen).slice(0, 1500)}`);
    await new Promise((wait) => setTimeout(wait, 200));
  }
}

const abreast = () =>
  until(
    () => ask(`/cohorts/${COHORT}`),
    ({ status, json }) => status === 200 && json.sources.waiting === 0,
  );

const erase = () =>
  until(
    () => ask(`/cohorts/${COHORT}/erasures`, { patient: HER }),
    ({ status }) => status !== 202,
  );

describe('A patient who withdraws', () => {
  it('is taken out of every version, table, frame and document, and results that held her are withdrawn', async () => {
    const all = [...others.slice(0, 12), HER, ...others.slice(12)];
    await put('cohort.yaml', DEFINITION);
    await put('patients.csv', patients(all, 'unknown'));
    await put('patients.csv', patients(all));
    await put('specimens.tsv', specimens(all));
    await put('mutations.maf', maf([...others.map((id) => `${id}-T`), HER_SPECIMEN]));
    await put(HER_FILE, maf([HER_SPECIMEN]));
    await put('gone.csv', `id\n${HER}\n`);
    await bucket.send(new DeleteObjectCommand(keyOf('gone.csv')));
    await put('letter.txt', `dear colleague,\n${HER} was seen today\n`);
    await abreast();
    const question = { analysis: 'survival', endpoint: 'os' };
    const post = () => ask(`/cohorts/${COHORT}/results`, question);
    const before = await until(post, ({ status }) => status === 200);
    expect(before.json.findings.counts.patients).toBe(31);
    const table = await ask(`/cohorts/${COHORT}/frame/patients.csv`);
    expect(table.text.split('\n').filter(Boolean)).toHaveLength(32);
    await until(
      () => ask(`/cohorts/${COHORT}/definition/proposals`, {}),
      ({ status }) => status === 200,
    );
    await until(
      () => ask(`/cohorts/${COHORT}/export/cbioportal.zip`),
      ({ status }) => status !== 202,
    );
    expect(await found(folder, [HER])).not.toEqual([]);

    // A file that no program may rewrite is named, and nothing is changed.
    const refused = await erase();
    expect([refused.status, refused.json.code]).toEqual([409, 'erasure-by-hand']);
    expect(refused.json.problems.map(({ file }: { file: string }) => file)).toEqual(['letter.txt']);
    expect((await ask(`/cohorts/${COHORT}/results/${before.json.id}`)).status).toBe(200);
    await put('letter.txt', 'dear colleague,\n');
    await abreast();

    // Nor may another site, or another role.
    expect((await ask(`/cohorts/${COHORT}/erasures`, { patient: HER }, tokens['b'])).status).toBe(404);
    expect((await ask(`/cohorts/${COHORT}/erasures`, { patient: HER }, tokens['analyst'])).status).toBe(403);
    expect((await ask(`/cohorts/${COHORT}/erasures`, { patient: '' })).status).toBe(422);

    const erased = await erase();
    expect(erased.status).toBe(200);
    expect(erased.json).toMatchObject({ state: 'done', results: 1 });

    const withdrawn = await ask(`/cohorts/${COHORT}/results/${before.json.id}`);
    expect([withdrawn.status, withdrawn.json.code]).toEqual([410, 'withdrawn']);
    const linked = await ask(`/cohorts/${COHORT}/results/${before.json.id}/links`, {});
    expect(linked.status).toBe(410);
    const after = await until(post, ({ status }) => status === 200);
    expect(after.json.findings.counts.patients).toBe(30);
    const rows = await ask(`/cohorts/${COHORT}/frame/patients.csv`);
    expect(rows.text.split('\n').filter(Boolean)).toHaveLength(31);

    // Once what was under way has settled, nothing is left to find, and asking again changes nothing.
    await abreast();
    const again = await erase();
    expect(again.json).toMatchObject({ state: 'done', rewritten: 0, deleted: 0, versions: 0, results: 0 });
    const secret = JSON.parse(readFileSync(path.join(folder, 'secrets.json'), 'utf8'));
    const pseudonym = pseudonymsUnder(Buffer.from(secret[`signet/${SITE}/pseudonyms`].value, 'base64'));
    const words = [HER, HER_SPECIMEN, pseudonym('patient', HER), pseudonym('specimen', HER_SPECIMEN)];
    expect(await found(folder, words)).toEqual([]);
    expect(await found(folder, ['OTHER-007'])).not.toEqual([]);

    const log = linesOf((await ask('/audit?limit=1000')).text);
    expect(logVerdict(log).ok).toBe(true);
    expect(log.filter((line) => line.includes('"erasure.done"'))).toHaveLength(2);
    expect(log.filter((line) => line.includes('"erasure.begun"'))).not.toHaveLength(0);
  });
});
