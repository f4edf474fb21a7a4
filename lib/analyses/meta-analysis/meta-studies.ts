import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import { logOddsRatios, logRiskRatios, normal, type Stratum } from '../../stats/index.ts';
import { fitCox } from '../cox/cox-regression.ts';
import { fitLogistic } from '../logistic/logistic-regression.ts';
import { columnsOf, termsOf } from '../models/model-terms.ts';
import { type Estimate, ONE_VALUE } from '../models/regression.ts';
import { binaryOutcome, withOutcome } from '../parts/binary-outcome.ts';
import { type Covariate, covariateOf, covariatesOf, withCovariates } from '../parts/covariate.ts';
import { entryOf, followUpOf, withEndpoint, withEntry } from '../parts/follow-up.ts';
import { groupingOf } from '../parts/grouping.ts';
import { guardTime } from '../parts/immortal-time.ts';
import { leaveOut, type Selection, select } from '../parts/selection.ts';
import type { MetaRequest, Own, Study } from './meta-request.ts';

export type Effect = NonNullable<MetaRequest['effect']>;

/** What one study found, on the scale on which effects are pooled: logarithms of ratios, or differences. */
export interface Found {
  readonly name: string;
  readonly own: boolean;
  /** Patients and events, where they are known. */
  readonly n: number | null;
  readonly events: number | null;
  readonly estimate: number;
  readonly standardError: number;
  /** Why there is no estimate; empty where there is. */
  readonly why: string;
  readonly table?: Stratum;
  readonly moderators: Readonly<Record<string, number>>;
}

/** The effect that all studies have to be of. Throws `unlike-effects`. */
export function effectOf({ effect, own, studies }: MetaRequest): Effect {
  const fitted = own === undefined ? undefined : own.endpoint === undefined ? 'odds-ratio' : 'hazard-ratio';
  const chosen = effect ?? fitted ?? 'odds-ratio';
  const refuse = (pointer: string, says: string) => {
    throw new SignetError('unlike-effects', says, { place: { pointer }, remedy: 'Pool effects of one kind only.' });
  };
  if (fitted !== undefined && chosen !== fitted)
    refuse('/effect', `The cohort's own effect is a ${fitted}, and not a ${chosen}`);
  studies.forEach((study, i) => {
    if ('table' in study && chosen !== 'odds-ratio' && chosen !== 'risk-ratio')
      refuse(`/studies/${i}/table`, `A table gives no ${chosen}`);
    if ('ratio' in study && chosen === 'difference') refuse(`/studies/${i}/ratio`, 'A ratio is no difference');
  });
  return chosen;
}

/** The studies given with the request. Throws `interval-without-estimate`. */
export function givenStudies(studies: readonly Study[], effect: Effect): Found[] {
  return studies.map((study, i) => {
    const { name, moderators = {} } = study;
    const shared = { name, own: false, n: null, events: null, why: '', moderators };
    if ('estimate' in study) return { ...shared, estimate: study.estimate, standardError: study.standardError };
    if ('table' in study) {
      const [a, b, c, d] = study.table;
      const { effects, variances } = (effect === 'risk-ratio' ? logRiskRatios : logOddsRatios)([study.table]);
      const standardError = Math.sqrt(variances[0]!);
      return {
        ...shared,
        n: a + b + c + d,
        events: a + c,
        table: study.table,
        estimate: effects[0]!,
        standardError,
        why: standardError > 0 ? '' : 'no variance',
      };
    }
    const { ratio, low, high, level } = study;
    if (!(low < high && low <= ratio && ratio <= high)) {
      throw new SignetError('interval-without-estimate', `The interval of ${name} doesn't hold its ratio`, {
        place: { pointer: `/studies/${i}`, value: `${low} to ${high}` },
        remedy: 'Give the ratio and its limits as the study has them, not their logarithms.',
      });
    }
    const standardError = (Math.log(high) - Math.log(low)) / (2 * -normal.quantile((1 - level) / 2));
    return { ...shared, estimate: Math.log(ratio), standardError };
  });
}

/** What the cohort itself says: a study a group. */
export interface OwnStudies {
  readonly found: readonly Found[];
  readonly selection: Selection;
  readonly events: number;
  readonly known: readonly { readonly asked: string; readonly known: string | undefined; readonly pointer: string }[];
  /** Whose effect, and of what it is. */
  readonly of: string;
  readonly by: string | undefined;
  readonly adjusted: readonly string[];
}

