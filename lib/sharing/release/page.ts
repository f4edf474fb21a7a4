import { ENGINE } from '../../answer/index.ts';
import { SignetError } from '../../base/index.ts';
import {
  type Findings,
  type LinesFigure,
  printEstimate,
  printRatio,
  type ResultDocument,
  type ResultTable,
  seal,
} from '../../result/index.ts';
import { chiSquare, normal, quadraticForm } from '../../stats/index.ts';
import { type GridStep, gridCurve, gridMedian, gridSurvivalAt } from '../methods/pooled.ts';
import { documentDigest } from '../signing.ts';
import type { Release, ReleasedCurve } from './documents.ts';

/**
 * A release as a result document, so that it is shown as results are. What the receiver computes of it, as medians and p values, stands in it too. Throws
 * SignetError `invalid-document` where its owner wrote numbers of which nothing can be computed.
 */
export function releaseDocument(release: Release): ResultDocument {
  try {
    return documentOf(release);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    throw new SignetError('invalid-document', 'The release holds numbers of which nothing can be computed', {
      remedy: 'Read it as JSON, and ask its owner.',
      cause: error,
    });
  }
}

function documentOf(release: Release): ResultDocument {
  const digest = documentDigest(release);
  const { owner, receiver, result, until, n, stamp } = release;
  return seal({
    schema: 'signet-result/1',
    id: result,
    engine: ENGINE,
    analysis: typeof release.request['analysis'] === 'string' ? release.request['analysis'] : 'release',
    request: release.request,
    cohort: { name: owner, title: `Released by ${owner}`, ...(stamp !== undefined && { stamp }) },
    frame: { digest, revision: digest, patients: n },
    refused: [],
    release: { owner, receiver, digest, until },
    findings: findingsOf(release),
  });
}

function findingsOf(release: Release): Findings {
  const { title, n, km, model, waivers } = release;
  const curves = Object.values(km ?? {}).map((curve) => ({ ...curve, steps: stepsOf(curve) }));
  return {
    title,
    method: methodOf(release),
    citations: km
      ? [
          'Cutler SJ, Ederer F. Maximum utilization of the life table method in analyzing survival. J Chronic Dis 1958;8:699-712.',
        ]
      : [],
    counts: { patients: n, used: n, events: model?.events ?? null, excluded: [] },
    assumptions: [],
    warnings: waivers.map(({ rule, says }) => ({
      code: 'waiver',
      says: `The rule ${rule} was waived by ${release.owner}: ${says}.`,
    })),
    tables: [
      ...(km ? curveTables(release, curves) : []),
      ...testTable(release),
      ...modelTable(release),
      ...describedTable(release),
      ...scoreTable(release),
      ...predictionTable(release),
      withheldTable(release),
    ],
    figures: km && curves.some(({ edges }) => edges.length > 0) ? [figureOf(release, curves)] : [],
  };
}

type DrawnCurve = ReleasedCurve & { readonly steps: readonly GridStep[] };

function stepsOf({ deaths, censored, atRisk, edges }: ReleasedCurve): readonly GridStep[] {
  return gridCurve({ deaths, censored, beyond: atRisk }, edges, 'actuarial');
}

function methodOf({ owner, km, test, model, prediction, receiver }: Release): string[] {
  return [
    `This is a release: what ${owner} lets ${receiver === 'link' ? 'whoever has the link' : receiver} see of a result, made anew under its rules of disclosure control. The result itself, and the patients it is of, stay at ${owner}.`,
    ...(km
      ? [
          'Curves are counted on a grid of months whose bins are merged until each count is none or large enough, and end where too few remain; who is censored within a bin is taken as at risk for half of it. Medians are read along the line within their bin.',
        ]
      : []),
    ...(test ? ['The log-rank test is made of differences of events and their variance.'] : []),
    ...(model
      ? [`Coefficients are those of ${model.kind === 'cox' ? 'a Cox' : 'a logistic'} regression, with Wald intervals.`]
      : []),
    ...(prediction
      ? ['The model can be validated on other patients: its document is in the JSON of this release.']
      : []),
  ];
}

