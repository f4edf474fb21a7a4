import * as z from 'zod';
import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import { type Findings, printLevel } from '../../result/index.ts';
import { ILLNESS_DEATH, splitAtExposure } from '../../stats/index.ts';
import { type CoxChoices, type CoxModel, fitCox } from '../cox/cox-regression.ts';
import { membersOf } from '../curves/members.ts';
import { columnsOf, termsOf } from '../models/model-terms.ts';
import { fewEvents, parametersOf } from '../models/model-words.ts';
import type { Analysis } from '../parts/analysis.ts';
import { otherEndpoint } from '../parts/causes.ts';
import { CITATION, YARDSTICK } from '../parts/citations.ts';
import { covariatesOf, withCovariates } from '../parts/covariate.ts';
import { entryOf, entrySentence, eventsIn, followUpOf, withEndpoint, withEntry } from '../parts/follow-up.ts';
import { groupingOf, laterBy } from '../parts/grouping.ts';
import { guardTime, immortalTime, NAIVE } from '../parts/immortal-time.ts';
import { Covariates, Expression, PART } from '../parts/request-parts.ts';
import { countsOf, leaveOut, select, subgroupLater } from '../parts/selection.ts';
import {
  type Course,
  courseOf,
  fitTransition,
  type Occupation,
  occupationOf,
  partOfCourse,
  patientsOfStays,
  type StateNames,
  stateNames,
  TRANSITIONS,
  withIntermediate,
} from './illness-death.ts';
import {
  afterTable,
  chanceTable,
  statesFigure,
  type TransitionModel,
  transitionRatios,
  transitionTable,
} from './multistate-tables.ts';

const StateName = z.string().trim().min(1).max(100);

const MultistateRequest = z
  .strictObject({
    analysis: z.literal('multistate'),
    intermediate: PART.endpoint.meta({
      description: 'An endpoint of the definition: the event on the way, such as recurrence',
    }),
    terminal: PART.endpoint.meta({ description: 'An endpoint of the definition: the end, such as death' }),
    states: z
      .tuple([StateName, StateName, StateName])
      .optional()
      .meta({ description: 'Names of the states: before the intermediate event, after it, and the end' }),
    by: Expression.optional().meta({ description: 'Groups, each with its own chances' }),
    covariates: Covariates.optional().meta({ description: 'Hazard ratios of each transition' }),
    where: PART.where,
    sensitivity: PART.sensitivity,
    entry: PART.entry,
    landmark: z
      .number()
      .positive()
      .optional()
      .meta({ description: 'Months: chances from then on, of who is then in each state' }),
    times: z
      .array(z.number().positive())
      .min(1)
      .max(20)
      .default([12, 36, 60])
      .meta({ description: 'Months at which the chances are told' }),
    interval: z
      .enum(['log', 'log-log', 'plain'])
      .default('log-log')
      .meta({ description: 'Scale of the intervals of the chances' }),
    level: PART.level,
    naive: PART.naive,
  })
  .meta({ id: 'MultistateRequest' });
export type MultistateRequest = z.infer<typeof MultistateRequest>;

function choose(frame: CohortFrame, request: MultistateRequest) {
  const terminal = frame.endpoint(request.terminal, '/terminal');
  const intermediate = otherEndpoint(frame, request.intermediate, terminal, '/intermediate');
  const grouping = request.by === undefined ? undefined : groupingOf(frame, request.by, '/by');
  const { covariates, interactions } = covariatesOf(frame, request.covariates ?? [], '/covariates');
  const known = [
    ...(grouping === undefined ? [] : [{ asked: request.by!, known: grouping.known, pointer: '/by' }]),
    ...covariates.map(({ asked, known: at, pointer }) => ({ asked, known: at, pointer })),
  ];
  for (const each of known) guardTime(each, request.naive);
  const entry = entryOf(frame, terminal, request.entry);
  const ended = withEndpoint(select(frame, request.where), terminal, '/terminal');
  const timed = withEntry(withIntermediate(ended, intermediate, terminal), terminal, entry);
  const grouped =
    grouping === undefined
      ? timed
      : leaveOut(
          timed,
          { reason: `without ${grouping.title}`, columns: grouping.columns, pointer: '/by' },
          (row) => grouping.codes[row]! < 0,
        );
  return {
    terminal,
    intermediate,
    grouping,
    covariates,
    interactions,
    known,
    entry,
    selection: withCovariates(grouped, covariates),
  };
}

/** The end's hazard after the intermediate event against before it, as a time-dependent covariate. */
function afterAgainstBefore({ followUp, illness }: Course, choices: CoxChoices): CoxModel {
  const { exposed, rows: _, ...split } = splitAtExposure(followUp, illness);
  return fitCox({ followUp: split }, [{ name: 'after', values: Float64Array.from(exposed) }], choices);
}

