import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { syntheticCohort } from '../../../demo/crlm-synthetic/cohort.ts';
import { frameOfTables } from '../../../demo/crlm-synthetic/frame.ts';
import { patientsCsv, rScript } from '../../../lib/answer/index.ts';
import type { CohortFrame } from '../../../lib/cohort/index.ts';
import type { Cell, ResultDocument } from '../../../lib/result/index.ts';
import { ask, demoFrame } from '../analyses/asking.ts';
import { documentOf } from '../render/documents.ts';

const R = spawnSync('Rscript', ['-e', 'library(survival)']).status === 0;

interface Line {
  readonly item: string;
  readonly term: string;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly p: number;
}

type Row = Readonly<Record<string, Cell>>;

/** Genes that the script says are to be asked for with the file. */
const genesIn = (script: string): string[] =>
  new URLSearchParams(/patients\.csv\?(\S+)/.exec(script)?.[1] ?? '').get('genes')?.split(',') ?? [];

/** Runs the script over the file as a person would, and reads what it wrote. */
async function repeated(script: string, frame: CohortFrame): Promise<Line[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'signet-r-'));
  try {
    const at = (name: string) => path.join(folder, name);
    writeFileSync(at('report.R'), script);
    writeFileSync(at('patients.csv'), await patientsCsv(frame, [], genesIn(script)));
    const { status, stderr } = spawnSync('Rscript', [at('report.R'), at('patients.csv'), at('repeated.csv')]);
    expect(stderr.toString()).not.toMatch(/^Error/m);
    expect(status).toBe(0);
    const rows: Record<string, string>[] = parse(readFileSync(at('repeated.csv')), { columns: true, trim: true });
    const number = (text: string | undefined) => (text === 'NA' ? Number.NaN : Number(text));
    return rows.map(({ item, term, estimate, low, high, p }) => ({
      item: item!,
      term: term!,
      estimate: number(estimate),
      low: number(low),
      high: number(high),
      p: number(p),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const near = (r: number, ours: Cell | undefined): boolean =>
  typeof ours === 'number' && Math.abs(ours - r) <= 1e-6 * Math.max(Math.abs(r), 1e-300);

/** Whether a row of the document holds a line: estimate with its interval under one name, and p. */
function holds(row: Row, { estimate, low, high, p }: Line): boolean {
  const pHeld = Number.isNaN(p) || Object.values(row).some((cell) => near(p, cell));
  const estimateHeld =
    Number.isNaN(estimate) ||
    Object.keys(row).some(
      (key) =>
        near(estimate, row[key]) &&
        (Number.isNaN(low) || (near(low, row[`${key}_low`]) && near(high, row[`${key}_high`]))),
    );
  return pHeld && estimateHeld;
}

/** What the document says of a term that R has no plain estimate of. */
const SAYS_NONE = /separat|infinite|monotone/;

const COHORTS: Readonly<Record<string, { readonly frame: () => CohortFrame; readonly lines: number }>> = {
  'crlm-tcia': { frame: () => demoFrame('crlm-tcia'), lines: 40 },
  'tcga-read': { frame: () => demoFrame('tcga-read'), lines: 130 },
  'crlm-synthetic': {
    frame: () => frameOfTables(syntheticCohort({ seed: 1, patients: 286, clean: false }).tables),
    lines: 200,
  },
};

describe.each(Object.entries(COHORTS))('The script of the report of %s', (_, { frame: made, lines: least }) => {
  let frame: CohortFrame;
  let document: ResultDocument;
  let script: string;
  beforeAll(async () => {
    frame = made();
    const items = frame.definition.plan!.items.map(({ id }) => id).filter((id) => id !== 'T7');
    const request = { analysis: 'report', items };
    document = documentOf(await ask(frame, request), request);
    script = rScript(document, frame);
  }, 240_000);

  const rowsOf = (item: string): Row[] =>
    document.findings
      .report!.parts.filter(({ id }) => id === item)
      .flatMap(({ findings }) => findings?.tables ?? [])
      .flatMap(({ rows }) => rows);

  it('names each item of the report, and what it does not repeat', () => {
    for (const { id, findings, analysis, sensitivity } of document.findings.report!.parts)
      if (findings !== null && sensitivity === undefined) expect(script).toContain(`# ${id}: ${analysis}`);
    expect(script).toContain('# Fig1: eligibility is not repeated here');
    expect(script).toMatch(/\n {2}d <- eligible\n/);
    expect(script.match(/local\(\{/g)?.length).toBe(script.match(/^\}\)$/gm)?.length);
  });

  it('reads only columns that the file has', async () => {
    const csv = await patientsCsv(frame, [], genesIn(script));
    const columns = new Set<string>(parse(csv, { to: 1 })[0]);
    const read = [...script.matchAll(/(?:d|eligible)\[\["([^"]+)"\]\]/g)].map(([, name]) => name!);
    expect(read.length).toBeGreaterThan(20);
    for (const name of read) expect(columns).toContain(name);
  });

  it.runIf(R)(
    'gives in R what the document says, line by line',
    async () => {
      const lines = await repeated(script, frame);
      expect(lines.length).toBeGreaterThan(least);
      const strange = lines.filter((line) => {
        const rows = rowsOf(line.item);
        if (line.term.endsWith('has no plain estimate'))
          return !rows.some((row) =>
            Object.values(row).some((cell) => typeof cell === 'string' && SAYS_NONE.test(cell)),
          );
        return !rows.some((row) => holds(row, line));
      });
      expect(strange).toEqual([]);
      const { estimate, low, high, p } = document.findings.primary!;
      const primary = lines.filter((line) => line.item === document.findings.report!.primary);
      expect(primary.some((line) => holds({ hazard: estimate, hazard_low: low, hazard_high: high, p }, line))).toBe(
        true,
      );
    },
    120_000,
  );
});

describe('The script of one analysis', () => {
  it('names the sensitivity that it is to be given the patients under', async () => {
    const frame = demoFrame('crlm-tcia');
    const request = { analysis: 'survival', endpoint: 'os', times: [12], sensitivity: 'S1' };
    const script = rScript(documentOf(await ask(frame, request), request), frame.under('S1'));
    expect(script).toContain('/frame/patients.csv?sensitivity=S1');
    expect(script).toContain('paste("survival at", curve$time)');
  });

  it('leaves out a subgroup that no item of the plan has', async () => {
    const frame = demoFrame('crlm-tcia');
    const request = { analysis: 'survival', endpoint: 'os', times: [12], where: 'age > 60.0' };
    const script = rScript(documentOf(await ask(frame, request), request), frame);
    expect(script).toContain("# survival: of a subgroup that is none of the plan's, not repeated here");
  });
});
