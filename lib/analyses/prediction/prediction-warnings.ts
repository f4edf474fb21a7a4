import type { Findings } from '../../result/index.ts';
import { fewEvents } from '../models/model-words.ts';
import type { Made } from './prediction-model.ts';
import type { Optimism } from './prediction-optimism.ts';

/** What a reader must know before the numbers of a prediction. */
export function predictionWarnings(of: {
  /** Undefined where a score was given. */
  readonly made: Made | undefined;
  /** Of a binary outcome those of the rarer. */
  readonly events: number;
  readonly columns: number;
  readonly binary: boolean;
  /** Genes among the candidates; undefined where none were asked for. */
  readonly genes: number | undefined;
  readonly competing: readonly string[];
  readonly optimism: Optimism | undefined;
  readonly tooMuch: boolean;
  readonly withoutRisks: boolean;
  readonly withoutHorizon: boolean;
}): Findings['warnings'] {
  const { made, binary, competing } = of;
  const warnings: { code: string; says: string }[] = [];
  if (competing.length > 0) {
    warnings.push({
      code: 'competing-events',
      says: `Competing events (${competing.join(', ')}) count as censored: risks are those that there would be without them.`,
    });
  }
  if (of.genes === 0) {
    warnings.push({
      code: 'no-gene',
      says: 'No gene is a candidate (/candidates): nobody is sequenced, or no gene that every panel covers is carried by enough patients.',
    });
  }
  if (made !== undefined && !made.ok) warnings.push({ code: 'no-model', says: `There is no model: ${made.problem}.` });
  if (made?.ok) {
    warnings.push(...fewEvents(of.events, of.columns, binary ? 'patients with the rarer outcome' : 'events'));
    if (made.predictor.coefficients.every((b) => b === 0)) {
      warnings.push({
        code: 'nothing-kept',
        says: 'The penalty keeps no covariate: the model predicts the same risk for everybody.',
      });
    }
    if (of.optimism === undefined) {
      warnings.push({
        code: 'no-optimism',
        says: `Performance is not corrected for optimism${of.tooMuch ? ', since the bootstrap would take too long' : ''}: in the patients that a model was made from it is flattered.`,
      });
    }
  }
  if (of.withoutRisks) {
    warnings.push({
      code: 'no-risks',
      says: `The score gives no risks (${binary ? '/score/intercept' : '/score/baseline'}): calibration and decision curve can't be told.`,
    });
  }
  if (of.withoutHorizon) {
    warnings.push({
      code: 'no-horizon',
      says: 'At none of the times asked for did some have the event while others were followed without it: there is no accuracy in time.',
    });
  }
  return warnings;
}