const text = (key: string, label: string) => ({ key, label, format: 'text' as const });
const count = (key: string, label: string) => ({ key, label, format: 'count' as const });
const number = (key: string, label: string) => ({ key, label, format: 'number' as const });

function curveTables({ group, endpoint }: Release, curves: readonly DrawnCurve[]): ResultTable[] {
  const name = endpoint?.name ?? '';
  const head = group ?? 'Patients';
  return [
    {
      id: 'medians',
      title: `Median of ${name}`,
      columns: [
        text('group', head),
        count('n', 'Patients'),
        {
          ...number('median', 'Median, months'),
          ...{ low: 'median_low', high: 'median_high', why: 'median_why' },
        },
        count('at_risk', 'At risk after the last edge'),
      ],
      rows: curves.map(({ label, n, steps, atRisk }) => ({
        group: label,
        n,
        median: gridMedian(steps),
        median_low: gridMedian(steps, 'lower'),
        median_high: gridMedian(steps, 'upper'),
        median_why: 'not reached within the grid',
        at_risk: atRisk,
      })),
      notes: [],
    },
    {
      id: 'grid',
      title: `${name} between the edges of the grid`,
      columns: [
        text('group', head),
        number('until', 'Until, months'),
        count('events', 'Events'),
        count('censored', 'Censored'),
        { key: 'survival', label: 'Survival', format: 'share', low: 'low', high: 'high' },
      ],
      rows: curves.flatMap(({ label, steps }) =>
        steps.map(({ time, deaths, censored }) => {
          const { survival, lower, upper } = gridSurvivalAt(steps, time);
          return { group: label, until: time, events: deaths, censored, survival, low: lower, high: upper };
        }),
      ),
      notes: [],
    },
  ];
}

/** Lines between the edges, not steps: when within a bin anybody had the event isn't told. */
function figureOf({ title, endpoint }: Release, curves: readonly DrawnCurve[]): LinesFigure {
  return {
    kind: 'lines',
    id: 'curves',
    title,
    alt: `Survival of ${curves.map(({ label }) => label).join(', ')} at the edges of a grid, with straight lines between them.`,
    xLabel: `Months from ${endpoint?.origin ?? 'time zero'}`,
    yLabel: endpoint?.name ?? 'Survival',
    xFormat: 'number',
    yFormat: 'share',
    lines: curves.map(({ label, n, steps }) => {
      const limits = steps.map(({ time }) => gridSurvivalAt(steps, time));
      return {
        label: `${label} (${n})`,
        x: [0, ...steps.map(({ time }) => time)],
        y: [1, ...steps.map(({ survival }) => survival)],
        low: [1, ...limits.map(({ lower }) => lower)],
        high: [1, ...limits.map(({ upper }) => upper)],
      };
    }),
    from: 0,
    to: 1,
    reference: 0.5,
  };
}

function testTable({ test, km }: Release): ResultTable[] {
  if (test === undefined) return [];
  const { difference, variance } = test;
  const { value, rank } = quadraticForm(Float64Array.from(variance.flat()), Float64Array.from(difference), 1e-12);
  const labels = Object.values(km ?? {}).map(({ label }) => label);
  return [
    {
      id: 'test',
      title: 'Log-rank test',
      columns: [
        text('group', 'Group'),
        number('difference', 'Events less those expected'),
        number('variance', 'Variance'),
        number('statistic', 'Chi-square'),
        count('df', 'Degrees of freedom'),
        { key: 'p', label: 'p', format: 'p' },
      ],
      rows: difference.map((d, g) => ({
        group: labels[g] ?? `group ${g + 1}`,
        difference: d,
        variance: variance[g]![g]!,
        statistic: value,
        df: rank,
        p: chiSquare.upper(value, rank),
      })),
      notes: [],
    },
  ];
}

const Z = normal.quantile(0.975);

