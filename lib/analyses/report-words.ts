import type { CohortFrame } from '../cohort/index.ts';
import type { ReportPart } from '../result/index.ts';

type Definition = CohortFrame['definition'];
type Endpoint = Definition['endpoints'][string];

const list = (texts: readonly string[]): string => texts.join('; ');

function eligibilitySentences(frame: CohortFrame): string[] {
  const { steps, eligible } = frame.eligibility();
  if (steps.length === 0) return ['The definition has no criteria of eligibility: every patient was analysed.'];
  const said = steps.map(({ id, says }) => `${id}, ${says}`);
  return [
    `Patients were judged in this order, each leaving at the first step that was not true of her, what is not recorded counted apart: ${list(said)}. ${eligible.length} patients were eligible.`,
  ];
}

function endpointSentence(name: string, endpoint: Endpoint): string {
  if ('time' in endpoint)
    return `${name} counts from ${endpoint.origin}, by the columns ${endpoint.time} and ${endpoint.event}`;
  const { origin, events, competing, seen, censor, entry } = endpoint;
  const dated = (all: readonly { readonly date: string; readonly when?: string }[]): string =>
    all.map(({ date, when }) => (when === undefined ? date : `${date} (when ${when})`)).join(' or ');
  return [
    `${name} counts from ${origin} to the first of ${dated(events)}`,
    competing && competing.length > 0 ? `, with ${dated(competing)} competing` : '',
    seen === undefined ? '' : `, else is censored at ${seen}`,
    censor === undefined ? '' : `, or earlier at ${censor}`,
    entry === undefined ? '' : `, under observation from ${entry}`,
  ].join('');
}

function endpointSentences({ endpoints, cut }: Definition): string[] {
  const said = Object.entries(endpoints).map(([name, endpoint]) => endpointSentence(name, endpoint));
  return [
    ...(said.length === 0 ? [] : [`Endpoints: ${list(said)}.`]),
    ...(cut === undefined ? [] : [`The data cut is ${cut}: everyone still under observation is censored there.`]),
    'Durations are counted in days and told in months of 30.4375 days.',
  ];
}

function scoreSentences({ derived }: Definition): string[] {
  const said = Object.entries(derived).flatMap(([name, text]) => {
    if (typeof text !== 'object' || !('score' in text)) return [];
    const items = Object.entries(text.score).map(([condition, points]) => `${condition} ${points}`);
    return [`${name}${text.source === undefined ? '' : ` (${text.source})`}: ${items.join(', ')}`];
  });
  if (said.length === 0) return [];
  return [
    `Scores, with the points of each item: ${list(said)}. A score with a missing item is absent; where its least and its greatest value decide a comparison alike, the comparison is decided.`,
  ];
}

function alterationSentences({ alterations, qualifying, specimens }: Definition): string[] {
  if (alterations.length === 0) return [];
  const { filters, minVaf, classes } = qualifying;
  const filter = filters === 'any' ? 'whatever its filter' : `that passes (${filters.join(', ')})`;
  return [
    `An alteration qualifies if it is ${[classes].flat().join(', ').replaceAll('-', ' ')}, ${filter}${minVaf > 0 ? `, with an allele fraction of ${minVaf} or more` : ''}. A gene that a patient's panel does not cover is missing for that patient, not wild type.`,
    ...(specimens === undefined
      ? []
      : [`Of a patient's specimens the earliest counts of which this is true: ${specimens.counts}.`]),
  ];
}

function planSentences({ plan }: Definition, parts: readonly ReportPart[]): string[] {
  const primary = plan?.primary;
  const families = new Set(
    parts.flatMap(({ request }) => (typeof request['family'] === 'string' ? [request['family']] : [])),
  );
  const imputed = Object.entries(plan?.sensitivities ?? {}).filter(([, { impute }]) => impute !== undefined);
  const varied = Object.entries(plan?.sensitivities ?? {}).map(([id, { says }]) => `${id}, ${says}`);
  return [
    'Each item of this report is an analysis of the plan that the definition held when it was made; its own methods, patients and warnings stand with it.',
    ...(primary === undefined
      ? []
      : [`The primary analysis is ${primary}; every other p value is read as supporting or exploring it.`]),
    ...(families.size === 0
      ? []
      : [`p values are adjusted within families stated beforehand: ${list([...families])}.`]),
    ...(varied.length === 0
      ? []
      : [
          `Sensitivity analyses: ${list(varied)}. A changed derivation never changes who is eligible: criteria are judged with the plan's own.`,
        ]),
    'Missing values: complete cases, with the count in each item.',
    ...imputed.map(
      ([id, { says, impute }]) =>
        `Under ${id} (${says}) what covariates lack is imputed ${impute} times, beside the complete cases.`,
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
