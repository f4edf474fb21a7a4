import { syntheticCohort } from '../../demo/crlm-synthetic/cohort.ts';
import { frameOfTables } from '../../demo/crlm-synthetic/frame.ts';
import { ANALYSES, answerAsked } from '../../lib/analyses/index.ts';
import { SignetError } from '../../lib/base/index.ts';
import type { CohortFrame } from '../../lib/cohort/index.ts';
import type { Findings } from '../../lib/result/index.ts';
import { type Estimate, estimateIn, rowOf, rowsOf } from './findings.ts';
import { ALPHA } from './truths.ts';

/** What a scan of the genes found in one replicate, by its adjusted p. */
export interface Scanned {
  readonly tested: number;
  /** Symbols. */
  readonly found: readonly string[];
}

/** What the report's analyses say of one cohort that was drawn. */
export interface Replicate {
  readonly seed: number;
  readonly eligible: number;
  /** By the id of its truth. */
  readonly estimates: Readonly<Record<string, Estimate>>;
  /** By Fisher's exact test, and by the logistic model with TBS beside. */
  readonly exact: Scanned;
  readonly adjusted: Scanned;
  /** Of the variables that the scan tells of apart, those found by the exact test. */
  readonly apart: readonly string[];
}

/** As many as the study has. */
const PATIENTS = 286;
/** The plan's, by which the comparison of survival is adjusted. */
const ADJUSTED_FOR = ['age', 'right', 'tbs', 'extrahepatic', 'ras', 'braf'];

const IN_SILENCE = { stage() {}, stopped() {} };

/** The replicate of a seed: drawn, derived, and asked what the report asks. */
export async function replicateOf(seed: number): Promise<Replicate> {
  const frame = frameOfTables(syntheticCohort({ seed, patients: PATIENTS, clean: true }).tables);
  const [inTime, naive] = await survivalByConversion(frame);
  const odds = await ask(frame, {
    analysis: 'logistic',
    outcome: 'group',
    adjust: [...ADJUSTED_FOR, 'altered("SMAD4")'],
    bootstrap: 0,
  });
  const scan = await ask(frame, planned(frame, 'T4-genes'));
  return {
    seed,
    eligible: frame.eligibility().eligible.length,
    estimates: { ...survivalEstimates(frame, inTime, naive), ...oddsEstimates(frame, odds) },
    exact: scanned(scan, 'adjusted_p'),
    adjusted: scanned(scan, 'model_adjusted_p'),
    apart: rowsOf(scan, 'apart').flatMap(({ variable, adjusted_p }) => (isFound(adjusted_p) ? [String(variable)] : [])),
  };
}

/** The plan's item by conversion as planned, and naively: by who came to be converted, as if that had been known from the start. */
async function survivalByConversion(frame: CohortFrame): Promise<readonly [Findings, Findings]> {
  const { landmarks: _, ...request } = planned(frame, 'T6');
  return [
    await ask(frame, { ...planned(frame, 'T6'), adjust: ADJUSTED_FOR }),
    await ask(frame, { ...request, adjust: ADJUSTED_FOR, naive: true }),
  ];
}

/** An item of the study's plan as a request. */
function planned({ definition }: CohortFrame, item: string): Readonly<Record<string, unknown>> {
  const found = definition.plan?.items.find(({ id }) => id === item);
  if (!found) throw new SignetError('unknown-item', `The study's plan has no item ${item}`);
  const { id: _, ...request } = found;
  return request;
}

async function ask(frame: CohortFrame, request: Readonly<Record<string, unknown>>): Promise<Findings> {
  const analysis = ANALYSES.find(({ name }) => name === request['analysis'])!;
  return answerAsked(analysis, frame, analysis.request.parse(request), IN_SILENCE);
}

/** What tables call a variable of the study. */
function titleOf({ definition }: CohortFrame, variable: string): string {
  return definition.labels?.[variable] ?? variable;
}

function survivalEstimates(frame: CohortFrame, inTime: Findings, naive: Findings): Record<string, Estimate> {
  const converted = { covariate: titleOf(frame, 'exposure'), level: 'converted' };
  const plain = { group: 'converted' };
  const hazard = (findings: Findings, table: string, cells: Record<string, string>): Estimate =>
    estimateIn(rowOf(findings, table, cells), 'hazard_ratio');
  const landmarks = rowsOf(inTime, 'landmarks').map((row) => [
    `landmark ${row['landmark']}`,
    estimateIn(row, 'hazard_ratio', 'adjusted_'),
  ]);
  return {
    naive: hazard(naive, 'hazard-ratios', plain),
    'naive adjusted': hazard(naive, 'adjusted-hazard-ratios', converted),
    'in time': hazard(inTime, 'hazard-ratios', plain),
    'in time adjusted': hazard(inTime, 'adjusted-hazard-ratios', converted),
    ...Object.fromEntries(landmarks),
  };
}

function oddsEstimates(frame: CohortFrame, odds: Findings): Record<string, Estimate> {
  const of = (covariate: string, level: string): Estimate =>
    estimateIn(rowOf(odds, 'odds-ratios', { covariate, level }), 'odds_ratio');
  return {
    RAS: of(titleOf(frame, 'ras'), 'yes'),
    SMAD4: of('SMAD4', 'SMAD4 altered'),
    TBS: of(titleOf(frame, 'tbs'), 'per unit'),
    BRAF: of(titleOf(frame, 'braf'), 'yes'),
  };
}

function scanned(scan: Findings, p: string): Scanned {
  const genes = rowsOf(scan, 'genes');
  return { tested: genes.length, found: genes.flatMap((row) => (isFound(row[p]) ? [String(row['gene'])] : [])) };
}

function isFound(p: unknown): boolean {
  return typeof p === 'number' && p <= ALPHA;
}
