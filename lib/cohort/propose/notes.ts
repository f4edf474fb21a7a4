import type { Evidence, Question } from './inputs.ts';

/** What is noted while a draft is made. */
export class Notes {
  readonly evidence: Evidence[] = [];
  readonly questions: Question[] = [];

  /** Why something stands in the draft. */
  told(place: string, says: string, column?: string, file?: string): void {
    this.evidence.push({ place, ...(file !== undefined && { file }), ...(column !== undefined && { column }), says });
  }

  /** What can't be told. Each choice, put at the place, gives a definition that holds; `/-` is an entry more of a list. */
  ask(place: string, asks: string, choices: readonly unknown[], chosen?: unknown): void {
    this.questions.push({ place, asks, choices, ...(chosen !== undefined && { chosen }) });
  }
}
