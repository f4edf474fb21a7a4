import { readFileSync } from 'node:fs';
import {
  type AlterationText,
  buildFrame,
  type CohortFrame,
  createAlterationReader,
  createTableReader,
  type Definition,
  type FrameSource,
  openCohort,
  parseDefinition,
  planReading,
  type SourceRecords,
} from '../../lib/cohort/index.ts';
import { cellsOf } from './files.ts';
import { COLUMNS, FILES, LINES_BEFORE, type SiteRow, type SiteTables } from './tables.ts';

/** The definition that describes the cohort's files. */
export function conversionStudy(): string {
  return readFileSync(new URL('cohort.yaml', import.meta.url), 'utf8');
}

const NONE: SourceRecords = { patients: [], specimens: [], alterations: [], unreadable: [] };

/**
 * Tables as a frame, in memory and without a byte of a file: for simulations, which draw hundreds of cohorts. Cells and rows are read as
 * ingestion reads them, so that clean tables come to the same frame by both ways. Identifiers stand for opaque keys.
 */
export function frameOfTables(
  tables: SiteTables,
  definition: Definition = parseDefinition(conversionStudy(), 'cohort.yaml'),
): CohortFrame {
  const sources: FrameSource[] = [
    ...(['clinical', 'treatment', 'response', 'surgery', 'specimens'] as const).map((name) => ({
      key: FILES[name],
      records: tableRecords(definition, tables, name),
    })),
    { key: FILES.mutations, records: alterationRecords(definition, FILES.mutations, tables.mutations, mutation) },
    { key: FILES.segments, records: alterationRecords(definition, FILES.segments, tables.segments, segment) },
    ...tables.panels.map(({ id, genes, coveredMb, build }) => ({
      key: `panels/${id}.json`,
      records: {
        ...NONE,
        facts: [
          {
            panels: [
              {
                id,
                genes: genes.map((gene) => (typeof gene === 'string' ? { symbol: gene } : gene)),
                coveredMb,
                build,
              },
            ],
          },
        ],
      },
    })),
  ];
  const built = buildFrame(definition, sources);
  return openCohort({ definition, ...built, digest: 'in memory', revision: 'in memory', name: 'crlm-synthetic' });
}

const pseudonym = (kind: 'patient' | 'specimen', identifier: string): string => `${kind} ${identifier}`;

type Table = 'clinical' | 'treatment' | 'response' | 'surgery' | 'specimens';

function tableRecords(definition: Definition, tables: SiteTables, name: Table): SourceRecords {
  const file = FILES[name];
  const [table] = planReading(definition, file)!.tables;
  const reader = createTableReader(table!, COLUMNS[name], { file, pseudonym });
  for (const [i, cells] of cellsOf(tables, name).entries()) reader.add({ line: i + 1 + LINES_BEFORE, cells });
  return { ...NONE, ...reader.finish() };
}

function alterationRecords(
  definition: Definition,
  file: string,
  rows: readonly SiteRow[],
  textOf: (row: SiteRow, line: number) => AlterationText,
): SourceRecords {
  const reader = createAlterationReader(planReading(definition, file) ?? { tables: [] }, { file, pseudonym });
  for (const [i, row] of rows.entries()) reader.add(textOf(row, i + 1 + LINES_BEFORE));
  return { ...NONE, ...reader.take() };
}

function mutation(row: SiteRow, line: number): AlterationText {
  return {
    specimenIdentifier: row['Tumor_Sample_Barcode']!,
    gene: row['Hugo_Symbol']!,
    geneId: row['Entrez_Gene_Id']!,
    kind: 'mutation',
    class: row['Variant_Classification']!,
    protein: row['HGVSp_Short']!,
    chromosome: row['Chromosome']!,
    position: Number(row['Start_Position']),
    ref: row['Reference_Allele']!,
    alt: row['Tumor_Seq_Allele2']!,
    alleleFraction: Number(row['t_vaf']),
    depth: Number(row['t_depth']),
    filter: row['FILTER']!,
    line,
  };
}

function segment(row: SiteRow, line: number): AlterationText {
  return {
    specimenIdentifier: row['ID']!,
    gene: '',
    geneId: null,
    kind: 'segment',
    class: null,
    protein: null,
    chromosome: row['chrom']!,
    position: Number(row['loc.start']),
    ref: null,
    alt: null,
    alleleFraction: null,
    depth: null,
    filter: null,
    line,
    end: Number(row['loc.end']),
    value: Number(row['seg.mean']),
  };
}
