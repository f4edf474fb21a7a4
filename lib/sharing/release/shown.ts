import type { ReleaseBasis } from '../../analyses/index.ts';
import type { ResultDocument } from '../../result/index.ts';
import { isSmall, isSmallOf } from '../control/small.ts';
import type { StudyAnalysis } from '../documents.ts';
import { answerLogRank } from '../methods/counts.ts';
import { answerGeneScores } from '../methods/gene-scores.ts';
import type { SentSetRecord } from '../ports.ts';
import { curvesShown } from '../study/curves-sent.ts';
import type { LevelsForm, NumberForm } from '../study/forms.ts';
import { isWaived } from '../study/protocol.ts';
import { summaryOf } from '../study/summary.ts';
import type { Release } from './documents.ts';
import { releasedPrediction } from './prediction.ts';
import type { Subject } from './subject.ts';

/** What of a release is shown, and what was held back. */
export type Shown = Pick<Release, 'withheld'> &
  Partial<Pick<Release, 'km' | 'test' | 'model' | 'table' | 'scores' | 'prediction' | 'group'>>;

type Of<M extends StudyAnalysis['method']> = Extract<StudyAnalysis, { readonly method: M }>;

/** Counts and sums of a release of a result, with what no rule lets out held back and named. */
export function shownOf(
  result: ResultDocument,
  basis: ReleaseBasis,
  subject: Subject,
  { owner, sent }: { readonly owner: string; readonly sent: readonly SentSetRecord[] },
): Shown {
  const parts = subject.protocol.analyses.map((analysis): Shown => {
    if (basis.kind === 'prediction') return releasedPrediction(result, basis, minimumOf(subject), owner);
    return partOf(analysis, basis, subject, sent);
  });
  return {
    ...Object.assign({}, ...parts),
    ...(basis.groups && { group: basis.groups.title }),
    withheld: [
      ...parts.flatMap(({ withheld }) => withheld),
      ...basis.without.map((what) => ({ what, rule: 'not released' })),
    ],
  };
}

function partOf(analysis: StudyAnalysis, basis: ReleaseBasis, subject: Subject, sent: readonly SentSetRecord[]): Shown {
  switch (analysis.method) {
    case 'kaplan-meier/1':
      return curves(analysis, basis, subject, sent);
    case 'log-rank/1':
      return test(analysis, subject);
    case 'table-one/1':
      return table(analysis, basis, subject);
    case 'gene-scores/1':
      return scores(analysis, subject);
    default:
      return model(basis);
  }
}

function minimumOf({ protocol }: Subject): number {
  return isWaived(protocol, 'k') ? 1 : protocol.thresholds.k;
}

function curves(
  analysis: Of<'kaplan-meier/1'>,
  basis: ReleaseBasis,
  subject: Subject,
  sent: readonly SentSetRecord[],
): Shown {
  const { set, protocol, codebook } = subject;
  const { groups, withheld } = curvesShown(analysis, set, protocol, codebook, sent);
  const shown = groups.filter((own) => own !== null);
  const labelOf = ({ group }: (typeof shown)[number]): string => labelsOf(basis)[group]!;
  const km = shown.map((own) => {
    const { edges, deaths, censored } = own.curve;
    const counts = { edges: [...edges], deaths: [...deaths], censored: [...censored], atRisk: own.form.atRisk };
    return [String(own.group), { label: labelOf(own), n: own.patients.size, ...counts }] as const;
  });
  return {
    km: Object.fromEntries(km),
    withheld: [
      ...withheld.filter(({ rule }) => rule === 'k'),
      ...shown
        .filter(({ form }) => form.atRisk > 0)
        .map((own) => ({ what: `events of ${labelOf(own)} after the last edge`, rule: 'k' })),
      ...shown
        .filter(({ lost }) => lost)
        .map((own) => ({ what: `edges of ${labelOf(own)} that would differ from an earlier curve by few`, rule: 'k' })),
    ],
  };
}

/** Patients of a group by its place, or all. */
export function groupPatients({ groups }: ReleaseBasis, { set }: Subject, g: number): ReadonlySet<string> {
  return new Set(groups === undefined ? set.patients : set.patients.filter((_, i) => groups.values[i] === g));
}

function labelsOf({ groups }: ReleaseBasis): readonly string[] {
  return groups?.levels ?? ['All patients'];
}

/** Events less those expected, not the events: with a curve's counts they would tell what came after its last edge. */
function test(analysis: Of<'log-rank/1'>, subject: Subject): Shown {
  const { set, codebook } = subject;
  const { observed, expected, variance } = answerLogRank(analysis, set.rows, codebook);
  const k = minimumOf(subject);
  if (observed.some((events) => isSmall(events, k)))
    return { withheld: [{ what: 'the log-rank test: a group has too few events', rule: 'k' }] };
  return {
    test: { difference: observed.map((o, g) => o - expected[g]!), variance: variance.map((row) => [...row]) },
    withheld: [],
  };
}

/** Of a description: as Table 1 of a study, with a mean and a standard deviation for its sums. */
function table(analysis: Of<'table-one/1'>, basis: ReleaseBasis, subject: Subject): Shown {
  const { set, protocol, codebook } = subject;
  const { open, withheld } = summaryOf({ analysis, round: 1 }, set.rows, protocol, codebook);
  const parts = open as unknown as readonly {
    readonly n: number | null;
    readonly variables: Readonly<Record<string, NumberForm | LevelsForm>>;
  }[];
  const labels = labelsOf(basis);
  const variables = analysis.variables.map((title, v) => {
    const { unit, levels } = basis.variables[v]!;
    const groups = parts.map((part) => describedAs(part.variables[title]!));
    return { title, ...(unit !== undefined && { unit }), ...(levels && { levels: [...levels] }), groups };
  });
  return { table: { groups: parts.map(({ n }, g) => ({ label: labels[g]!, n })), variables }, withheld };
}

function describedAs(form: NumberForm | LevelsForm) {
  if (form === null || 'levels' in form) return form;
  const { n, missing, sum, squares } = form;
  const mean = n === 0 ? 0 : sum / n;
  return { n, missing, mean, sd: n < 2 ? null : Math.sqrt(Math.max(0, squares - n * mean * mean) / (n - 1)) };
}

function scores(analysis: Of<'gene-scores/1'>, subject: Subject): Shown {
  const k = minimumOf(subject);
  const all = answerGeneScores(analysis, subject.set.rows).map((score, g) => ({ gene: analysis.genes[g]!, ...score }));
  const isHidden = ({ covered, carriers }: (typeof all)[number]): boolean =>
    isSmallOf(carriers, covered, k) || isSmall(subject.set.rows.n - covered, k);
  return {
    scores: all.filter((score) => !isHidden(score)),
    withheld: all.filter(isHidden).map(({ gene }) => ({ what: gene, rule: 'k' })),
  };
}

function model({ model: fitted, outcome, strata }: ReleaseBasis): Shown {
  const { kind, ties, terms, beta, covariance } = fitted!;
  return {
    model: {
      kind,
      ...(kind === 'cox' && { ties }),
      ...(strata && { strata: strata.title }),
      events: outcome!.event.reduce((sum, event) => sum + event, 0),
      terms: [...terms],
      beta: [...beta],
      covariance: [...covariance],
    },
    withheld: [{ what: kind === 'cox' ? 'the baseline' : 'the intercept', rule: 'not released' }],
  };
}

/** How many numbers a document holds. */
export function numbersIn(value: unknown): number {
  if (typeof value === 'number') return 1;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + numbersIn(each), 0);
}
