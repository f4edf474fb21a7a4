import { levelPredictor } from '../models/imputed-data.ts';
import { type ImputedModel, imputedModel, type ModelToImpute } from '../models/imputed-model.ts';
import type { ModelWords } from '../models/model-tables.ts';
import { columnsOf, termsOf } from '../models/model-terms.ts';
import type { Progress } from '../parts/analysis.ts';
import type { OutcomeModel } from '../parts/binary-outcome.ts';
import { fitLogistic, type LogisticChoices } from './logistic-regression.ts';

/** The logistic model on imputed data sets, pooled, beside that of the complete cases. Yardstick: mice::pool of glm. Throws `nothing-to-analyse`, `stopped`. */
export function logisticImputed(
  { frame, outcome, covariates, interactions, known }: OutcomeModel,
  complete: ModelToImpute['complete'],
  times: number,
  of: { readonly choices: LogisticChoices; readonly words: ModelWords; readonly title: string },
  progress: Progress,
): ImputedModel {
  const codesOf = (rows: Int32Array) => Uint8Array.from(rows, (row) => outcome.codes[row]!);
  const { penalty, level } = of.choices;
  return imputedModel(
    {
      frame,
      covariates,
      selection: known,
      complete,
      times,
      words: of.words,
      title: of.title,
      survival: false,
      knows: `and the outcome ${outcome.title}`,
      never: 'the outcome',
      predictors: (rows) => [
        levelPredictor(
          outcome.title,
          Int32Array.from(rows, (row) => outcome.codes[row]!),
        ),
      ],
      events: (rows) => codesOf(rows).reduce((sum, code) => sum + code, 0),
      fitted(completed, rows, firth) {
        const terms = termsOf(completed, interactions, rows);
        const model = fitLogistic(codesOf(rows), columnsOf(terms), {
          level,
          interval: 'wald',
          penalty: firth ? 'firth' : penalty,
        });
        return { terms, model, degreesOfFreedom: rows.length - model.rows.names.length - 1 };
      },
    },
    progress,
    0.8,
    0.9,
  );
}
