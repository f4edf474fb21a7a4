import { SignetError } from '../../base/index.ts';
import { type Findings, type PrimaryEstimate, printLevel } from '../../result/index.ts';
import { splitAtExposure } from '../../stats/index.ts';
import { type Comparison, compare, hazardRatioTable, testTable } from '../curves/survival-comparison.ts';
import { contrastTables } from '../curves/survival-contrasts.ts';
import { groupCurves, survivalAtTable } from '../curves/survival-curves.ts';
import { survivalFigure } from '../curves/survival-figure.ts';
import { fewEvents } from '../models/model-words.ts';
import type { Progress } from '../parts/analysis.ts';
import { cell } from '../parts/cells.ts';
import { CITATION, YARDSTICK } from '../parts/citations.ts';
import { entrySentence, eventsIn, followUpOf } from '../parts/follow-up.ts';
import { laterBy } from '../parts/grouping.ts';
import { endpointTitle } from '../parts/naming.ts';
import { countsOf, subgroupLater } from '../parts/selection.ts';
import { strataSentence, stratumCodes } from '../parts/strata.ts';
import type { LaterOf } from './later.ts';
import { type AdjustedInTime, adjustedInTime, adjustingOf } from './later-adjusted.ts';
import { eValueTable } from './later-confounding.ts';
import { imputedInTime } from './later-imputed.ts';
import { landmarkFigures, landmarkOf, landmarksChanged, landmarkTable } from './later-landmarks.ts';

/** The one estimate of the comparison: the time-dependent hazard ratio, adjusted where the request adjusts. */
function mainEstimate(
  { later, selection }: LaterOf,
  events: number,
  { againstFirst: [plain] }: Comparison,
  adjusted: Pick<AdjustedInTime, 'estimate' | 'n' | 'events'> | undefined,
  beside: string,
): PrimaryEstimate & { readonly coefficient: number } {
  const [no, yes] = later.grouping.labels;
  const own = adjusted?.estimate ?? plain;
  const ratio = (x: number | undefined) => cell(Math.exp(x ?? Number.NaN));
  return {
    says: `Hazard ratio of ${yes} against ${no}, time-dependent${beside}`,
    format: 'ratio',
    estimate: ratio(own?.coefficient),
    low: adjusted ? ratio(adjusted.estimate.lower) : cell(plain?.lower ?? Number.NaN),
    high: adjusted ? ratio(adjusted.estimate.upper) : cell(plain?.upper ?? Number.NaN),
    p: cell(own?.p ?? Number.NaN),
    n: adjusted?.n ?? selection.rows.length,
    events: adjusted?.events ?? events,
    ...(own?.why ? { why: own.why } : {}),
    coefficient: own?.coefficient ?? Number.NaN,
  };
}

/**
 * Survival by a group that patients join only after time zero: time-dependent Cox regression, Simon and Makuch's curves, and landmark analyses.
 * Yardstick: survival::tmerge, coxph and survfit of Surv(start, stop, event).
 */
