import * as z from 'zod';
import { SignetError } from '../base/index.ts';
import type { CohortFrame } from '../cohort/index.ts';
import {
  type Findings,
  type ForestFigure,
  printCount,
  printEstimate,
  printLevel,
  printP,
  printRatio,
  type ResultTable,
} from '../result/index.ts';
import {
  adjust as adjustedP,
  coxSubgroups,
  type FollowUp,
  logisticSubgroups,
  type SubgroupAnalysis,
  type SubgroupEffect,
} from '../stats/index.ts';
import type { Analysis } from './analysis.ts';
import { binaryOutcome, withOutcome } from './binary-outcome.ts';
import { cell, pCells } from './cells.ts';
import { CITATION, YARDSTICK } from './citations.ts';
import { type Covariate, covariateOf, covariatesOf, withCovariates } from './covariate.ts';
import { entryOf, entrySentence, eventsIn, followUpOf, withEndpoint, withEntry } from './follow-up.ts';
import { type Grouping, groupingOf, laterBy } from './grouping.ts';
import { guardTime, immortalTime, NAIVE } from './immortal-time.ts';
import { columnsOf, type Term, termsOf } from './model-terms.ts';
import { endpointTitle } from './naming.ts';
import { Covariates, Expression, PART } from './request-parts.ts';
import { countsOf, type Selection, select, subgroupLater } from './selection.ts';
import { strataOf, strataSentence, stratumCodes, withStrata } from './strata.ts';

const SubgroupsRequest = z
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