/** The covariate whose effect is pooled. Throws `not-one-effect`. */
function soleCovariate(frame: CohortFrame, { of, per }: Own): Covariate {
  const covariate = covariateOf(frame, { of, ...(per === undefined ? {} : { per }) }, '/own/of');
  if (covariate.values.kind === 'number' || covariate.values.labels.length === 2) return covariate;
  throw new SignetError(
    'not-one-effect',
    `${of} has ${covariate.values.labels.length} levels: its effect is more than one number`,
    {
      place: { pointer: '/own/of', value: of },
      remedy: 'Compare with something, such as stage == "IV".',
    },
  );
}

/** Fits the same model in each group of the cohort, or in the whole of it. Throws what covariates, groups and endpoints throw. */
export function ownStudies(frame: CohortFrame, own: Own, level: number, naive: boolean): OwnStudies {
  const covariate = soleCovariate(frame, own);
  const { covariates } = covariatesOf(frame, own.adjust ?? [], '/own/adjust');
  const grouping = own.by === undefined ? undefined : groupingOf(frame, own.by, '/own/by');
  const known = [
    ...[covariate, ...covariates].map(({ asked, known: at, pointer }) => ({ asked, known: at, pointer })),
    ...(grouping === undefined ? [] : [{ asked: own.by!, known: grouping.known, pointer: '/own/by' }]),
  ];
  for (const each of known) guardTime(each, naive);
  const outcome = own.outcome === undefined ? undefined : binaryOutcome(frame, own.outcome);
  const endpoint = own.endpoint === undefined ? undefined : frame.endpoint(own.endpoint, '/own/endpoint');
  const begun = select(frame, own.where);
  const entry = endpoint && entryOf(frame, endpoint, own.entry, '/own/entry');
  const timed =
    endpoint === undefined
      ? withOutcome(begun, outcome!)
      : withEntry(withEndpoint(begun, endpoint, '/own/endpoint'), endpoint, entry, '/own/entry');
  const complete = withCovariates(timed, [covariate, ...covariates]);
  const selection =
    grouping === undefined
      ? complete
      : leaveOut(
          complete,
          { reason: `without ${grouping.title}`, columns: grouping.columns, pointer: '/own/by' },
          (row) => grouping.codes[row]! < 0,
        );
  const effectIn = (name: string, rows: Int32Array): Found => {
    const terms = termsOf([covariate, ...covariates], [], rows);
    const event = Uint8Array.from(rows, (row) => endpoint?.event[row] ?? outcome!.codes[row]!);
    const fit =
      endpoint === undefined
        ? fitLogistic(event, columnsOf(terms), { level, interval: 'wald', penalty: 'none' })
        : fitCox({ followUp: followUpOf(endpoint, rows, entry) }, columnsOf(terms), {
            ties: 'efron',
            level,
            robust: false,
            interval: 'wald',
            penalty: 'none',
          });
    const [column] = terms[0]!.columns;
    const estimate: Estimate | undefined = column && fit.estimates.get(column.name);
    return {
      name,
      own: true,
      n: rows.length,
      events: event.reduce((sum, e) => sum + e, 0),
      estimate: estimate?.coefficient ?? Number.NaN,
      standardError: estimate?.standardError ?? Number.NaN,
      why: estimate === undefined ? ONE_VALUE : estimate.why,
      moderators: {},
    };
  };
  const found =
    grouping === undefined
      ? [effectIn(own.name ?? frame.title, selection.rows)]
      : grouping.labels.flatMap((label, g) => {
          const rows = selection.rows.filter((row) => grouping.codes[row] === g);
          return rows.length === 0 ? [] : [effectIn(label, rows)];
        });
  const [no, yes] = covariate.values.kind === 'levels' ? covariate.values.labels : [];
  const said =
    covariate.values.kind === 'levels'
      ? `${covariate.title}: ${yes} against ${no}`
      : `${covariate.title}, ${covariate.values.per === 1 ? 'per unit' : `per ${covariate.values.per}`}`;
  return {
    found,
    selection,
    events: found.reduce((sum, { events }) => sum + (events ?? 0), 0),
    known,
    of: said,
    by: grouping?.title,
    adjusted: covariates.map(({ title }) => title),
  };
}