/** Whether the end's hazard after the intermediate event depends on when that came, in years. */
function arrivalModel({ stays }: Occupation, illness: Float64Array, choices: CoxChoices): CoxModel {
  const years = illness.map((months) => (Number.isNaN(months) ? 0 : months / 12));
  const { ill, dead } = ILLNESS_DEATH;
  return fitTransition(stays, [ill, dead], patientsOfStays(stays), [{ name: 'arrival', values: years }], choices).model;
}

function methodOf(
  request: MultistateRequest,
  names: StateNames,
  of: { readonly models: boolean; readonly data: readonly string[] },
): string[] {
  const percent = printLevel(request.level);
  const from =
    request.landmark === undefined
      ? 'time zero'
      : `a landmark at ${request.landmark} months, of who is then in each state`;
  return [
    `Patients were followed through three states (${names.join('; ')}) as an illness-death model; who came to the intermediate event only together with the end counts as having gone there directly.`,
    `The chances of being in each state were estimated from ${from}, by the method of Aalen and Johansen, with ${percent} confidence intervals by Greenwood's variance on the ${request.interval === 'plain' ? 'linear' : request.interval} scale.`,
    `Rates are transitions by the time in the state, with exact Poisson ${percent} confidence intervals.`,
    ...of.data,
    "The hazard of the end after the intermediate event, against before it, is from Cox regression with the event as a time-dependent covariate and Efron's handling of ties.",
    ...(of.models
      ? [
          'Hazard ratios of each transition are from Cox regressions, each of those at risk of it, on the clock since time zero.',
        ]
      : []),
    'Patients with a missing value were left out (complete cases); they are counted by reason.',
    YARDSTICK,
  ];
}

function warningsOf(course: Course, whole: Occupation, names: StateNames): Findings['warnings'] {
  const { illness, followUp, cut } = course;
  const ill = illness.reduce((sum, at) => sum + (Number.isNaN(at) ? 0 : 1), 0);
  const early = illness.reduce((sum, at) => sum + (at <= 0 ? 1 : 0), 0);
  const events = eventsIn(followUp);
  const after = whole.stays.from.reduce(
    (sum, from, i) => sum + (from === ILLNESS_DEATH.ill && whole.stays.to[i] === ILLNESS_DEATH.dead ? 1 : 0),
    0,
  );
  const warnings: { code: string; says: string }[] = [];
  const warn = (holds: boolean, code: string, says: string) => {
    if (holds) warnings.push({ code, says });
  };
  warn(events === 0, 'no-events', `Nobody analysed came to the end (${names[2]}).`);
  warn(
    ill === 0,
    'no-intermediate-events',
    `Nobody analysed came to the intermediate state (${names[1]}) before the end.`,
  );
  warn(ill > 0 && events > 0 && after === 0, 'no-transition', `Nobody analysed went from ${names[1]} to ${names[2]}.`);
  warn(
    cut > 0,
    'watched-no-longer',
    `${cut} without the intermediate event were followed to the end longer than somebody watched for that event: they count until then.`,
  );
  warn(
    early > 0,
    'ill-from-start',
    `${early} had the intermediate event at time zero: they count in its state from the start, and not among those of whom the chances from time zero are told.`,
  );
  return warnings;
}

/** Below this p the time of arrival is taken to matter. */
const SUSPECT = 0.05;

function notMarkov({ estimates }: CoxModel, names: StateNames): Findings['warnings'] {
  const p = estimates.get('arrival')?.p ?? Number.NaN;
  if (!(p < SUSPECT)) return [];
  return [
    {
      code: 'not-markov',
      says: `In the state ${names[1]} the hazard of the end depends on when a patient came there (p ${p < 0.001 ? '< 0.001' : `= ${p.toPrecision(2)}`}): chances from a landmark and hazard ratios are averages over that.`,
    },
  ];
}

