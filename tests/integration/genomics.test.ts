import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { readParquet } from '../../lib/formats/index.ts';
import { cellText } from '../../lib/formats/study/rows.ts';
import { zipOf } from '../unit/formats/read.ts';
import { ask, until } from './client.ts';
import { demoFiles, give, problems, result, settled, sources, table } from './cohort.ts';

const LAML = (name: string): Buffer => readFileSync(new URL(`../fixtures/tcga-laml/${name}`, import.meta.url));

async function bytesOf(path: string): Promise<{ status: number; type: string | null; body: Buffer }> {
  return until(
    async () => {
      const response = await fetch(`${inject('api')}${path}`, {
        headers: { authorization: `Bearer ${inject('tokens').a.analyst}` },
      });
      const body = Buffer.from(await response.arrayBuffer());
      return { status: response.status, type: response.headers.get('content-type'), body };
    },
    ({ status }) => status !== 202,
    90,
  );
}

/** A table of the frame as rows of text. */
async function rowsOf(cohort: string, name: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const { body } = await bytesOf(`/cohorts/${cohort}/frame/${name}.parquet`);
  const { table: read } = await readParquet(body);
  return Array.from({ length: read.rows }, (_, row) =>
    Object.fromEntries([...read.columns].map(([column, values]) => [column, cellText(values, row)])),
  );
}

describe('Acute myeloid leukaemias with mutations and segments', () => {
  const COHORT = 'laml';
  const maf = gunzipSync(LAML('tcga_laml.maf.gz'))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  const segments = gunzipSync(LAML('LAML_CBS_segments.tsv.gz'))
    .toString()
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));

  beforeAll(async () => {
    await give(COHORT, {
      'cohort.yaml': `title: Acute myeloid leukaemia
missing: ["-Inf", NA]
tables:
  - match: annotation.tsv
    rows: patient
    patient: Tumor_Sample_Barcode
    columns:
      fab: { from: FAB_classification, type: category }
      os: { from: days_to_last_followup, type: duration, unit: days }
      dead: { from: Overall_Survival_Status, type: boolean }
alterations:
  - { match: "*.maf.gz", covers: listed, panel: exome, build: GRCh37 }
derived:
  dnmt3a: altered("DNMT3A")
  mll2: altered("MLL2")
endpoints:
  os: { origin: diagnosis, time: os, event: dead }
`,
      'annotation.tsv': LAML('tcga_laml_annot.tsv'),
      'laml.maf.gz': LAML('tcga_laml.maf.gz'),
      'copies.tsv.gz': LAML('LAML_CBS_segments.tsv.gz'), // told by its content: neither name nor definition says what it is
    });
  });

  it('know who carries a gene', async () => {
    const classes = new Set([
      'Missense_Mutation',
      'Nonsense_Mutation',
      'Frame_Shift_Del',
      'Frame_Shift_Ins',
      'In_Frame_Del',
      'In_Frame_Ins',
      'Splice_Site',
    ]);
    const carriers = new Set(
      maf.filter((cells) => cells[0] === 'DNMT3A' && classes.has(cells[8]!)).map((cells) => cells[13]),
    );
    const patients = await rowsOf(COHORT, 'patients');
    expect(carriers.size).toBeGreaterThan(30);
    expect(patients.filter(({ dnmt3a }) => dnmt3a === 'true')).toHaveLength(carriers.size);
    expect(patients.filter(({ dnmt3a }) => dnmt3a === '')).toEqual([]);
  });

  it('have the fraction altered of those with segments, and of nobody else', async () => {
    const altered = new Map<string, [number, number]>();
    for (const [sample, chromosome, start, end, , mean] of segments) {
      if (!/^\d+$/.test(chromosome!) || Number(chromosome) > 22) continue;
      const sums = altered.get(sample!) ?? [0, 0];
      const length = Number(end) - Number(start) + 1;
      altered.set(sample!, [sums[0] + (Math.abs(Number(mean)) >= 0.2 ? length : 0), sums[1] + length]);
    }
    const listed = new Set(
      LAML('tcga_laml_annot.tsv')
        .toString()
        .split('\n')
        .map((line) => line.split('\t')[0]),
    );
    const wanted = [...altered]
      .filter(([sample]) => listed.has(sample))
      .map(([, [part, all]]) => (part / all).toFixed(9));
    const found = (await rowsOf(COHORT, 'patients')).flatMap(({ fga }) => (fga ? [Number(fga).toFixed(9)] : []));
    expect(wanted.length).toBeGreaterThan(0);
    expect(found.sort()).toEqual(wanted.sort());
    const { json } = await result(COHORT, { analysis: 'cox', endpoint: 'os', covariates: ['fga'] });
    expect(json.findings.counts.used).toBeGreaterThan(0);
  });

  it('are asked for genes by the names they had', async () => {
    const old = await result(COHORT, { analysis: 'survival', endpoint: 'os', by: 'altered("FAM5C")' });
    const current = await result(COHORT, { analysis: 'survival', endpoint: 'os', by: 'altered("BRINP3")' });
    expect(table(old.json, 'tests').rows[0].statistic).toBe(table(current.json, 'tests').rows[0].statistic);
    const [one, other] = [await ask(`/cohorts/${COHORT}/genes/FAM5C`), await ask(`/cohorts/${COHORT}/genes/BRINP3`)];
    expect(other.json.alterations.length).toBeGreaterThan(0);
    expect(one.json).toEqual(other.json);
  });
});

