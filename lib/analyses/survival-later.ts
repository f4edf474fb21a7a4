import { SignetError } from '../base/index.ts';
import type { CohortFrame } from '../cohort/index.ts';
import { type Findings, printLevel, type ResultTable } from '../result/index.ts';
import { type FollowUp, landmarkRows, splitAtExposure } from '../stats/index.ts';
import { cell, pCells } from './cells.ts';
import { CITATION, YARDSTICK } from './citations.ts';
import { covariatesOf, withCovariates } from './covariate.ts';
import { fitCox } from './cox-regression.ts';
import { type Entry, entrySentence, eventsIn, followUpOf } from './follow-up.ts';
import { type Grouping, laterBy } from './grouping.ts';
import { guardTime } from './immortal-time.ts';
import { ratioTable } from './model-tables.ts';
import { columnsOf, type Term, termsOf } from './model-terms.ts';
import { fewEvents, leftOutTerms, listed, parametersOf } from './model-words.ts';
import { endpointTitle } from './naming.ts';
import type { AskedCovariate } from './request-parts.ts';
import { countsOf, leaveOut, type Selection, subgroupLater } from './selection.ts';
import { type Strata, strataSentence, stratumCodes } from './strata.ts';
import { compare, hazardRatioTable, testTable } from './survival-comparison.ts';
import { contrastTables } from './survival-contrasts.ts';
import { type CurveRequest, groupCurves, survivalAtTable } from './survival-curves.ts';
import { survivalFigure } from './survival-figure.ts';

type Endpoint = ReturnType<CohortFrame['endpoint']>;

/** A group of two labels that patients join only in time: when each joined. */
export interface Later {
  readonly grouping: Grouping;
  /** By patient row, months since time zero; NaN for who didn't join, and where it isn't known when. */
  readonly joined: Float64Array;
}

interface LaterRequest extends CurveRequest {
  readonly by?: string | undefined;
  readonly where?: string | undefined;
  readonly adjust?: readonly AskedCovariate[] | undefined;
  readonly landmarks?: readonly number[] | undefined;
  readonly times: readonly number[];
  readonly naive: boolean;
}

/**
 * When patients joined a group that is known only later, on the endpoint's clock; undefined where that can't be said: of more than two labels,
 * or of an endpoint whose time zero is no date.
 */
export function laterOf(frame: CohortFrame, { name }: Endpoint, grouping: Grouping): Later | undefined {
  if (grouping.known === undefined || grouping.labels.length !== 2) return undefined;
  try {
    const { time } = frame.entry(name, grouping.known, '/by');
    return { grouping, joined: time.map((months, row) => (grouping.codes[row] === 1 ? months : Number.NaN)) };
  } catch (error) {
    if (error instanceof SignetError) return undefined;
    throw error;
  }
}

/** Those of whom it is known when they joined. Throws `nothing-to-analyse`. */
export function withJoining(selection: Selection, { grouping, joined }: Later): Selection {
  const { title, known, columns } = grouping;
  return leaveOut(
    selection,
    { reason: `of ${title}, without its ${known}`, columns: [...new Set([...columns, known!])], pointer: '/by' },
    (row) => grouping.codes[row] === 1 && Number.isNaN(joined[row]!),
  );
}

/** What a comparison in time comes to. */
export interface LaterOf {
  readonly frame: CohortFrame;
  readonly request: LaterRequest;
  readonly endpoint: Endpoint;
  readonly entry: Entry | undefined;
  readonly strata: Strata | undefined;
  readonly later: Later;
  readonly selection: Selection;
}

