import type { CohortFrame } from '../../cohort/index.ts';
import { printCount, type ReportPart } from '../../result/index.ts';
import { endpointTitle } from '../parts/naming.ts';
import { inCount } from './report-parts.ts';

type Definition = CohortFrame['definition'];
type Endpoint = Definition['endpoints'][string];

const list = (texts: readonly string[]): string => texts.join('; ');

function eligibilitySentences(frame: CohortFrame): string[] {
  const { steps, eligible } = frame.eligibility();
  if (steps.length === 0) return ['The definition has no criteria of eligibility: every patient was analysed.'];
  const said = steps.map(({ id, says }) => `(${id}) ${says}`);
  return [
    `Patients were judged by criteria in this order, each leaving at the first that was not met; those for whom a criterion could not be judged, since what it asks was not recorded, left there too and are counted apart: ${list(said)}. ${printCount(eligible.length)} patients were eligible.`,
  ];
}

function endpointSentence(name: string, endpoint: Endpoint, labels: NonNullable<Definition['labels']>): string {
  const title = endpoint.label ?? endpointTitle(name);
  const called = title === name ? name : `${title} (${name})`;
  const zero = Object.hasOwn(labels, endpoint.origin)
    ? `${labels[endpoint.origin]} (${endpoint.origin})`
    : endpoint.origin;
  if ('time' in endpoint) return `${called} counts from ${zero}, by the columns ${endpoint.time} and ${endpoint.event}`;
  const { events, competing, seen, censor, entry } = endpoint;
  const dated = (all: readonly { readonly date: string; readonly when?: string }[]): string =>
    all.map(({ date, when }) => (when === undefined ? date : `${date} (when ${when})`)).join(' or ');
  return [
    `${called} counts from ${zero} to ${events.length > 1 ? 'the first of ' : ''}${dated(events)}`,
    competing && competing.length > 0 ? `, with ${dated(competing)} competing` : '',
    seen === undefined ? '' : `, and is otherwise censored at ${seen}`,
    censor === undefined ? '' : `, or earlier at ${censor}`,
    entry === undefined ? '' : `, under observation from ${entry}`,
  ].join('');
}

function endpointSentences({ endpoints, cut, labels = {} }: Definition): string[] {
  const said = Object.entries(endpoints).map(([name, endpoint]) => endpointSentence(name, endpoint, labels));
  return [
    ...(said.length === 0 ? [] : [`Endpoints: ${list(said)}.`]),
    ...(cut === undefined ? [] : [`The data cut is ${cut}: everyone still under observation is censored there.`]),
    'Durations are counted in days and told in months of 30.4375 days.',
  ];
}

function scoreSentences({ derived, labels = {} }: Definition): string[] {
  const called = (name: string): string => (Object.hasOwn(labels, name) ? labels[name]! : name);
  const said = Object.entries(derived).flatMap(([name, text]) => {
    if (typeof text !== 'object' || !('score' in text)) return [];
    const items = Object.entries(text.score).map(([condition, points]) => `${called(condition)} (${points})`);
    return [
      `${text.label ?? called(name)}${text.source === undefined ? '' : `, after ${text.source}`}: ${items.join(', ')}`,
    ];
  });
  if (said.length === 0) return [];
  return [
    `Scores, with the points of each item: ${list(said)}. A score with a missing item is missing; a comparison with it is made nevertheless where the least and the greatest value that it can have decide it alike.`,
  ];
}

function alterationSentences({ alterations, qualifying, specimens }: Definition): string[] {
  if (alterations.length === 0) return [];
  const { filters, minVaf, classes } = qualifying;
  const filter = filters === 'any' ? 'whatever its filter' : `and passes its filters (${filters.join(', ')})`;
  return [
    `An alteration qualifies if it is ${[classes].flat().join(', ').replaceAll('-', ' ')} ${filter}${minVaf > 0 ? `, with an allele fraction of ${minVaf} or more` : ''}. A gene that a patient's panel does not cover is missing for that patient, not wild type.`,
    ...(specimens === undefined
      ? []
      : [`Of a patient's specimens the earliest counts for which this holds: ${specimens.counts}.`]),
  ];
}

function planSentences({ plan }: Definition, parts: readonly ReportPart[]): string[] {
  const primary = plan?.primary;
  const families = new Set(
    parts.flatMap(({ request }) => (typeof request['family'] === 'string' ? [request['family']] : [])),
  );
  const imputed = Object.entries(plan?.sensitivities ?? {}).filter(([, { impute }]) => impute !== undefined);
  const varied = inCount(plan?.sensitivities ?? {}).map(([id, { says }]) => `${id}, ${says}`);
  return [
    'Each item of this report is an analysis of the plan, as the definition held it when the report was made; its own methods, patients and warnings stand with it.',
    ...(primary === undefined
      ? []
      : [`The primary analysis is ${primary}; every other p value supports it or explores.`]),
    ...(families.size === 0
      ? []
      : [`p values are adjusted within families stated beforehand: ${list([...families])}.`]),
    ...(varied.length === 0
      ? []
      : [
          `Sensitivity analyses: ${list(varied)}. A changed derivation never changes who is eligible: criteria are judged with the plan's own.`,
        ]),
    'Patients with a missing value were left out of the analyses that need it (complete cases), counted in each item.',
    ...imputed.map(
      ([id, { says, impute }]) =>
        `Under ${id}${says === id ? '' : ` (${says})`} missing values of covariates were imputed ${impute} times, beside the complete cases.`,
    ),
  ];
}

/** How the cohort was made and the plan followed, in words, from the definition and what was run. */
export function reportMethod(frame: CohortFrame, parts: readonly ReportPart[]): string[] {
  const { definition } = frame;
  return [
    ...eligibilitySentences(frame),
    ...endpointSentences(definition),
    ...scoreSentences(definition),
    ...alterationSentences(definition),
    ...planSentences(definition, parts),
  ];
}