const PANELS = `title: Two panels
tables:
  - match: specimens.csv
    rows: specimen
    patient: id
    specimen: id
    panel: panel
    columns: { months: { type: duration, unit: months }, dead: boolean }
  - { match: wrong.maf, rows: specimen, patient: Tumor_Sample_Barcode, specimen: Tumor_Sample_Barcode, columns: {} }
alterations:
  - { match: m.maf, covers: listed, build: GRCh37 }
  - { match: cna.txt, covers: file }
  - { match: list.txt, covers: present }
qualifying: { filters: any, minVaf: 0 }
derived:
  amer1: altered("FAM123B")
  tp53: altered("TP53")
  amplified: altered("ERBB2", kind == "copy number")
endpoints:
  os: { origin: diagnosis, time: months, event: dead }
`;

const MAF = 'Hugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\tChromosome\n';

describe('A cohort of two panels', () => {
  const COHORT = 'panels';
  let states: Awaited<ReturnType<typeof sources>>;

  beforeAll(async () => {
    states = await give(COHORT, {
      'cohort.yaml': PANELS,
      'specimens.csv': 'id,panel,months,dead\na,v1,5,1\nb,v1,6,0\nc,v2,7,1\nd,v2,8,0\ne,exome,9,1\nf,none,9,1\n',
      'm.maf': `${MAF}FAM123B\tMissense_Mutation\ta\tX\nTP53\tMissense_Mutation\tc\t17\nTP53\tMissense_Mutation\ta\t17\n`,
      'cna.txt': 'Hugo_Symbol\tc\td\nERBB2\t2\t0\n',
      'panels/v1.json': '{"id":"v1","genes":["AMER1","KRAS",{"symbol":"MLL2","id":8085}],"coveredMb":0.42}',
      'panels/v2.bed': 'chr17\t7570000\t8600000\tTP53\nchr17\t39700000\t39800000\tERBB2\n',
      'panels/second.txt': 'stable_id: v2\ngene_list:\tKRAS\tNOTAGENE\n',
      'panels/broken.json': '{"genes": 3}',
      'wrong.maf': `${MAF}KRAS\tSilent\ta\t12\n`,
      'list.txt': 'stable_id: x\ngene_list:\tKRAS\n',
    });
  });

  it('counts nobody as wild type of a gene that her panel does not have', async () => {
    const patients = await rowsOf(COHORT, 'patients');
    const byPanel = async (name: string) => patients.map((row) => row[name]).sort();
    expect(await byPanel('amer1')).toEqual(['', '', '', 'false', 'false', 'true']);
    expect(await byPanel('tp53')).toEqual(['', '', '', 'false', 'false', 'true']);
    expect(await byPanel('amplified')).toEqual(['', '', '', '', 'false', 'true']);
    expect((await byPanel('tmb')).filter(Boolean).map((value) => Number(value).toFixed(6))).toEqual([
      '0.000000',
      (1 / 1.13).toFixed(6),
    ]);
    const { json } = await result(COHORT, { analysis: 'survival', endpoint: 'os', by: 'tp53' });
    expect(json.findings.counts.used).toBe(3);
  });

  it('refuses what the definition takes for something else, naming both', async () => {
    for (const [name, taken, is] of [
      ['wrong.maf', 'a table', 'a MAF'],
      ['list.txt', 'alterations', 'a gene panel'],
    ] as const) {
      expect(states.get(name)).toMatchObject({ verdict: 'rejected', reason: 'other-format' });
      const { json } = await ask(`/cohorts/${COHORT}/sources/${states.get(name)!.source}/problems`);
      expect(json.problems[0].says).toBe(`the definition takes the file for ${taken}, and it is ${is}`);
    }
    expect(states.get('panels/broken.json')).toMatchObject({ verdict: 'rejected', reason: 'other-format' });
    expect(states.get('panels/v2.bed')).toMatchObject({ verdict: 'accepted' });
  });

  it('tells of genes that are none, of panels nobody knows and of finds off the panel', async () => {
    const told = await problems(COHORT);
    const of = (rule: string) => told.filter((problem) => problem.rule === rule);
    expect(of('panel-gene-unknown')).toMatchObject([{ file: 'panels/second.txt', value: 'NOTAGENE' }]);
    expect(of('unknown-panel')).toMatchObject([{ value: 'none', rows: 1 }]);
    expect(of('gene-off-panel')).toMatchObject([{ value: 'v1', rows: 1 }]);
    expect(of('small-panel')).toMatchObject([{ value: 'v1' }]);
  });
});

