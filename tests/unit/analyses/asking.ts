import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { DEMO_COHORTS } from '../../../demo/cohorts.ts';
import { ANALYSES, answerAsked } from '../../../lib/analyses/index.ts';
import type { AlterationText, CohortFrame } from '../../../lib/cohort/index.ts';
import { Findings, type ResultTable } from '../../../lib/result/index.ts';
import { alteration, frameOf } from '../cohort/read.ts';
import { SILENT } from './frames.ts';

/** What an analysis answers of a frame; read again by the document's own schema, as JSON. */
export async function ask(frame: CohortFrame, request: Readonly<Record<string, unknown>>): Promise<Findings> {
  const analysis = ANALYSES.find(({ name }) => name === request['analysis'])!;
  const findings = await answerAsked(analysis, frame, analysis.request.parse(request), SILENT);
  return Findings.parse(JSON.parse(JSON.stringify(findings)));
}

type Row = ResultTable['rows'][number];

/** The rows of a table. */
export function rowsOf({ tables }: Findings, id: string): readonly Row[] {
  const table = tables.find((each) => each.id === id);
  if (table === undefined) throw new RangeError(`no table ${id} among ${tables.map((each) => each.id).join(', ')}`);
  return table.rows;
}

/** The only row of a table of which these cells are so. */
export function row(findings: Findings, id: string, where: Row): Row {
  const found = rowsOf(findings, id).filter((each) =>
    Object.entries(where).every(([key, value]) => each[key] === value),
  );
  if (found.length !== 1) throw new RangeError(`${found.length} rows of ${id} are ${JSON.stringify(where)}`);
  return found[0]!;
}

/** Codes of the warnings. */
export function codes({ warnings }: Findings): readonly string[] {
  return warnings.map(({ code }) => code);
}

/** A frame of one table of patients, `a.csv`, whose identifiers are `row_id`; `rest` is the definition's, from its endpoints on. */
export function tableFrame(columns: string, rest: string, csv: string): CohortFrame {
  const yaml = `title: T\nmissing: ["", "NA"]\ntables: [{ match: a.csv, rows: patient, patient: row_id, columns: { ${columns} } }]\n${rest}`;
  return frameOf(yaml, { 'a.csv': csv }).frame;
}

const made = new Map<string, CohortFrame>();

/** A demo cohort as its own definition reads it. */
export function demoFrame(name: 'crlm-tcia' | 'tcga-read'): CohortFrame {
  const known = made.get(name);
  if (known !== undefined) return known;
  const { files } = DEMO_COHORTS.find((cohort) => cohort.name === name)!;
  const bytes = Object.fromEntries(files.map(({ key, path: at }) => [key, readFileSync(at)]));
  const contents = files
    .filter(({ key }) => key !== 'cohort.yaml')
    .map(({ key }) => [key, key.endsWith('.gz') ? { rows: mafRows(bytes[key]!) } : bytes[key]!.toString()] as const);
  const { frame } = frameOf(bytes['cohort.yaml']!.toString(), Object.fromEntries(contents));
  made.set(name, frame);
  return frame;
}

function mafRows(maf: Buffer): AlterationText[] {
  const [head, ...lines] = gunzipSync(maf).toString().trimEnd().split('\n');
  const at = new Map(head!.split('\t').map((name, i) => [name, i]));
  return lines.map((line, i) => {
    const cells = line.split('\t');
    const cell = (name: string): string => cells[at.get(name)!]!;
    return alteration(cell('Tumor_Sample_Barcode'), cell('Hugo_Symbol'), {
      class: cell('Variant_Classification'),
      protein: cell('HGVSp_Short'),
      filter: cell('FILTER'),
      line: i + 2,
    });
  });
}