/** What divides the patients, with what was found in each part. */
interface Divided {
  readonly grouping: Grouping;
  readonly found: SubgroupAnalysis;
  /** Of the test of interaction, adjusted for their number (Holm); NaN without one. */
  readonly adjusted: number;
}

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
function choose(frame: CohortFrame, request: SubgroupsRequest) {
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

/** The effect in the parts that each factor makes; a covariate that is the factor itself is left out beside it. */
function divide(
  chosen: ReturnType<typeof choose>,
  terms: readonly Term[],
  request: SubgroupsRequest,
): { readonly whole: SubgroupEffect; readonly divided: readonly Divided[] } {
  const { selection, followUp, event, covariates, groupings, strata } = chosen;
  const { rows } = selection;
  const codes = strata && stratumCodes(strata, rows).codes;
  const { level } = request;
  const analyse = (
    grouping: Pick<Grouping, 'title' | 'labels' | 'codes'>,
    asked: string | undefined,
  ): SubgroupAnalysis => {
    const kept = terms.filter((_, t) => t === 0 || covariates[t - 1]?.asked !== asked);
    const columns = columnsOf(kept);
    const model = { names: columns.map(({ name }) => name), covariates: columns.map(({ values }) => values) };
    const factor = {
      name: grouping.title,
      levels: grouping.labels,
      codes: Int32Array.from(rows, (row) => grouping.codes[row]!),
    };
    const found =
      followUp === undefined
        ? logisticSubgroups({ outcome: event, ...model }, [factor], { level })
        : coxSubgroups(
            { ...(followUp as FollowUp), ...model, ...(codes === undefined ? {} : { strata: codes }) },
            [factor],
            { level },
          );
    return found[0]!;
  };
  const found = groupings.map((grouping, i) => analyse(grouping, request.subgroups[i]));
  const tests = Float64Array.from(found, ({ interaction }) => (interaction.ok ? interaction.p : Number.NaN));
  const holm = adjustedP(tests, 'holm');
  const everybody = {
    title: 'All patients',
    labels: ['All patients'],
    codes: new Int32Array(Math.max(0, ...rows) + 1),
  };
  return {
    whole: analyse(everybody, undefined).effects[0]!,
    divided: groupings.map((grouping, i) => ({ grouping, found: found[i]!, adjusted: holm[i]! })),
  };
}

function effectCells(effect: SubgroupEffect, key: string) {
  const { n, events } = effect;
  if (!effect.ok)
    return {
      n,
      events,
      [key]: null,
      [`${key}_low`]: null,
      [`${key}_high`]: null,
      [`${key}_why`]: effect.problem,
      p: null,
      p_why: effect.problem,
    };
  return {
    n,
    events,
    [key]: cell(effect.ratio),
    [`${key}_low`]: cell(effect.lower),
    [`${key}_high`]: cell(effect.upper),
    [`${key}_why`]: '',
    ...pCells('p', effect.p, Math.log(effect.p)),
  };
}

function effectTable(whole: SubgroupEffect, divided: readonly Divided[], key: string, ratio: string): ResultTable {
  return {
    id: `${key.replaceAll('_', '-')}s`,
    title: `${ratio}s in subgroups`,
    columns: [
      { key: 'factor', label: 'Divided by', format: 'text' },
      { key: 'subgroup', label: 'Subgroup', format: 'text' },
      { key: 'n', label: 'Patients', format: 'count' },
      { key: 'events', label: 'Events', format: 'count' },
      { key, label: ratio, format: 'ratio', low: `${key}_low`, high: `${key}_high`, why: `${key}_why` },
      { key: 'p', label: 'Wald p', format: 'p', why: 'p_why' },
    ],
    rows: [
      { factor: '', subgroup: 'All patients', ...effectCells(whole, key) },
      ...divided.flatMap(({ grouping, found }) =>
        found.effects
          .filter(({ n }) => n > 0)
          .map((effect) => ({ factor: grouping.title, subgroup: effect.level, ...effectCells(effect, key) })),
      ),
    ],
    notes: [
      'A p value in one subgroup, and none in another, is no sign that the effects differ: see the tests of interaction.',
    ],
  };
}

function interactionTable(divided: readonly Divided[]): ResultTable {
  return {
    id: 'interactions',
    title: 'Tests of interaction: whether the effect is the same in all parts',
    columns: [
      { key: 'factor', label: 'Divided by', format: 'text' },
      { key: 'missing', label: 'Patients of no known part', format: 'count' },
      { key: 'statistic', label: 'Chi-square', format: 'number', why: 'p_why' },
      { key: 'degrees_of_freedom', label: 'Degrees of freedom', format: 'count' },
      { key: 'p', label: 'Likelihood-ratio p', format: 'p', why: 'p_why' },
      { key: 'adjusted_p', label: 'Adjusted for their number (Holm)', format: 'p', why: 'p_why' },
    ],
    rows: divided.map(({ grouping, found: { missing, interaction }, adjusted }) => ({
      factor: grouping.title,
      missing,
      ...(interaction.ok
        ? {
            statistic: cell(interaction.statistic),
            degrees_of_freedom: interaction.degreesOfFreedom,
            ...pCells('p', interaction.p, interaction.logP),
            adjusted_p: cell(adjusted),
          }
        : { statistic: null, degrees_of_freedom: null, p: null, p_why: interaction.problem, adjusted_p: null }),
    })),
    notes: [],
  };
}

function forest(
  whole: SubgroupEffect,
  divided: readonly Divided[],
  of: { readonly title: string; readonly ratio: string; readonly stamp: string | undefined },
): ForestFigure {
  const line = (label: string, effect: SubgroupEffect) => ({
    label,
    n: `${printCount(effect.events)}/${printCount(effect.n)}`,
    ...(effect.ok
      ? {
          estimate: cell(effect.ratio),
          low: cell(effect.lower) === 0 ? null : cell(effect.lower),
          high: cell(effect.upper),
          text: printEstimate(
            cell(effect.ratio),
            { low: cell(effect.lower), high: cell(effect.upper) },
            'no limit',
            printRatio,
          ),
        }
      : { estimate: null, low: null, high: null, text: effect.problem }),
  });
  const rows = divided.flatMap(({ grouping, found: { effects, interaction } }) => [
    {
      label: grouping.title,
      n: '',
      estimate: null,
      low: null,
      high: null,
      text: interaction.ok
        ? `interaction p ${interaction.p < 0.001 ? '< 0.001' : `= ${printP(interaction.p)}`}`
        : 'no test',
      mark: 'none' as const,
    },
    ...effects.filter(({ n }) => n > 0).map((effect) => line(`– ${effect.level}`, effect)),
  ]);
  const told = [line('All patients', whole), ...rows].map(({ label, text }) => `${label.replace(/^– /, '')} ${text}`);
  return {
    kind: 'forest',
    id: 'forest',
    title: of.title,
    alt: `Forest plot of subgroups. ${of.title}. ${told.slice(0, 16).join('; ')}${told.length > 16 ? '; and others' : ''}.`,
    xLabel: `${of.ratio} (logarithmic axis)`,
    rows: [line('All patients', whole), ...rows],
    ...(of.stamp === undefined ? {} : { stamp: of.stamp }),
  };
}

/** An effect in subgroups, with tests of interaction. Yardstick: anova of two survival::coxph, or of two glm. */
export const subgroups: Analysis<SubgroupsRequest> = {
  name: 'subgroups',
  says: 'The effect of one covariate within subgroups, as a forest, with tests of interaction.',
  citations: [CITATION.subgroups, CITATION.cox, CITATION.efron, CITATION.logistic, CITATION.holm],
  request: SubgroupsRequest,

  run(frame, request, progress): Findings {
    progress.stage('choosing patients', 0.1);
    const chosen = choose(frame, request);
    const {
      covariate,
      covariates,
      interactions,
      known,
      strata,
      selection,
      entry,
      followUp,
      event,
      title: what,
    } = chosen;
    const terms = termsOf(
      [covariate, ...covariates],
      interactions.map(([a, b]) => [a + 1, b + 1] as const),
      selection.rows,
    );
    if (terms[0]!.columns.length === 0) {
      throw new SignetError(
        'nothing-to-analyse',
        `All patients analysed have one value of ${covariate.title}: it has no effect to be told`,
        {
          place: { pointer: '/of', value: request.of },
          remedy: 'Ask of a wider subgroup.',
        },
      );
    }
    progress.stopped();
    progress.stage('fitting', 0.4);
    const { whole, divided } = divide(chosen, terms, request);

    progress.stage('tables and figures', 0.9);
    const binary = followUp === undefined;
    const [key, ratio] = binary ? (['odds_ratio', 'Odds ratio'] as const) : (['hazard_ratio', 'Hazard ratio'] as const);
    const { values } = covariate;
    const of =
      values.kind === 'number'
        ? `${covariate.title}, per ${values.per === 1 ? 'unit' : values.per}`
        : values.labels[1] === 'yes'
          ? covariate.title
          : `${values.labels[1]} against ${values.labels[0]}`;
    const title = `${what}: effect of ${of} in subgroups${request.where === undefined ? '' : `, where ${request.where}`}`;
    const adjusted = covariates.map(({ title: name }) => name);
    const tests = divided.filter(({ found }) => found.interaction.ok).length;
    const empty = divided.flatMap(({ grouping, found }) =>
      found.effects.filter(({ n }) => n === 0).map(({ level }) => `${grouping.title}: ${level}`),
    );
    return {
      title,
      method: [
        `The effect of ${of} is from ${binary ? 'logistic regression' : "Cox regression with Efron's handling of ties"}, fitted in all patients and in each subgroup apart, with Wald ${printLevel(request.level)} confidence intervals${adjusted.length > 0 ? `, adjusted for ${adjusted.join(', ')}` : ''}.`,
        'Whether it differs between the parts was tested by the likelihood ratio of a model with the interaction to one without it; a patient whose part is not known is left out of that factor only.',
        ...(tests > 1 ? [`The ${tests} tests of interaction were adjusted for their number by Holm's procedure.`] : []),
        ...(followUp === undefined ? [] : entrySentence(followUp, entry)),
        ...strataSentence(strata, selection.rows),
        'Patients with a missing value of the covariates were left out (complete cases); they are counted by reason.',
        YARDSTICK,
      ],
      citations: [
        CITATION.subgroups,
        ...(binary ? [CITATION.logistic] : [CITATION.cox, CITATION.efron]),
        ...(tests > 1 ? [CITATION.holm] : []),
      ],
      counts: countsOf(
        frame,
        selection,
        followUp === undefined ? event.reduce((sum, e) => sum + e, 0) : eventsIn(followUp),
      ),
      assumptions: [
        {
          id: 'subgroups-chosen-beforehand',
          says: 'The subgroups are taken to have been chosen without looking at the outcome; else a difference between them is only a thought for other data.',
        },
        ...(binary
          ? []
          : [
              {
                id: 'proportional-hazards',
                says: 'Ratios of hazards are taken to be the same at all times. This was not tested here: ask cox.',
              },
            ]),
      ],
      warnings: [
        ...known.flatMap(immortalTime),
        ...subgroupLater(request.where, request.where === undefined ? undefined : laterBy(frame, request.where)),
        ...(empty.length > 0
          ? [{ code: 'empty-group', says: `Subgroups without a patient are left out: ${empty.join(', ')}.` }]
          : []),
        ...(whole.ok
          ? []
          : [{ code: 'no-estimate', says: `The effect in all patients has no estimate: ${whole.problem}.` }]),
      ],
      tables: [effectTable(whole, divided, key, ratio), interactionTable(divided)],
      figures: [
        forest(whole, divided, {
          title,
          ratio,
          stamp: known.some((each) => each.known !== undefined) ? NAIVE : undefined,
        }),
      ],
    };
  },
};
