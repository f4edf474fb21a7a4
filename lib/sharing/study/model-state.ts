import type { SummaryJson } from '../documents.ts';
import { type ModelAnswer, type ModelState, stateAfter } from '../methods/model-rounds.ts';
import type { RoundData } from './asked.ts';
import type { Model } from './protocol.ts';

/** A round of a model as the answers of its sites, or behind masks as one answer that is their sum. */
export function modelAnswers({ open, sums }: RoundData, round: number, size: number): ModelAnswer[] {
  if (sums) {
    const triangle = (size * (size + 1)) / 2;
    const at = {
      score: sums.slice(1, 1 + size),
      information: sums.slice(1 + size, 1 + size + triangle),
      loglik: sums[1 + size + triangle]!,
    };
    const counts = { n: 0, events: sums[0]! };
    return [round === 1 ? { ...counts, zero: at } : { ...counts, at }];
  }
  return open!.map((summary) => openAnswer(summary, round));
}

function openAnswer(summary: SummaryJson, round: number): ModelAnswer {
  // its form was held against the protocol when it was read
  if (round === 1) return summary as unknown as ModelAnswer;
  const { beta, ...at } = summary as unknown as {
    beta: number[];
    score: number[];
    information: number[];
    loglik: number;
  };
  return { n: 0, events: 0, beta, at };
}

/** Where a model stands after the rounds that are complete; the round of its concordance is none. */
export function modelStateAfter(model: Model, rounds: readonly RoundData[], size: number): ModelState | undefined {
  return stateAfter(
    rounds.slice(0, model.rounds).map((data, r) => modelAnswers(data, r + 1, size)),
    size,
    model.mode,
  );
}