describe('An archive', () => {
  const YAML = `title: Archive
tables:
  - { match: "study.zip/patients.csv", rows: patient, patient: id, columns: { age: { type: number, range: [0, 120] } } }
alterations:
  - { match: "study.zip/data_mutations.txt", covers: listed, panel: exome }
derived:
  kras: altered("KRAS")
`;
  const good = {
    'patients.csv': 'id,age\na,50\nb,500\n',
    'data_mutations.txt': `${MAF}KRAS\tMissense_Mutation\ta\t12\n`,
    'notes.csv': 'x,y\n1,2\n',
    'meta_study.txt': 'cancer_study_identifier: x\nname: y\n',
  };
  const zip = (files: Readonly<Record<string, string | Buffer>>): Buffer =>
    zipOf(Object.entries(files).map(([name, content]) => ({ name, content: Buffer.from(content as string) })));

  it('is one source with one verdict, its files named in problems', async () => {
    const states = await give('archive', { 'cohort.yaml': YAML, 'study.zip': zip(good) });
    expect(states.get('study.zip')).toMatchObject({ verdict: 'accepted with problems', answers: 'this version' });
    expect([...states.keys()].sort()).toEqual(['cohort.yaml', 'study.zip']);
    expect((await problems('archive')).map(({ rule, file }) => [rule, file])).toEqual(
      expect.arrayContaining([
        ['out-of-range', 'study.zip/patients.csv'],
        ['unknown-member', 'study.zip/notes.csv'],
      ]),
    );
    expect((await rowsOf('archive', 'patients')).map(({ kras }) => kras).sort()).toEqual(['false', 'true']);
  });

  it('is refused for one file of it, or as a bomb, while the last good one answers', async () => {
    const bad = await give('archive', { 'study.zip': zip({ ...good, 'patients.csv': 'name,age\na,5\n' }) });
    expect(bad.get('study.zip')).toMatchObject({
      verdict: 'rejected',
      reason: 'no-patient-column',
      answers: 'an older version',
    });
    const bomb = await give('archive', { 'study.zip': zip({ ...good, 'big.csv': Buffer.alloc(60_000_000, 'a,b\n') }) });
    expect(bomb.get('study.zip')).toMatchObject({ verdict: 'rejected', reason: 'over-limit' });
    const nested = await give('archive', { 'study.zip': zip({ ...good, 'in.zip': zip(good) }) });
    expect(nested.get('study.zip')).toMatchObject({ verdict: 'rejected', reason: 'archive-not-read' });
    expect((await rowsOf('archive', 'patients')).map(({ kras }) => kras).sort()).toEqual(['false', 'true']);
  });
});

describe('A cohort that is given away as a study of cBioPortal', () => {
  it('comes back the same, whoever reads it', async () => {
    await give('study-from', demoFiles('tcga-read'));
    const { status, type, body } = await bytesOf('/cohorts/study-from/export/cbioportal.zip');
    expect([status, type]).toEqual([200, 'application/zip']);
    expect(body.includes('TCGA-')).toBe(false);
    const yaml = await memberOf(body, 'cohort.yaml');
    expect(yaml).not.toMatch(/TCGA-[A-Z0-9]{2}-/);
    await give('study-to', { 'cohort.yaml': yaml, 'cbioportal.zip': body });
    await settled('study-to', ['cbioportal.zip']);
    expect((await sources('study-to')).get('cbioportal.zip')).toMatchObject({ answers: 'this version' });
    for (const name of ['patients', 'alterations', 'coverage']) {
      const [from, to] = [await withoutKeys('study-from', name), await withoutKeys('study-to', name)];
      expect(to.length).toBe(from.length);
      expect(to).toEqual(from);
    }
    const question = { analysis: 'association-scan', outcome: 'stage', minAltered: 5 };
    const [there, here] = [await result('study-to', question), await result('study-from', question)];
    expect(there.json.findings).toEqual(here.json.findings);
  });

  it('is for analysts', async () => {
    expect((await ask('/cohorts/study-from/export/cbioportal.zip', { role: 'viewer' })).status).toBe(403);
    expect((await ask('/cohorts/study-from/export/cbioportal.zip', { site: 'b' })).status).toBe(404);
  });

  async function withoutKeys(cohort: string, name: string): Promise<readonly string[]> {
    const rows = await rowsOf(cohort, name);
    return rows.map(({ patient: _, specimen: __, ...rest }) => JSON.stringify(rest)).sort();
  }

  async function memberOf(archive: Buffer, name: string): Promise<string> {
    const { openArchive } = await import('../../lib/formats/archive.ts');
    const members = await openArchive(
      (async function* () {
        yield archive;
      })(),
      'cbioportal.zip',
    );
    const chunks: Uint8Array[] = [];
    for await (const chunk of await members.find((member) => member.name === name)!.open()) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }
});