function modelTable({ model }: Release): ResultTable[] {
  if (model === undefined) return [];
  const ratio = model.kind === 'cox' ? 'Hazard ratio' : 'Odds ratio';
  return [
    {
      id: 'model',
      title: `${ratio}s`,
      columns: [
        text('term', 'Term'),
        { key: 'ratio', label: ratio, format: 'ratio', low: 'low', high: 'high' },
        number('coefficient', 'Coefficient'),
        number('standard_error', 'Standard error'),
        { key: 'p', label: 'Wald p', format: 'p' },
      ],
      rows: model.terms.map((term, j) => {
        const beta = model.beta[j]!;
        const se = Math.sqrt(model.covariance[(j * (j + 3)) / 2]!);
        return {
          term,
          ratio: Math.exp(beta),
          low: Math.exp(beta - Z * se),
          high: Math.exp(beta + Z * se),
          coefficient: beta,
          standard_error: se,
          p: chiSquare.upper((beta / se) ** 2, 1),
        };
      }),
      notes: model.strata === undefined ? [] : [`Within strata of ${model.strata}.`],
    },
  ];
}

type Described = NonNullable<Release['table']>['variables'][number];

function describedTable({ table }: Release): ResultTable[] {
  if (table === undefined) return [];
  return [
    {
      id: 'table',
      title: 'The patients',
      columns: [
        text('variable', 'Variable'),
        text('level', 'Level'),
        ...table.groups.map(({ label, n }, g) => text(`group_${g}`, n === null ? label : `${label} (${n})`)),
      ],
      rows: table.variables.flatMap((variable) => rowsOf(variable)),
      notes: ['Numbers are means (standard deviations); what is held back shows as "withheld".'],
    },
  ];
}

function rowsOf({ title, unit, levels, groups }: Described): ResultTable['rows'] {
  const row = (level: string, told: (group: Described['groups'][number]) => string) => ({
    variable: unit === undefined ? title : `${title}, ${unit}`,
    level,
    ...Object.fromEntries(groups.map((group, g) => [`group_${g}`, group === null ? 'withheld' : told(group)])),
  });
  const counted = (at: number) => (group: Described['groups'][number]) => {
    const cell = group !== null && 'levels' in group ? group.levels[at] : undefined;
    return cell === null || cell === undefined ? 'withheld' : String(cell);
  };
  if (levels) return [...levels, 'not known'].map((level, at) => row(level, counted(at)));
  return [
    row('', (group) =>
      group !== null && 'mean' in group
        ? `${printRatio(group.mean)} (${group.sd === null ? 'none' : printRatio(group.sd)})`
        : '',
    ),
  ];
}

function scoreTable({ scores }: Release): ResultTable[] {
  if (scores === undefined) return [];
  return [
    {
      id: 'scores',
      title: 'Scores of genes',
      columns: [
        text('gene', 'Gene'),
        count('carriers', 'Altered'),
        count('covered', 'Covered'),
        number('u', 'Events less those expected'),
        number('v', 'Variance'),
        { key: 'p', label: 'p', format: 'p' },
      ],
      rows: scores.map(({ gene, carriers, covered, u, v }) => ({
        ...{ gene, carriers, covered, u, v },
        p: v > 0 ? chiSquare.upper((u * u) / v, 1) : null,
      })),
      notes: [],
    },
  ];
}

function predictionTable({ prediction }: Release): ResultTable[] {
  if (prediction === undefined) return [];
  const { model } = prediction;
  return [
    {
      id: 'prediction',
      title: `A model of ${model.outcome.title}`,
      columns: [text('term', 'Term'), number('coefficient', 'Coefficient'), number('mean', 'Mean')],
      rows: model.terms.map(({ label, coefficient, mean }) => ({ term: label, coefficient, mean })),
      notes: model.performance.map(
        ({ measure, value, low, high }) => `${measure}: ${printEstimate(value, { low, high }, 'none', printRatio)}.`,
      ),
    },
  ];
}

const WHY: ReadonlyMap<string, string> = new Map([
  ['k', 'of fewer patients than may be told of'],
  ['not released', 'no release holds it'],
]);

function withheldTable({ withheld }: Release): ResultTable {
  return {
    id: 'withheld',
    title: 'Withheld',
    columns: [text('what', 'What'), text('why', 'Why')],
    rows: withheld.map(({ what, rule }) => ({ what, why: WHY.get(rule) ?? rule })),
    notes: [],
  };
}
