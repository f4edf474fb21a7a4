import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import type { ResultTable } from '../../result/index.ts';
import { ONE_VALUE } from '../models/regression.ts';
import { type Covariate, covariateOf } from '../parts/covariate.ts';
import { coveredPlaces } from '../parts/gene-members.ts';
import { guardTime } from '../parts/immortal-time.ts';
import { type VariableSet, variablesOf } from '../parts/variable-sets.ts';

/** The word that stands for every gene that all panels cover and enough patients carry. */
const GENES = 'genes';

/** What is measured of all that a panel sequences: known of a panel or not. */
const MEASURES: ReadonlySet<string> = new Set(['tmb', 'fga', 'lst']);

/** A candidate that was not taken, and why. */
interface LeftOut {
  readonly candidate: string;
  readonly reason: string;
}

export interface Candidates {
  readonly covariates: readonly Covariate[];
  readonly leftOut: readonly LeftOut[];
  /** How many of the covariates are genes that `genes` stands for; undefined where it wasn't asked for. */
  readonly genes: number | undefined;
}

function has(bits: Uint32Array, row: number): boolean {
  return (((bits[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;
}

/** Which genes every panel covers that anybody of these rows was sequenced with. */
function sharedGenes(frame: CohortFrame, rows: Int32Array): (symbol: string) => boolean {
  const genes = frame.genes();
  const coverings = new Set(genes.symbols.map((symbol) => genes.covering(symbol)));
  const sequenced = rows.filter((row) => [...coverings].some((bits) => has(bits, row)));
  return (symbol) => sequenced.length > 0 && sequenced.every((row) => has(genes.covering(symbol), row));
}

const ALTERED = /^altered\("([^"]+)"\)$/;

/** Why a variable can't be a candidate: a panel that some were sequenced with can't show it. */
function hidden(covariate: Covariate, shared: (symbol: string) => boolean, rows: Int32Array): string | undefined {
  const genes = covariate.columns.flatMap((column) => ALTERED.exec(column)?.[1] ?? []);
  const unseen = genes.filter((gene) => !shared(gene));
  if (unseen.length > 0) return `not every panel covers ${unseen.join(', ')}`;
  const { values } = covariate;
  if (!MEASURES.has(covariate.asked) || values.kind !== 'number') return undefined;
  return rows.every((row) => Number.isFinite(values.of[row]!)) ? undefined : 'not every panel can show it';
}

/**
 * The candidates of a model, before any outcome is looked at: variables, sets of the plan, and for `genes` each gene that every panel covers
 * and at least `minShare` of the patients carry. What a panel can't show is none. `rows` are those who may be analysed.
 * Throws what covariates throw, `group-known-later`, `unknown-set`.
 */
export function candidatesOf(
  frame: CohortFrame,
  asked: VariableSet,
  rows: Int32Array,
  { minShare, naive }: { readonly minShare: number; readonly naive: boolean },
): Candidates {
  const shared = sharedGenes(frame, rows);
  const covariates: Covariate[] = [];
  const leftOut: LeftOut[] = [];
  let genes: number | undefined;
  const wanted =
    asked === GENES ? [{ asked: GENES, pointer: '/candidates' }] : variablesOf(frame, asked, '/candidates');
  for (const { asked: name, pointer } of wanted) {
    if (name === GENES) {
      const found = geneCandidates(frame, rows, minShare, shared, pointer);
      genes = (genes ?? 0) + found.covariates.length;
      covariates.push(...found.covariates);
      leftOut.push(...found.leftOut);
      continue;
    }
    const covariate = covariateOf(frame, { of: name }, pointer);
    guardTime(covariate, naive);
    const why = hidden(covariate, shared, rows);
    if (why === undefined) covariates.push(covariate);
    else leftOut.push({ candidate: covariate.title, reason: why });
  }
  const { kept, twins } = withoutTwins(covariates, rows);
  if (kept.length === 0) {
    throw new SignetError('no-candidate', 'None of the candidates can be taken', {
      place: { pointer: '/candidates' },
      remedy: 'Name variables that all panels can show, or ask with a smaller "minShare".',
    });
  }
  return { covariates: kept, leftOut: [...leftOut, ...twins], genes };
}

function geneCandidates(
  frame: CohortFrame,
  rows: Int32Array,
  minShare: number,
  shared: (symbol: string) => boolean,
  pointer: string,
): { readonly covariates: Covariate[]; readonly leftOut: LeftOut[] } {
  const genes = frame.genes();
  const places = coveredPlaces(rows);
  const covariates: Covariate[] = [];
  const leftOut: LeftOut[] = [];
  genes.symbols.forEach((symbol, gene) => {
    if (!shared(symbol)) {
      leftOut.push({ candidate: symbol, reason: 'not every panel covers it' });
      return;
    }
    const covered = places(genes.covered(gene));
    const altered = genes.altered(gene);
    const carriers = covered.reduce((sum, i) => sum + (has(altered, rows[i]!) ? 1 : 0), 0);
    if (covered.length === 0 || carriers < minShare * covered.length || carriers === 0)
      leftOut.push({
        candidate: symbol,
        reason: `carried by fewer than ${Number((100 * minShare).toPrecision(6))}% of the patients`,
      });
    else covariates.push(covariateOf(frame, { of: `altered("${symbol}")` }, pointer));
  });
  return { covariates, leftOut };
}

/** What says the same of all patients, or of each the same as one before it, adds nothing. */
function withoutTwins(covariates: readonly Covariate[], rows: Int32Array) {
  const seen = new Map<string, Covariate>();
  const twins: LeftOut[] = [];
  for (const covariate of covariates) {
    const { values } = covariate;
    const own = Array.from(rows, (row) => (values.kind === 'number' ? values.of[row]! : values.codes[row]!));
    const known = own.filter((value) => (values.kind === 'number' ? Number.isFinite(value) : value >= 0));
    if (known.every((value) => value === known[0])) {
      twins.push({ candidate: covariate.title, reason: known.length === 0 ? 'not known of anybody' : ONE_VALUE });
      continue;
    }
    const key = `${values.kind}:${own.join()}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, covariate);
    else twins.push({ candidate: covariate.title, reason: `says the same of every patient as ${first.title}` });
  }
  return { kept: [...seen.values()], twins };
}

/** So many names stand in one cell. */
const NAMES = 500;

/** Candidates that were not taken, by reason. */
export function leftOutCandidates({ leftOut }: Candidates): ResultTable[] {
  if (leftOut.length === 0) return [];
  const rows = [...Map.groupBy(leftOut, ({ reason }) => reason)].map(([reason, some]) => ({
    reason,
    candidates: some.length,
    names: `${some
      .slice(0, NAMES)
      .map(({ candidate }) => candidate)
      .join(', ')}${some.length > NAMES ? ', …' : ''}`,
  }));
  return [
    {
      id: 'candidates-left-out',
      title: 'What is no candidate',
      columns: [
        { key: 'reason', label: 'Reason', format: 'text' },
        { key: 'candidates', label: 'How many', format: 'count' },
        { key: 'names', label: 'Which', format: 'text' },
      ],
      rows: rows.sort((a, b) => b.candidates - a.candidates),
      notes: ['Decided without looking at the outcome.'],
    },
  ];
}