/** State occupation, transitions and their hazards in an illness-death model. Yardstick: etm::etm, survival::survfit, coxph. */
export const multistate: Analysis<MultistateRequest> = {
  name: 'multistate',
  says: 'An illness-death model: chances of being before an intermediate event, after it, or at the end, with transitions and their rates.',
  citations: [
    CITATION.aalenJohansen,
    CITATION.multistate,
    CITATION.mantelByar,
    CITATION.landmark,
    CITATION.cox,
    CITATION.efron,
  ],
  request: MultistateRequest,

  run(frame, request, progress): Findings {
    progress.stage('choosing patients', 0.1);
    const { terminal, intermediate, grouping, covariates, interactions, known, entry, selection } = choose(
      frame,
      request,
    );
    const { rows } = selection;
    const names = request.states ?? stateNames(frame, request.intermediate, request.terminal);
    const course = courseOf(followUpOf(terminal, rows, entry), intermediate, rows);

    progress.stopped();
    progress.stage('chances', 0.3);
    const { landmark } = request;
    const whole = occupationOf('All patients', course, landmark, request);
    if (whole.chances.length === 0) {
      throw new SignetError('nothing-to-analyse', `At month ${landmark} nobody is under observation`, {
        place: { pointer: '/landmark', value: String(landmark) },
        remedy: 'Choose an earlier landmark.',
      });
    }
    const members = grouping && membersOf(grouping, rows);
    const groups = (members?.groups.labels ?? []).map((label, g) => {
      const own = [...members!.groups.codes.keys()].filter((i) => members!.groups.codes[i] === g);
      return occupationOf(label, partOfCourse(course, own), landmark, request);
    });

    progress.stopped();
    progress.stage('hazards', 0.6);
    const choices: CoxChoices = {
      ties: 'efron',
      level: request.level,
      robust: false,
      interval: 'wald',
      penalty: 'none',
    };
    const after = afterAgainstBefore(course, choices);
    const arrival = arrivalModel(whole, course.illness, choices);
    const terms = termsOf(covariates, interactions, rows);
    const patients = patientsOfStays(whole.stays);
    const models =
      terms.length === 0
        ? []
        : TRANSITIONS.map(([from, to]): TransitionModel => {
            const fit = fitTransition(whole.stays, [from, to], patients, columnsOf(terms), choices);
            return { from, to, n: fit.patients.length, terms, model: fit.model };
          });

    progress.stage('tables and figures', 0.9);
    const told = groups.length > 1 ? [whole, ...groups] : [whole];
    const pictured = groups.length > 1 ? groups : [whole];
    const head = grouping?.title ?? 'Patients';
    const by = grouping === undefined ? '' : ` by ${grouping.title}`;
    const title = `${names.join(', ')}${by}${request.where === undefined ? '' : `, where ${request.where}`}`;
    const times = [...new Set(request.times)].sort((a, b) => a - b);
    const stamp = known.some((each) => each.known !== undefined) ? { stamp: NAIVE } : {};
    return {
      title,
      method: methodOf(request, names, { models: models.length > 0, data: entrySentence(course.followUp, entry) }),
      citations: [
        CITATION.aalenJohansen,
        CITATION.multistate,
        CITATION.mantelByar,
        ...(landmark === undefined ? [] : [CITATION.landmark]),
        CITATION.cox,
        CITATION.efron,
      ],
      counts: countsOf(frame, selection, eventsIn(course.followUp)),
      assumptions: [
        {
          id: 'non-informative-censoring',
          says: 'Who is censored is taken to have the same prospects as who remains under observation in the same state; the data cannot show it.',
        },
        {
          id: 'markov',
          says: 'After the intermediate event the hazard of the end is taken to depend on the time since time zero, and not on when the event came. Chances from time zero hold without it; those from a landmark, and hazard ratios, rest on it.',
        },
      ],
      warnings: [
        ...known.flatMap(immortalTime),
        ...subgroupLater(request.where, request.where === undefined ? undefined : laterBy(frame, request.where)),
        ...warningsOf(course, whole, names),
        ...notMarkov(arrival, names),
        ...(grouping !== undefined && groups.length < 2
          ? [
              {
                code: 'one-group',
                says: `All patients analysed are of one group of ${request.by} (/by): there is nothing to compare it with.`,
              },
            ]
          : []),
        ...models.flatMap(({ from, to, model }) =>
          fewEvents(eventsIn(model.rows), parametersOf(terms, model), 'events').map(({ code, says }) => ({
            code,
            says: `${names[from]!} to ${names[to]!}: ${says}`,
          })),
        ),
      ],
      tables: [
        transitionTable(told, names, request.level, head),
        chanceTable(told, names, times, landmark, head),
        afterTable(after, arrival, names, request.level),
        ...(models.length > 0 ? [transitionRatios(models, names, request.level)] : []),
      ],
      figures: pictured.flatMap((group, g) =>
        group.chances.map((chances, i) =>
          statesFigure(group, chances, {
            id: [
              'states',
              ...(pictured.length > 1 ? [g + 1] : []),
              ...(group.chances.length > 1 ? [`from-${i + 1}`] : []),
            ].join('-'),
            title: [
              pictured.length > 1 ? `${title}: ${group.label}` : title,
              ...(landmark === undefined ? [] : [`from month ${landmark}: ${names[chances.from]!}`]),
            ].join(', '),
            names,
            origin: terminal.origin,
            ...stamp,
          }),
        ),
      ),
    };
  },
};
