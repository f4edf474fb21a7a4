import type { AnswerDocument, StudyAnalysis, SummaryJson } from '../documents.ts';
import type { At } from '../methods/model-rounds.ts';

/** An analysis as it is asked in a round: everything about it follows from the signed answers before. */
export interface Asked {
  readonly analysis: StudyAnalysis;
  readonly round: number;
  /** Of a model: the coefficients that the rounds before came to. */
  readonly beta?: Float64Array;
  /** Of a masked curve: the steps at which its bins end. */
  readonly edges?: readonly number[];
}

/** What a site says to an analysis in a round. */
export interface Summary {
  readonly open?: SummaryJson;
  readonly masked?: readonly number[];
  readonly withheld: AnswerDocument['withheld'];
  /** Of a model at coefficients that were sent: what the score rule judges. */
  readonly at?: At;
}

/** What all sites said to an analysis in a round: each site's own, in their order, or the sums behind masks. */
export interface RoundData {
  readonly open?: readonly SummaryJson[];
  readonly sums?: readonly number[];
}
