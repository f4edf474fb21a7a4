import { type Findings, printLevel, printNumber } from '../../result/index.ts';
import type { FollowUp } from '../../stats/index.ts';
import { CITATION, YARDSTICK } from '../parts/citations.ts';
import { eventsIn } from '../parts/follow-up.ts';
import { immortalTime } from '../parts/immortal-time.ts';
import type { Comparison } from './survival-comparison.ts';
import type { Curve, CurveRequest, Groups } from './survival-curves.ts';

type Warning = Findings['warnings'][number];

/** Below this many events per parameter a fit is warned of. */
const FEW_EVENTS = 10;

/** Below this p the hazards are called not proportional. */
const SUSPECT = 0.05;

const SCALE: Readonly<Record<string, string>> = { log: 'log', 'log-log': 'log-log', plain: 'linear' };

/** What was compared, if anything was asked to be. */
export interface Compared {
  /** As the request names it. */
  readonly by: string;
  readonly groups: Groups;
  /** Labels without a patient. */
  readonly empty: readonly string[];
  /** The date at which membership became known, where that is after time zero. */
  readonly known: string | undefined;
  /** Absent where there is only one group. */
  readonly comparison: Comparison | undefined;
}

/** The method in words, a sentence each, from what was run; `data` says of entry and strata, `adjusted` of what more the ratios were adjusted for. */
export function methodOf(
  { interval, level }: CurveRequest,
  compared: Compared | undefined,
  data: readonly string[],
  adjusted: readonly string[],
): string[] {
  const percent = printLevel(level);
  const method = [
    `Survival was estimated by the Kaplan-Meier method, with ${percent} confidence intervals by Greenwood's variance on the ${SCALE[interval]} scale.`,
    "The interval of the median is where the curve's limits come to 0.5; median follow-up is by the reverse Kaplan-Meier method.",
    ...data,
  ];
  if (compared?.comparison) {
    const { labels } = compared.groups;
    method.push(
      `${labels.length === 2 ? 'The two groups' : `The ${labels.length} groups`} were compared by the log-rank test, two-sided.`,
      `Hazard ratios against ${labels[0]} are from Cox regression with Efron's handling of ties, with Wald ${percent} confidence intervals and p values.`,
      ...adjusted,
      ...(compared.comparison.proportional?.ok
        ? [
            'Proportional hazards were tested by the score test of Grambsch and Therneau, against time on the Kaplan-Meier scale.',
          ]
        : []),
    );
  }
  method.push('Patients with a missing value were left out (complete cases); they are counted by reason.', YARDSTICK);
  return method;
}

/** The papers behind {@link methodOf}. */
export function citationsOf(compared: Compared | undefined): string[] {
  const curves = [CITATION.kaplanMeier, CITATION.greenwood, CITATION.medianInterval, CITATION.followUp];
  return compared?.comparison
    ? [...curves, CITATION.logRank, CITATION.cox, CITATION.efron, CITATION.proportionality]
    : curves;
}

/** What the estimates rest on, and what of it was checked. */
export function assumptionsOf(compared: Compared | undefined): Findings['assumptions'] {
  const assumptions = [
    {
      id: 'non-informative-censoring',
      says: 'Who is censored is taken to have the same prospects as who remains under observation; the data cannot show it.',
    },
  ];
  const { cox: fit, proportional } = compared?.comparison ?? {};
  if (!fit?.ok) return assumptions;
  return [
    ...assumptions,
    {
      id: 'proportional-hazards',
      says: `A hazard ratio takes the ratio of the hazards to be the same at all times. ${
        proportional?.ok
          ? `It was tested: p ${proportional.global.p.toPrecision(2)}; see also whether the curves cross.`
          : 'It could not be tested: see whether the curves cross.'
      }`,
    },
    {
      id: 'convergence',
      says: `The Cox fit converged in ${fit.iterations} iterations; before its last step the score was ${fit.gradient.toExponential(1)} standard errors long.`,
    },
  ];
}

/** What a reader must know before the numbers. */
export function warningsOf(
  endpoint: string,
  f: FollowUp,
  compared: Compared | undefined,
  curves: readonly Curve[],
): Warning[] {
  const events = eventsIn(f);
  const zeros = f.time.reduce((sum, t) => sum + (t === 0 ? 1 : 0), 0);
  return [
    ...(compared ? immortalTime({ asked: compared.by, known: compared.known, pointer: '/by' }) : []),
    ...when(events === 0, 'no-events', () => [
      `Nobody analysed had the event of ${endpoint} (/endpoint): survival stays 1, and there is no test and no hazard ratio.`,
    ]),
    ...(compared ? comparisonWarnings(compared, events) : []),
    ...gapWarnings(curves),
    ...when(zeros > 0, 'time-zero', () => [
      `${zeros} of the times ${zeros === 1 ? 'is' : 'are'} 0: such a patient is at risk at time 0 and gone after it, as R counts it.`,
    ]),
  ];
}

function when(holds: boolean, code: string, says: () => readonly string[]): Warning[] {
  return holds ? says().map((text) => ({ code, says: text })) : [];
}

/** With delayed entry a curve may come to its end before it begins in earnest. */
function gapWarnings(curves: readonly Curve[]): Warning[] {
  return curves
    .filter(({ curve }) => curve.gaps.length > 0)
    .map(({ label, curve }) => ({
      code: 'nobody-at-risk',
      says: `${label}: after ${curve.gaps.map(printNumber).join(', ')} months nobody was under observation, though others came later; where the last at risk had the event, survival is 0 from there on.`,
    }));
}

function comparisonWarnings({ by, groups, empty, comparison }: Compared, events: number): Warning[] {
  const { labels } = groups;
  const parameters = labels.length - 1;
  return [
    ...when(empty.length > 0, 'empty-group', () => [
      `Groups of ${by} (/by) without a patient are left out: ${empty.join(', ')}.`,
    ]),
    ...when(labels.length === 1, 'one-group', () => [
      `All patients analysed are of one group of ${by} (/by), ${labels[0]}: there is nothing to compare it with.`,
    ]),
    ...when(parameters > 0 && events > 0 && events < FEW_EVENTS * parameters, 'few-events', () => [
      `${events} ${events === 1 ? 'event' : 'events'} for ${parameters === 1 ? 'one parameter' : `${parameters} parameters`} of the Cox model: with fewer than ${FEW_EVENTS} a parameter, estimates and intervals are unreliable.`,
    ]),
    ...(comparison ? monotoneWarnings(labels, comparison) : []),
    ...when(
      comparison?.proportional?.ok === true && comparison.proportional.global.p < SUSPECT,
      'not-proportional',
      () => [
        'The hazards may not be proportional: the hazard ratio is then an average over the follow-up, and the log-rank test may miss a difference that changes sides.',
      ],
    ),
  ];
}

function monotoneWarnings(labels: readonly string[], { cox }: Comparison): Warning[] {
  if (cox.ok || cox.problem !== 'monotone') return [];
  const { columns, directions } = cox;
  const going = columns.map((g, j) => `${labels[Number(g)]} towards ${directions[j]! < 0 ? '0' : 'infinity'}`);
  return when(true, 'monotone-likelihood', () => [
    `The likelihood rises without end, so that there is no estimate of a hazard ratio: ${going.join(', ')}. The log-rank and likelihood-ratio tests hold.`,
  ]);
}