/** The time-dependent hazard ratio, adjusted, among those for whom all covariates are known. */
function adjusted({ frame, request, endpoint, entry, strata, later, selection }: LaterOf) {
  if (request.adjust === undefined) return undefined;
  const { covariates, interactions } = covariatesOf(frame, request.adjust, '/adjust');
  for (const { asked, known, pointer } of covariates) guardTime({ asked, known, pointer }, request.naive);
  const { rows } = withCovariates(selection, covariates);
  const split = splitAtExposure(
    followUpOf(endpoint, rows, entry),
    Float64Array.from(rows, (row) => later.joined[row]!),
  );
  const of = Int32Array.from(split.rows, (i) => rows[i]!);
  const { labels, title } = later.grouping;
  const members = [0, 1].map((g) => Uint8Array.from(split.exposed, (exposed) => (exposed === g ? 1 : 0)));
  const group: Term = {
    title,
    columns: [{ name: 'joined', values: Float64Array.from(split.exposed) }],
    lines: [
      { label: labels[0]!, weights: [], members: members[0]! },
      { label: labels[1]!, weights: [['joined', 1]], members: members[1]! },
    ],
    empty: [],
  };
  const terms = [group, ...termsOf(covariates, interactions, of)];
  const { rows: _, exposed: __, ...followUp } = split;
  const model = fitCox({ followUp, strata: strata && stratumCodes(strata, of).codes }, columnsOf(terms), {
    ties: 'efron',
    level: request.level,
    robust: false,
    interval: 'wald',
    penalty: 'none',
  });
  const words = {
    key: 'hazard_ratio',
    ratio: 'Hazard ratio',
    p: 'Wald p',
    level: request.level,
    event: split.event,
    events: 'Events',
  };
  const others = listed(terms.slice(1));
  const table: ResultTable = {
    ...ratioTable(terms, { whole: model }, words, [
      `Of ${rows.length} patients for whom all covariates are known; a patient counts in each group in which she was.`,
    ]),
    id: 'adjusted-hazard-ratios',
    title: `Hazard ratios adjusted for ${others}`,
  };
  return {
    table,
    sentence: `Adjusted hazard ratios are from the same model together with ${others}.`,
    warnings: [...leftOutTerms(terms, model), ...fewEvents(eventsIn(split), parametersOf(terms, model), 'events')],
  };
}

/** One landmark: who is compared with whom, and what comes of it. */
function landmarkOf({ request, endpoint, strata, later, selection }: LaterOf, f: FollowUp, landmark: number) {
  const joined = Float64Array.from(selection.rows, (row) => later.joined[row]!);
  const kept = landmarkRows(f, joined, landmark);
  const { rows, exposed, excludedEvents, excludedCensored, ...followUp } = kept;
  const counts = [0, 1].map((g) => exposed.reduce((sum, e) => sum + (e === g ? 1 : 0), 0));
  const present = counts.every((n) => n > 0);
  const codes =
    strata &&
    stratumCodes(
      strata,
      Int32Array.from(rows, (i) => selection.rows[i]!),
    ).codes;
  const groups = { labels: later.grouping.labels, codes: exposed };
  const comparison = present ? compare(followUp, groups, request.level, codes) : undefined;
  return {
    landmark,
    kept,
    counts,
    excludedEvents,
    excludedCensored,
    followUp,
    groups,
    comparison,
    origin: endpoint.origin,
  };
}

type Landmark = ReturnType<typeof landmarkOf>;

function landmarkTable(landmarks: readonly Landmark[], [no, yes]: readonly string[]): ResultTable {
  return {
    id: 'landmarks',
    title: 'Landmark analyses',
    columns: [
      { key: 'landmark', label: 'Landmark', format: 'number', unit: 'months' },
      { key: 'excluded_events', label: 'Event by then', format: 'count' },
      { key: 'excluded_censored', label: 'Censored by then', format: 'count' },
      { key: 'n', label: `${no} then`, format: 'count' },
      { key: 'n_joined', label: `${yes} then`, format: 'count' },
      { key: 'events', label: 'Events after it', format: 'count' },
      {
        key: 'hazard_ratio',
        label: `Hazard ratio, ${yes} against ${no}`,
        format: 'ratio',
        low: 'hazard_ratio_low',
        high: 'hazard_ratio_high',
        why: 'hazard_ratio_why',
      },
      { key: 'p', label: 'Log-rank p', format: 'p', why: 'p_why' },
    ],
    rows: landmarks.map(({ landmark, counts, excludedEvents, excludedCensored, followUp, comparison }) => {
      const ratio = comparison?.againstFirst[0];
      const why = comparison === undefined ? 'nobody on one side' : (ratio?.why ?? '');
      const test = comparison?.logRank;
      return {
        landmark,
        excluded_events: excludedEvents,
        excluded_censored: excludedCensored,
        n: counts[0]!,
        n_joined: counts[1]!,
        events: eventsIn(followUp),
        hazard_ratio: cell(ratio?.hazardRatio ?? Number.NaN),
        hazard_ratio_low: cell(ratio?.lower ?? Number.NaN),
        hazard_ratio_high: cell(ratio?.upper ?? Number.NaN),
        hazard_ratio_why: why,
        coefficient: cell(ratio?.coefficient ?? Number.NaN),
        standard_error: cell(ratio?.standardError ?? Number.NaN),
        ...(test?.ok
          ? { statistic: cell(test.chiSquare), ...pCells('p', test.p, test.logP) }
          : { statistic: null, p: null, p_why: test === undefined ? 'nobody on one side' : test.problem }),
      };
    }),
    notes: [
      'Each landmark is a question of its own: of who is under observation then, by what was known of them by then; who joins later stays where she was.',
    ],
  };
}