export function laterFindings(of: LaterOf, progress: Progress): Findings {
  const { frame, request, endpoint, entry, strata, later, selection } = of;
  const { rows } = selection;
  const f = followUpOf(endpoint, rows, entry);
  const { grouping, joined } = later;
  const split = splitAtExposure(
    f,
    Float64Array.from(rows, (row) => joined[row]!),
  );
  const { rows: source, exposed, ...followUp } = split;
  const ever = new Set(exposed);
  if (ever.size < 2) {
    throw new SignetError(
      'nothing-to-analyse',
      `Nobody analysed was ever ${grouping.labels[ever.has(1) ? 0 : 1]} under observation`,
      {
        place: { pointer: '/by' },
        remedy: 'Compare by something else, or ask of a wider subgroup.',
      },
    );
  }
  const codes =
    strata &&
    stratumCodes(
      strata,
      Int32Array.from(source, (i) => rows[i]!),
    ).codes;
  const groups = { labels: grouping.labels, codes: exposed };
  const comparison = compare(followUp, groups, request.level, codes);
  const curves = groupCurves(followUp, groups, comparison.tables, request);
  const times = [...new Set(request.times)].sort((a, b) => a - b);
  const adjusting = adjustingOf(of);
  const landmarks = [...new Set(request.landmarks ?? [])].map((at) => landmarkOf(of, f, at, adjusting));
  const model = adjusting && adjusting.rows.length > 0 ? adjustedInTime(of, adjusting) : undefined;
  const imputed =
    adjusting === undefined || model === undefined || request.impute === undefined
      ? undefined
      : imputedInTime(of, adjusting, model, { times: request.impute, landmarks }, progress);
  const { coefficient, ...primary } = mainEstimate(
    of,
    eventsIn(f),
    comparison,
    imputed ?? model,
    `${model === undefined ? '' : `, adjusted for ${adjusting!.others}`}${imputed?.says ?? ''}`,
  );
  const confounding = eValueTable(
    { estimate: Math.exp(coefficient), lower: primary.low ?? Number.NaN, upper: primary.high ?? Number.NaN },
    {
      says: primary.says.charAt(0).toLowerCase() + primary.says.slice(1),
      n: primary.n,
      events: primary.events ?? 0,
      level: request.level,
    },
  );
  const name = endpointTitle(endpoint.name);
  const where = request.where === undefined ? '' : `, where ${request.where}`;
  const title = `${name} by ${grouping.title}, which is known only later${where}`;
  const moved = exposed.reduce((sum, e, i) => sum + (e === 1 && i > 0 && source[i - 1] === source[i] ? 1 : 0), 0);
  const percent = printLevel(request.level);
  const tests = testTable(comparison);
  const picture = survivalFigure({
    title,
    yLabel: name,
    origin: endpoint.origin,
    curves,
    comparison,
    level: request.level,
    stamp: undefined,
  });
  return {
    title,
    method: [
      `${grouping.title} becomes known only after time zero (${grouping.known}): a patient counts as ${grouping.labels[0]} until then and as ${grouping.labels[1]} from then on; ${moved} of ${rows.length} patients changed over. Who changes over on the day of the event counts as not having done so.`,
      `Curves are of Simon and Makuch, with ${percent} confidence intervals by Greenwood's variance; they were compared by the test of Mantel and Byar.`,
      `The hazard ratio is from Cox regression with the group as a time-dependent covariate and Efron's handling of ties, with a Wald ${percent} confidence interval.`,
      ...(model === undefined ? [] : [model.sentence]),
      ...(landmarks.length === 0
        ? []
        : [
            `Landmark analyses at ${landmarks.map(({ landmark }) => landmark).join(', ')} months take who is under observation then, by what was known by then, with time counted from the landmark; each answers a question of its own${landmarks.length > 1 ? `, and that at ${landmarks[0]!.landmark} months is the main one` : ''}.`,
          ]),
      `The primary test is one: that of the time-dependent hazard ratio${model === undefined ? '' : ', adjusted'}${imputed?.pooled ? ' and pooled over imputed data sets (t, two-sided)' : ' (Wald, two-sided)'}. All other p values here describe and confirm nothing.`,
      ...(confounding === undefined ? [] : [confounding.sentence]),
      ...(imputed?.method ?? []),
      ...entrySentence(f, entry),
      ...strataSentence(strata, rows),
      'Patients with a missing value were left out (complete cases); they are counted by reason.',
      YARDSTICK,
    ],
    citations: [
      CITATION.mantelByar,
      CITATION.simonMakuch,
      ...(landmarks.length === 0 ? [] : [CITATION.landmark]),
      CITATION.kaplanMeier,
      CITATION.greenwood,
      CITATION.cox,
      CITATION.efron,
      ...(model === undefined ? [] : [CITATION.proportionality]),
      ...(confounding === undefined ? [] : [CITATION.eValue]),
      ...(imputed?.citations ?? []),
      CITATION.survivalAtTime,
      CITATION.medianDifference,
    ],
    counts: countsOf(frame, selection, eventsIn(f)),
    primary,
    assumptions: [
      {
        id: 'non-informative-censoring',
        says: 'Who is censored is taken to have the same prospects as who remains under observation; the data cannot show it.',
      },
      {
        id: 'association',
        says: `Who comes to be ${grouping.labels[1]} may differ from who doesn't in more than that: the ratio is an association and no effect.`,
      },
      ...(imputed?.assumptions ?? []),
    ],
    warnings: [
      ...subgroupLater(request.where, request.where === undefined ? undefined : laterBy(frame, request.where)),
      ...(eventsIn(f) === 0
        ? [{ code: 'no-events', says: `Nobody analysed had the event of ${endpoint.name} (/endpoint).` }]
        : fewEvents(eventsIn(f), 1, 'events')),
      ...landmarksChanged(frame, request),
      ...(adjusting !== undefined && model === undefined
        ? [
            {
              code: 'no-complete-case',
              says: `Of nobody are all covariates known (/adjust: ${adjusting.others}): there is no adjusted ratio.`,
            },
          ]
        : []),
      ...(model?.warnings ?? []),
      ...(imputed?.warnings ?? []),
    ],
    tables: [
      survivalAtTable(curves, times, grouping.title),
      { ...tests, rows: tests.rows.map((row) => (row['test'] === 'Log-rank' ? { ...row, test: 'Mantel-Byar' } : row)) },
      {
        ...hazardRatioTable(groups, comparison, grouping.title),
        title: `Hazard ratio against ${grouping.labels[0]}, time-dependent`,
        notes: [
          'A patient counts in each group in which she was; expected events are those of the test of Mantel and Byar.',
        ],
      },
      ...(model?.tables ?? []),
      ...(imputed?.tables ?? []),
      ...(confounding === undefined ? [] : [confounding.table]),
      ...(landmarks.length === 0
        ? []
        : [landmarkTable(landmarks, grouping.labels, { others: adjusting?.others, level: request.level })]),
      ...contrastTables(curves, times, request.level, grouping.title),
    ],
    figures: [
      {
        ...picture,
        id: 'simon-makuch',
        corner: picture.corner.map((line) =>
          line.replace('Log-rank', 'Mantel-Byar test').replace('Hazard ratio', 'Time-dependent hazard ratio'),
        ),
      },
      ...landmarkFigures(landmarks, of, { name, where }),
    ],
  };
}
