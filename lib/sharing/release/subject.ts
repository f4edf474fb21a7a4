import type { ReleaseBasis, ReleasedVariable } from '../../analyses/index.ts';
import { digestOf } from '../../base/index.ts';
import type { Codebook, CodebookVariable, Protocol, StudyAnalysis, Thresholds } from '../documents.ts';
import type { AnalysisSet, LedgerRecord } from '../ports.ts';
import { geneCodes, type SiteCohort } from '../study/analysis-set.ts';
import { monthsOfCurveSteps } from '../study/steps.ts';
import type { Waiver } from './ask.ts';

/**
 * A result as the rules see it: a study of one site, which the receiver proposed. So that one set of rules, written once, holds for studies and
 * releases, and neither opens a way round the other.
 */
export interface Subject {
  readonly set: AnalysisSet;
  readonly codebook: Codebook;
  readonly protocol: Protocol;
}

/** Names under which a release's variables stand in its codebook. */
const GROUP = 'the groups';
const STRATA = 'the strata';

/** What a subject is made of beside its basis. */
export interface SubjectOf {
  readonly owner: string;
  readonly receiver: string;
  readonly until: string;
  readonly thresholds: Thresholds;
  readonly waivers: readonly Waiver[];
  /** Whether the log-rank test leaves too. */
  readonly test: boolean;
  /** Ledger of the cohort: curves keep the steps that they were counted in before. */
  readonly ledger: readonly LedgerRecord[];
}

export function subjectOf(basis: ReleaseBasis, cohort: SiteCohort, of: SubjectOf): Subject {
  const named = namesOf(basis);
  const variables = new Map<string, ReleasedVariable>([
    ...named,
    ...(basis.groups ? [[GROUP, basis.groups] as const] : []),
    ...(basis.strata && basis.kind === 'model' ? [[STRATA, basis.strata] as const] : []),
  ]);
  const { outcome } = basis;
  const withoutTime = outcome !== undefined && basis.model?.kind === 'logistic';
  const patients = Array.from(basis.rows, (row) => cohort.keys[row]!);
  const events = outcome && Float64Array.from(outcome.event);
  return {
    codebook: {
      type: 'codebook/1',
      variables: Object.fromEntries([
        ...[...variables].map(([name, variable]) => [name, codedAs(variable)] as const),
        ...(withoutTime ? [[outcome.name, { type: 'boolean' }] as const] : []),
      ]),
      endpoints: outcome
        ? Object.fromEntries([[outcome.name, { origin: outcome.origin, unit: 'months', event: outcome.title }]])
        : {},
    },
    protocol: protocolOf(analysesOf(basis, [...named.keys()], of), of),
    set: {
      cohort: cohort.name,
      digest: digestOf({ frame: cohort.frame.digest, patients }),
      patients,
      left: 0,
      rows: {
        n: patients.length,
        variables: Object.fromEntries([
          ...[...variables].map(([name, { values }]) => [name, values] as const),
          ...(withoutTime ? [[outcome.name, events!] as const] : []),
        ]),
        endpoints: outcome
          ? Object.fromEntries([[outcome.name, { time: outcome.time, cause: Uint8Array.from(outcome.event) }]])
          : {},
        ...(basis.genes.length > 0 && { genes: genesOf(basis, cohort) }),
      },
    },
  };
}

/** Variables by their titles; where two bear one title, or that of the outcome, the second has a number. */
function namesOf({ variables, outcome }: ReleaseBasis): Map<string, ReleasedVariable> {
  const named = new Map<string, ReleasedVariable>();
  const taken = new Set([GROUP, STRATA, outcome?.name]);
  for (const variable of variables) {
    let name = variable.title;
    for (let n = 2; taken.has(name); n++) name = `${variable.title} (${n})`;
    taken.add(name);
    named.set(name, variable);
  }
  return named;
}

function codedAs({ levels }: ReleasedVariable): CodebookVariable {
  return levels === undefined
    ? { type: 'number', range: [0, 0], centre: 0 }
    : { type: 'category', levels: [...levels] };
}

function analysesOf(
  { kind, groups, outcome, strata, model, genes }: ReleaseBasis,
  names: string[],
  { test, ledger }: SubjectOf,
): StudyAnalysis[] {
  const of = { mode: 'open' as const };
  const endpoint = outcome?.name ?? '';
  // one vector, that of the coefficients: a study's rounds would be more
  const fitted = { ...of, id: 'model', covariates: names, rounds: 0 };
  switch (kind) {
    case 'curves': {
      const last = Math.max(...outcome!.time);
      const grid = { unit: 'months' as const, width: widthOf(endpoint, ledger), last };
      const curve = { ...of, id: 'curve', method: 'kaplan-meier/1' as const, endpoint, grid, at: [] };
      if (groups === undefined) return [curve];
      const compared = { ...of, id: 'test', method: 'log-rank/1' as const, endpoint, group: GROUP };
      return [{ ...curve, group: GROUP }, ...(test ? [compared] : [])];
    }
    case 'table':
      return [
        {
          ...{ ...of, id: 'table', method: 'table-one/1', variables: names, histogram: {} },
          ...(groups && { by: GROUP }),
        },
      ];
    case 'scores':
      return [{ ...of, id: 'scores', method: 'gene-scores/1', endpoint, genes: [...genes] }];
    default:
      return model!.kind === 'logistic'
        ? [{ ...fitted, method: 'logistic/1', outcome: endpoint }]
        : [{ ...fitted, method: 'cox/1', endpoint, ties: model!.ties, ...(strata && { strata: STRATA }) }];
  }
}

/** Months of a step: as the endpoint was counted before, since counts in two grids differ by single patients; else one. */
function widthOf(endpoint: string, ledger: readonly LedgerRecord[]): number {
  for (const { of, steps } of ledger) {
    const months = of === endpoint && steps !== undefined ? monthsOfCurveSteps(steps) : undefined;
    if (months !== undefined) return months;
  }
  return 1;
}

function protocolOf(analyses: StudyAnalysis[], { owner, receiver, until, thresholds, waivers }: SubjectOf): Protocol {
  return {
    type: 'protocol/1',
    title: 'A release',
    proposer: receiver,
    sites: [owner, receiver].map((site) => ({ site, fingerprint: '' })),
    codebook: '',
    cohort: { criteria: [] },
    analyses,
    thresholds,
    rounds: 1,
    hours: { round: 1, wait: 0 },
    expires: until,
    use: [],
    duplicates: 'none',
    waivers: [...waivers],
  };
}

/** By gene and patient: 1 altered, 0 looked at and not, 2 not looked at. */
function genesOf({ genes, rows }: ReleaseBasis, { frame }: SiteCohort): ReadonlyMap<string, Uint8Array> {
  return new Map(
    genes.map((gene) => {
      const codes = geneCodes(frame, gene);
      return [gene, Uint8Array.from(rows, (row) => codes[row]!)];
    }),
  );
}
