import type { ReleaseBasis } from '../../analyses/index.ts';
import type { ResultDocument } from '../../result/index.ts';
import type { StudyAnalysis } from '../documents.ts';
import { answerLogRank } from '../methods/counts.ts';
import { answerGeneScores } from '../methods/gene-scores.ts';
import type { GridForm, LevelsForm, NumberForm } from '../study/forms.ts';
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
export function shownOf(result: ResultDocument, basis: ReleaseBasis, subject: Subject, owner: string): Shown {
  const parts = subject.protocol.analyses.map((analysis): Shown => {
    if (basis.kind === 'prediction') return releasedPrediction(result, basis, minimumOf(subject), owner);
    return partOf(analysis, basis, subject);
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

function partOf(analysis: StudyAnalysis, basis: ReleaseBasis, subject: Subject): Shown {
  switch (analysis.method) {
    case 'kaplan-meier/1':
      return curves(analysis, basis, subject);
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

const isSmall = (count: number, k: number): boolean => count > 0 && count < k;

function minimumOf({ protocol }: Subject): number {
  return isWaived(protocol, 'k') ? 1 : protocol.thresholds.k;
}

/** Decimals of a month that an edge has: a step is no exact multiple in binary. */
const monthsAt = (step: number, width: number): number => Number((step * width).toPrecision(12));

function curves(analysis: Of<'kaplan-meier/1'>, basis: ReleaseBasis, subject: Subject): Shown {
  const { set, protocol, codebook } = subject;
  const { open, withheld } = summaryOf({ analysis, round: 1 }, set.rows, protocol, codebook);
  const groups = open as unknown as readonly (GridForm | null)[];
  const labels = basis.groups?.levels ?? ['All patients'];
  const shown = groups.flatMap((group, g) => {
    if (group === null) return [];
    const { edges, deaths, censored, atRisk } = group;
    const n = atRisk + [...deaths, ...censored].reduce((a, b) => a + b, 0);
    const label = labels[g]!;
    return [
      {
        g,
        curve: { label, n, edges: edges.map((step) => monthsAt(step, analysis.grid.width)), deaths, censored, atRisk },
      },
    ];
  });
  const after = shown
    .filter(({ curve }) => curve.atRisk > 0)
    .map(({ curve }) => ({ what: `events of ${curve.label} after the last edge`, rule: 'k' }));
  return {
    km: Object.fromEntries(shown.map(({ g, curve }) => [String(g), curve])),
    withheld: [...withheld.filter(({ rule }) => rule === 'k'), ...after],
  };
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
function table(analysis: Of<'table-one/1'>, { groups, variables }: ReleaseBasis, subject: Subject): Shown {
  const { set, protocol, codebook } = subject;
  const { open, withheld } = summaryOf({ analysis, round: 1 }, set.rows, protocol, codebook);
  const parts = open as unknown as readonly {
    readonly n: number | null;
    readonly variables: Readonly<Record<string, NumberForm | LevelsForm>>;
  }[];
  const labels = groups?.levels ?? ['All patients'];
  return {
    table: {
      groups: parts.map(({ n }, g) => ({ label: labels[g]!, n })),
      variables: analysis.variables.map((name, v) => {
        const { unit, levels } = variables[v]!;
        return {
          title: name,
          ...(unit !== undefined && { unit }),
          ...(levels && { levels: [...levels] }),
          groups: parts.map((part) => describedAs(part.variables[name]!)),
        };
      }),
    },
    withheld: [...withheld],
  };
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
    isSmall(carriers, k) || isSmall(covered - carriers, k) || isSmall(subject.set.rows.n - covered, k);
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
