import * as z from 'zod';
import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import { binaryOutcome, withOutcome } from '../parts/binary-outcome.ts';
import { type Covariate, covariateOf, covariatesOf, withCovariates } from '../parts/covariate.ts';
import { entryOf, followUpOf, withEndpoint, withEntry } from '../parts/follow-up.ts';
import { type Grouping, groupingOf } from '../parts/grouping.ts';
import { guardTime } from '../parts/immortal-time.ts';
import { endpointTitle } from '../parts/naming.ts';
import { Covariates, Expression, PART } from '../parts/request-parts.ts';
import { type Selection, select } from '../parts/selection.ts';
import { strataOf, withStrata } from '../parts/strata.ts';

export const SubgroupsRequest = z
  .strictObject({
    analysis: z.literal('subgroups'),
    endpoint: PART.endpoint.optional(),
    outcome: Expression.optional().meta({ description: 'A binary outcome' }),
    of: Expression.meta({ description: 'Whose effect it is: a treatment of two levels, or a number' }),
    per: z.number().positive().optional().meta({ description: 'Of a number: the effect is for so many units' }),
    subgroups: z
      .array(Expression)
      .min(1)
      .max(30)
      .meta({ description: 'Groups, boolean or category variables, or expressions that divide the patients' }),
    adjust: Covariates.optional().meta({ description: 'Covariates that every effect is adjusted for' }),
    where: PART.where,
    sensitivity: PART.sensitivity,
    entry: PART.entry,
    strata: PART.strata,
    level: PART.level,
    naive: PART.naive,
  })
  .refine(({ outcome, endpoint }) => (outcome === undefined) !== (endpoint === undefined), {
    path: ['outcome'],
    message: 'say either an outcome or an endpoint, and not both',
  })
  .refine(({ outcome, entry, strata }) => outcome === undefined || (entry === undefined && strata === undefined), {
    path: ['outcome'],
    message: 'entry and strata are for endpoints',
  })
  .meta({ id: 'SubgroupsRequest' });
export type SubgroupsRequest = z.infer<typeof SubgroupsRequest>;

function soleCovariate(frame: CohortFrame, { of, per }: SubgroupsRequest): Covariate {
  const covariate = covariateOf(frame, { of, ...(per === undefined ? {} : { per }) }, '/of');
  if (covariate.values.kind === 'number' || covariate.values.labels.length === 2) return covariate;
  throw new SignetError(
    'not-one-effect',
    `${of} has ${covariate.values.labels.length} levels: its effect is more than one number`,
    {
      place: { pointer: '/of', value: of },
      remedy: 'Compare with something, such as stage == "IV".',
    },
  );
}

/** A factor under its variable's label; under a title that says it already, `age >= 65: yes` is `yes`. */
function readable(frame: CohortFrame, by: string, { title, labels, ...rest }: Grouping): Grouping {
  const label = frame.variables().find(({ name }) => name === by)?.label;
  return {
    ...rest,
    title: label ?? title,
    labels: labels.map((text) => (text.startsWith(`${by}: `) ? text.slice(by.length + 2) : text)),
  };
}

/** Who is analysed, and by what: a follow-up, or an outcome. */
export function chooseSubgroups(frame: CohortFrame, request: SubgroupsRequest) {
  const covariate = soleCovariate(frame, request);
  const { covariates, interactions } = covariatesOf(frame, request.adjust ?? [], '/adjust');
  const groupings = request.subgroups.map((by, i) => readable(frame, by, groupingOf(frame, by, `/subgroups/${i}`)));
  const known = [
    ...[covariate, ...covariates].map(({ asked, known: at, pointer }) => ({ asked, known: at, pointer })),
    ...groupings.map(({ known: at }, i) => ({ asked: request.subgroups[i]!, known: at, pointer: `/subgroups/${i}` })),
  ];
  for (const each of known) guardTime(each, request.naive);
  const strata = strataOf(frame, request.strata);
  const begun = select(frame, request.where);
  const complete = (timed: Selection) => withCovariates(withStrata(timed, strata), [covariate, ...covariates]);
  const shared = { covariate, covariates, interactions, groupings, known, strata };
  if (request.endpoint !== undefined) {
    const endpoint = frame.endpoint(request.endpoint, '/endpoint');
    const entry = entryOf(frame, endpoint, request.entry);
    const selection = complete(withEntry(withEndpoint(begun, endpoint), endpoint, entry));
    const followUp = followUpOf(endpoint, selection.rows, entry);
    return { ...shared, selection, entry, followUp, event: followUp.event, title: endpointTitle(endpoint.name) };
  }
  const outcome = binaryOutcome(frame, request.outcome!);
  const selection = complete(withOutcome(begun, outcome));
  const event = Uint8Array.from(selection.rows, (row) => outcome.codes[row]!);
  return {
    ...shared,
    selection,
    entry: undefined,
    followUp: undefined,
    event,
    title: `${outcome.title} (${outcome.labels[1]})`,
  };
}
