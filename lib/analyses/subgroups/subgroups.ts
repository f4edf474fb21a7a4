import { SignetError } from '../../base/index.ts';
import { type Findings, printLevel } from '../../result/index.ts';
import { termsOf } from '../models/model-terms.ts';
import type { Analysis } from '../parts/analysis.ts';
import { CITATION, YARDSTICK } from '../parts/citations.ts';
import { entrySentence, eventsIn } from '../parts/follow-up.ts';
import { laterBy } from '../parts/grouping.ts';
import { immortalTime, NAIVE } from '../parts/immortal-time.ts';
import { countsOf, subgroupLater } from '../parts/selection.ts';
import { strataSentence } from '../parts/strata.ts';
import { chooseSubgroups, SubgroupsRequest } from './subgroups-choice.ts';
import { divide } from './subgroups-divided.ts';
import { effectTable, interactionTable, subgroupForest } from './subgroups-tables.ts';

/** An effect in subgroups, with tests of interaction. Yardstick: anova of two survival::coxph, or of two glm. */
export const subgroups: Analysis<SubgroupsRequest> = {
  name: 'subgroups',
  says: 'The effect of one covariate within subgroups, as a forest, with tests of interaction.',
  citations: [CITATION.subgroups, CITATION.cox, CITATION.efron, CITATION.logistic, CITATION.holm],
  request: SubgroupsRequest,

  run(frame, request, progress): Findings {
    progress.stage('choosing patients', 0.1);
    const chosen = chooseSubgroups(frame, request);
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
        subgroupForest(whole, divided, {
          title,
          ratio,
          stamp: known.some((each) => each.known !== undefined) ? NAIVE : undefined,
        }),
      ],
    };
  },
};
