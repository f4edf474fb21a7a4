import { plainLine } from '../../base/index.ts';
import type { AnswerDocument, Protocol } from '../documents.ts';
import type { CodebookFault } from './coding.ts';
import type { Overlap } from './overlaps.ts';
import type { Verdict } from './verdict.ts';
import { plural } from './words.ts';

/** What a study would send of an analysis, in words. */
export interface LeavingField {
  readonly analysis: string;
  readonly round: number;
  readonly mode: 'open' | 'masked';
  /** How many numbers at most: how many steps a curve behind masks has is known once all approved. */
  readonly numbers: number;
  readonly says: string;
}

/** A study tried on a site's own data: nothing of it leaves. */
export interface DryRun {
  /** The same in plain words, a sentence each. */
  readonly words: readonly string[];
  readonly n: number;
  readonly left: number;
  /** Where cohort and codebook differ; no approval until there is none. */
  readonly faults: readonly CodebookFault[];
  readonly verdicts: readonly Verdict[];
  readonly fields: readonly LeavingField[];
  readonly withheld: AnswerDocument['withheld'];
  /** What of fewer than k patients can be worked out from sums that the rules let out. */
  readonly tells: readonly { readonly analysis: string; readonly what: string }[];
  /** What was sent before of patients of this cohort. */
  readonly overlaps: readonly Overlap[];
  readonly waivers: NonNullable<Protocol['waivers']>;
}

/** A trial in plain words, for who decides whether her site takes part: whom it is about, how much leaves, what is held back, what stands in the way. */
export function trialInWords(trial: Omit<DryRun, 'words'>): string[] {
  return (trial.faults.length > 0 ? differing(trial.faults) : comparable(trial)).map(plainLine);
}

function differing(faults: DryRun['faults']): string[] {
  return [
    `Nothing was computed, and the study can’t be approved yet: cohort and codebook differ in ${plural(faults.length, 'place')}.`,
    ...faults.map(({ pointer, says, remedy }) => `${pointer}: ${says}. ${remedy}`),
  ];
}

function comparable({ n, left, fields, withheld, tells, overlaps, verdicts }: Omit<DryRun, 'words'>): string[] {
  const failing = verdicts.filter(({ holds }) => !holds);
  const against = failing.filter(({ waived }) => !waived);
  const lifted = failing.filter(({ waived }) => waived);
  return [
    `It is about ${plural(n, 'patient')} of this site; ${left === 0 ? 'nobody else is eligible' : `${left} more would be eligible and lack something that it uses`}.`,
    `${leaving(fields)} Nothing has left by this trial.`,
    withheld.length === 0
      ? 'Nothing that is asked is held back.'
      : `Held back: ${withheld.map(({ what, rule }) => `${what} (rule ${rule})`).join('; ')}.`,
    ...tells.map(
      ({ analysis, what }) =>
        `No rule forbids it, and whoever knows the method works out from the numbers of ${analysis} how many have ${what}, of whom somewhere there are few.`,
    ),
    ...before(overlaps),
    ...lifted.map((verdict) => `The protocol lifts a rule that doesn’t hold here: ${ruleInWords(verdict)}.`),
    ...(against.length === 0
      ? ['No rule stands in the way: you decide.']
      : [
          `It can’t be approved as it is: ${plural(against.length, 'condition')} of the rules ${against.length === 1 ? 'isn’t' : 'aren’t'} met.`,
          ...against.map((verdict) => `Not met: ${ruleInWords(verdict)}.`),
        ]),
  ];
}

function leaving(fields: DryRun['fields']): string {
  const numbers = (mode: 'open' | 'masked'): number =>
    fields.filter((field) => field.mode === mode).reduce((sum, field) => sum + field.numbers, 0);
  const rounds = new Set(fields.map(({ round }) => round)).size;
  const masked = numbers('masked');
  const behind =
    masked === 0 ? '' : `, and behind masks ${masked} at most, of which the others see the sum over all sites alone`;
  return `If you approve, ${plural(numbers('open'), 'number')} of this site’s own would leave in ${plural(rounds, 'round')}${behind}.`;
}

function before(overlaps: DryRun['overlaps']): string[] {
  const shared = overlaps.filter(({ both }) => both > 0);
  if (shared.length === 0) return ['Nothing was sent before of any of these patients.'];
  return [
    `Of these patients ${shared.length} earlier ${shared.length === 1 ? 'study or release' : 'studies and releases'} told: ${shared
      .map(({ study, partners, both }) => `${study.slice(0, 8)}… to ${partners.join(', ')}, of ${both} of them`)
      .join('; ')}.`,
  ];
}

function ruleInWords({ rule, analysis, says }: Verdict): string {
  return `${rule}${analysis === undefined ? '' : ` of ${analysis}`}: ${says}`;
}
