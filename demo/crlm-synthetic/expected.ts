import { DAYS_PER_MONTH } from '../../lib/base/index.ts';
import { GENES } from './genes.ts';
import { CONVERSION, DEATH } from './laws.ts';
import { crs, type Patient, tbs } from './patients.ts';
import type { Person } from './people.ts';
import type { Leaves, Planted, Told } from './planted.ts';
import { isAltered } from './sequencing.ts';
import { dated, FILES, LINES_BEFORE, type SiteRow, type SiteTables, type TableName } from './tables.ts';

/** What is asked of the generator. */
export interface Asked {
  readonly seed: number;
  /** Those who are eligible. */
  readonly patients: number;
  /** Without those who are not, and without a fault. */
  readonly clean: boolean;
}

/** A problem that is told of a planted fault. */
export interface ExpectedProblem {
  readonly rule: string;
  readonly level: Told['level'];
  readonly file: string;
  readonly row?: number;
  /** One problem stands for all of the rule in the file: it is told at the first of them, with their number. */
  readonly counted?: true;
}

/** A planted fault as someone who reads the file finds it. */
export interface ExpectedFault {
  readonly fault: string;
  readonly patient?: string;
  readonly file: string;
  /** Line of the file, 1-based. */
  readonly row?: number;
  readonly column?: string;
  readonly problems: readonly ExpectedProblem[];
  readonly leaves?: Leaves;
}

/** A step of eligibility: who leaves, and who remains. */
export interface ExpectedStep {
  readonly step: number;
  readonly no: number;
  readonly notRecorded: number;
  readonly remain: number;
}

/** What is true of an eligible patient, whatever her site wrote. */
export interface TruePatient {
  readonly patient: string;
  readonly group: 'SCTG' | 'FCTG' | 'undetermined';
  readonly t0: string;
  readonly conversion: string | null;
  readonly end: string;
  readonly died: boolean;
  /** From the first dose. */
  readonly months: number;
  readonly ras: boolean;
  readonly braf: boolean;
  readonly tbs: number;
  readonly crs: number;
  readonly panel: string;
  /** Genes of her panel that are altered. */
  readonly altered: readonly string[];
}

/** What the cohort should be found to hold. Written by the generator; no analysis reads it. */
export interface Expected {
  readonly title: string;
  readonly asked: Asked;
  /** Rows and patients of clinical.xlsx. */
  readonly rows: number;
  readonly patients: number;
  /** How many of each fault. */
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: readonly ExpectedFault[];
  readonly flow: readonly ExpectedStep[];
  readonly sensitivities: Readonly<Record<string, { readonly n: number; readonly converted?: number }>>;
  readonly truth: {
    readonly effects: { readonly conversion: typeof CONVERSION; readonly death: typeof DEATH };
    readonly groups: Readonly<Record<TruePatient['group'], number>>;
    readonly deaths: number;
    readonly patients: readonly TruePatient[];
  };
}

/** What the truth is told of. */
interface Contents {
  readonly asked: Asked;
  readonly people: readonly Person[];
  readonly tables: SiteTables;
  readonly planted: readonly Planted[];
  /** By sensitivity analysis how many of the others it lets in. */
  readonly within: ReadonlyMap<string, number>;
}

const SHORT_DAYS = 180;
const STEPS = 11;

/** Tells what the cohort holds. */
export function expectedOf({ asked, people, tables, planted, within }: Contents): Expected {
  const patients = people.map(({ patient }) => trueOf(patient));
  const groups = { SCTG: 0, FCTG: 0, undetermined: 0 };
  for (const { group } of patients) groups[group] += 1;
  const everyone = new Set(tables.clinical.map((row) => row['patient_id'])).size;
  return {
    title: 'SYNTHETIC: invented patients',
    asked,
    rows: tables.clinical.length,
    patients: everyone,
    counts: countsOf(planted),
    faults: faultsOf(planted, tables),
    flow: flowOf(planted, everyone),
    sensitivities: sensitivitiesOf(people, within, groups.SCTG),
    truth: {
      effects: { conversion: CONVERSION, death: DEATH },
      groups,
      deaths: patients.filter(({ died }) => died).length,
      patients,
    },
  };
}