/**
 * Survival by a group that patients join only after time zero: time-dependent Cox regression, Simon and Makuch's curves, and landmark analyses.
 * Yardstick: survival::tmerge, coxph and survfit of Surv(start, stop, event).
 */
export function laterFindings(of: LaterOf): Findings {
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
  const landmarks = [...new Set(request.landmarks ?? [])].map((landmark) => landmarkOf(of, f, landmark));
  const model = adjusted(of);
  const name = endpointTitle(endpoint.name);
  const where = request.where === undefined ? '' : `, where ${request.where}`;
  const title = `${name} by ${grouping.title}, which is known only later${where}`;
  const moved = exposed.reduce((sum, e, i) => sum + (e === 1 && i > 0 && source[i - 1] === source[i] ? 1 : 0), 0);
  const percent = printLevel(request.level);
  const tests = testTable(comparison);
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
            `Landmark analyses at ${landmarks.map(({ landmark }) => landmark).join(', ')} months take who is under observation then, by what was known by then, with time counted from the landmark.`,
          ]),
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
      CITATION.survivalAtTime,
      CITATION.medianDifference,
    ],
    counts: countsOf(frame, selection, eventsIn(f)),
    assumptions: [
      {
        id: 'non-informative-censoring',
        says: 'Who is censored is taken to have the same prospects as who remains under observation; the data cannot show it.',
      },
      {
        id: 'association',
        says: `Who comes to be ${grouping.labels[1]} may differ from who doesn't in more than that: the ratio is an association and no effect.`,
      },
    ],
    warnings: [
      ...subgroupLater(request.where, request.where === undefined ? undefined : laterBy(frame, request.where)),
      ...(eventsIn(f) === 0
        ? [{ code: 'no-events', says: `Nobody analysed had the event of ${endpoint.name} (/endpoint).` }]
        : fewEvents(eventsIn(f), 1, 'events')),
      ...(model?.warnings ?? []),
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
      ...(model === undefined ? [] : [model.table]),
      ...(landmarks.length === 0 ? [] : [landmarkTable(landmarks, grouping.labels)]),
      ...contrastTables(curves, times, request.level, grouping.title),
    ],
    figures: [
      {
        ...survivalFigure({
          title,
          yLabel: name,
          origin: endpoint.origin,
          curves,
          comparison,
          level: request.level,
          stamp: undefined,
        }),
        id: 'simon-makuch',
      },
      ...landmarks.flatMap(({ landmark, comparison: own, followUp: after, groups: then }) =>
        own === undefined
          ? []
          : [
              {
                ...survivalFigure({
                  title: `${name} from month ${landmark} on, by ${grouping.title} then${where}`,
                  yLabel: name,
                  origin: `a landmark ${landmark} months after ${endpoint.origin}`,
                  curves: groupCurves(after, then, own.tables, request),
                  comparison: own,
                  level: request.level,
                  stamp: undefined,
                }),
                id: `landmark-${landmark}`,
              },
            ],
      ),
    ],
  };
}
