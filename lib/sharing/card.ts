import { type Card, StudyAnalysis, type Thresholds } from './documents.ts';
import { fingerprintOf, type SiteKeys } from './signing.ts';

/** What a site asks of studies unless its card says otherwise. Some authorities ask a `k` of 10 or 11. */
export const DEFAULT_THRESHOLDS: Thresholds = {
  k: 5,
  patients: 30,
  events: 10,
  perEvent: 5,
  perPatient: 10,
  score: 25,
  share: 1 / 3,
  ledger: 1 / 3,
};

/** What of a card is the site's to say. */
export interface CardWords {
  readonly site: string;
  readonly name: string;
  /** Where its deployment answers; null for a tenant, whose documents cross over the bucket. */
  readonly address: string | null;
  /** Raised with each newer card. */
  readonly sequence: number;
  readonly thresholds?: Thresholds;
}

/** Versions of methods that this program speaks: `{ cox: '1' }`. */
function methodsSpoken(): Record<string, string> {
  return Object.fromEntries(
    StudyAnalysis.options.map(({ shape }) => shape.method.value.split('/') as [name: string, version: string]),
  );
}

/** A site's card: who it is, by its keys. */
export function cardOf(
  { thresholds = DEFAULT_THRESHOLDS, ...words }: CardWords,
  { sign, agree }: Pick<SiteKeys, 'sign' | 'agree'>,
): Card {
  const fingerprint = fingerprintOf({ sign, agree });
  return { type: 'card/1', ...words, sign, agree, fingerprint, thresholds, methods: methodsSpoken() };
}
