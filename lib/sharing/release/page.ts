import { ENGINE } from '../../answer/index.ts';
import { SignetError } from '../../base/index.ts';
import { type Findings, type LinesFigure, type ResultDocument, type ResultTable, seal } from '../../result/index.ts';
import { type GridStep, gridCurve, gridMedian, gridSurvivalAt } from '../methods/pooled.ts';
import { documentDigest } from '../signing.ts';
import type { Release, ReleasedCurve } from './documents.ts';
import {
  count,
  describedTable,
  modelTable,
  number,
  predictionTable,
  scoreTable,
  testTable,
  text,
  withheldTable,
} from './tables.ts';

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