function trueOf(patient: Patient): TruePatient {
  const { id, conversion, t0, end, died, kras, nras, braf, panel } = patient;
  const short = !died && end - t0 < SHORT_DAYS;
  return {
    patient: id,
    group: conversion !== undefined ? 'SCTG' : short ? 'undetermined' : 'FCTG',
    t0: dated(t0),
    conversion: conversion === undefined ? null : dated(conversion),
    end: dated(end),
    died,
    months: (end - t0) / DAYS_PER_MONTH,
    ras: kras || nras,
    braf,
    tbs: tbs(patient),
    crs: crs(patient),
    panel,
    altered: GENES.filter(({ symbol, panels }) => panels.includes(panel) && isAltered(patient, symbol)).map(
      ({ symbol }) => symbol,
    ),
  };
}

function countsOf(planted: readonly Planted[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { fault } of planted) counts[fault] = (counts[fault] ?? 0) + 1;
  return counts;
}

/** What is wrong with v1 whatever is planted: it covers too little to tell mutations per megabase. */
const SMALL_PANEL: ExpectedFault = {
  fault: 'panel below 0.5 Mb',
  file: 'panels/v1.json',
  problems: [{ rule: 'small-panel', level: 'warning', file: 'cohort.yaml' }],
};

function faultsOf(planted: readonly Planted[], tables: SiteTables): readonly ExpectedFault[] {
  const lines = new Map<SiteRow, number>();
  for (const name of Object.keys(FILES) as TableName[])
    for (const [i, row] of tables[name].entries()) lines.set(row, i + 1 + LINES_BEFORE);
  const firstOf = new Map<string, SiteRow>();
  for (const row of tables.clinical) if (!firstOf.has(row['patient_id']!)) firstOf.set(row['patient_id']!, row);
  const place = (table: TableName, row: SiteRow | undefined) => ({
    file: FILES[table],
    ...(row && { row: lines.get(row)! }),
  });
  const problemOf = ({ table, row, patient }: Planted, { rule, level, counted, at }: Told): ExpectedProblem => ({
    rule,
    level,
    ...(at === 'clinical' ? place('clinical', firstOf.get(patient ?? '')) : place(table, row)),
    ...(counted && { counted }),
  });
  const faults = planted.map(
    (fault): ExpectedFault => ({
      fault: fault.fault,
      ...(fault.patient !== undefined && { patient: fault.patient }),
      ...place(fault.table, fault.row),
      ...(fault.column !== undefined && { column: fault.column }),
      problems: (fault.told ?? []).map((told) => problemOf(fault, told)),
      ...(fault.leaves && { leaves: fault.leaves }),
    }),
  );
  return [...faults, SMALL_PANEL];
}

function flowOf(planted: readonly Planted[], everyone: number): readonly ExpectedStep[] {
  let remain = everyone;
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const here = planted.filter(({ leaves }) => leaves?.step === step);
    const notRecorded = here.filter(({ leaves }) => leaves!.why === 'not recorded').length;
    remain -= here.length;
    return { step, no: here.length - notRecorded, notRecorded, remain };
  });
}

function sensitivitiesOf(
  people: readonly Person[],
  within: ReadonlyMap<string, number>,
  converted: number,
): Expected['sensitivities'] {
  const n = people.length;
  const count = (of: (person: Person) => boolean): number => people.filter(of).length;
  const letIn = (name: string): { n: number } => ({ n: n + (within.get(name) ?? 0) });
  const year = ({ patient: { conversion, t0 } }: Person): boolean =>
    conversion !== undefined && (conversion - t0) / DAYS_PER_MONTH > 12;
  return {
    S1: letIn('S1'),
    S2: { n: n - count(({ features }) => features.operation === 'liver first') },
    S3: { n, converted: converted - count(({ features }) => features.margin === 'R1') },
    S4: letIn('S4'),
    S5: letIn('S5'),
    S6: letIn('S6'),
    S7: { n, converted: converted - count(year) },
    S8: { n: n - count(({ features }) => features.radiotherapy) },
  };
}
