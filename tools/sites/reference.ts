import type { Codebook, Protocol, StudyAnalysis } from '../../lib/sharing/index.ts';
import type { Numbers } from './beside/part.ts';
import type { Columns } from './frame.ts';
import { inTheWay } from './reference-waivers.ts';

/** Of a data set of the reference: rows of all sites, and what R answers over them. What is compared is read by its path. */
export interface ReferenceSet {
  readonly data: Readonly<Record<string, readonly (number | string | null)[]>>;
  readonly covariates: readonly string[];
  readonly group: string;
  readonly binary: string;
  readonly finegray: unknown;
  readonly km: {
    readonly binned: {
      readonly width: number;
      readonly all: BinnedCurve;
      readonly by_group: Readonly<Record<string, BinnedCurve>>;
    };
  };
}

interface BinnedCurve {
  readonly time: readonly number[];
  readonly at: readonly number[];
  readonly surv: readonly number[];
}

/** What became of one part: its path, and by how much the worst number differs (relative to the larger of 1 and its size). */
export interface Compared {
  readonly part: string;
  readonly worst: number;
  readonly passed: boolean;
}

/** A data set compared. */
export interface Comparison {
  readonly compared: readonly Compared[];
  readonly waivers: readonly string[];
}

const TOLERANCE = 1e-8;

/** Parts of the file that no study over sites gives. */
export const NOT_OFFERED = [
  'km.per_site, all and by_group at exact times',
  'km.binned medians',
  'logrank.per_site and pooled',
  'cox.per_site_efron, per_site_breslow, stratified_breslow, common_baseline and binned',
  'cox.site_summary',
  'finegray.per_site',
  'logistic.per_site, pooled_no_site, combined_inverse_information, site_summary and meta_first_covariate',
  'mantel_haenszel exact tests, corrected chi-square and tables',
  'concordance.per_site',
  'describe.per_site and quartiles',
] as const;

/** A study of a data set, before its sites have keys. */
export interface ReferenceStudy {
  readonly title: string;
  readonly codebook: Codebook;
  readonly analyses: readonly StudyAnalysis[];
  readonly waivers: NonNullable<Protocol['waivers']>;
}

/** What the sites of a data set bring, in their order: a definition and its table, `patients.csv`. */
export interface ReferenceCohort {
  readonly site: string;
  readonly yaml: string;
  readonly columns: Columns;
}

/** Carries studies through sites that hold these cohorts; answers the numbers that all of them attested, of each study. */
export type RunStudies = (
  cohorts: readonly ReferenceCohort[],
  studies: readonly ReferenceStudy[],
) => Promise<readonly Numbers[]>;

/**
 * Runs a data set's studies over its sites, and holds the pooled numbers to R's. Integers are numbers, not levels; models are open, with
 * at most six rounds. Rows without the binary outcome are not of the second study, so that it is one of its own.
 */
export async function compareSet(set: ReferenceSet, run: RunStudies): Promise<Comparison> {
  const waivers: NonNullable<Protocol['waivers']> = [
    { rule: 'grid', says: 'the reference has every step of its grid, and curves to their end' },
    { rule: 'atoms', says: 'the second study lacks those of whom the binary outcome is not known, who may be few' },
    ...(set.finegray ? [{ rule: 'events', says: 'Fine-Gray of one cause has few events a covariate' }] : []),
  ];
  const codebook = codebookOf(set);
  const cohorts = [...new Set(set.data['site'] as string[])].sort().map((site) => cohortOf(set, site));
  const studies: ReferenceStudy[] = [
    { title: 'The reference over its sites', codebook, analyses: survivalAnalyses(set), waivers },
    { title: 'The reference over its sites: the binary outcome', codebook, analyses: binaryAnalyses(set), waivers },
  ];
  for (const study of studies)
    for (const more of await inTheWay(cohorts, study))
      if (!waivers.some(({ rule }) => rule === more.rule)) waivers.push(more);
  const found = await run(cohorts, studies);
  const numbers: Numbers = Object.assign({}, ...found);
  return {
    compared: partsOf(set, numbers).map(([part, own, expected]) => compare(part, own, expected)),
    waivers: waivers.map(({ rule, says }) => `${rule}: ${says}`),
  };
}

function codebookOf({ data, covariates, group, binary }: ReferenceSet): Codebook {
  const numbers = covariates.map((name) => {
    const values = (data[name] as (number | null)[]).filter((value) => value !== null);
    const range: [number, number] = [Math.min(...values), Math.max(...values)];
    return [name, { type: 'number' as const, range, centre: (range[0] + range[1]) / 2 }] as const;
  });
  return {
    type: 'codebook/1',
    variables: {
      ...Object.fromEntries(numbers),
      in_group: { type: 'boolean' },
      ...(binary && { [binary]: { type: 'boolean' } }),
    },
    endpoints: {
      os: { origin: 'entry', unit: 'months', event: `event, in ${group}` },
      first: { origin: 'entry', unit: 'months', event: 'cause 1' },
    },
  };
}

/** The site's rows under a definition in which times are months, whatever they count: no scale is changed. */
function cohortOf({ data, covariates, group, binary }: ReferenceSet, site: string): ReferenceCohort {
  const rows = [...data['site']!.keys()].filter((i) => data['site']![i] === site);
  const column = (name: string): (number | string | null)[] => rows.map((i) => data[name]![i] ?? null);
  const causes = data['cause'] ? column('cause') : column('event');
  const columns = {
    patient: rows.map((i) => `p${String(i).padStart(5, '0')}`),
    time: column('time'),
    event: column('event'),
    one: causes.map((cause) => (cause === 1 ? 1 : 0)),
    two: causes.map((cause) => (cause === 2 ? 1 : 0)),
    in_group: column(group),
    ...Object.fromEntries(covariates.map((name) => [name, column(name)])),
    [binary]: column(binary),
  };
  const truth = '{ type: boolean, codes: { "1": true, "0": false } }';
  const yaml = `title: Rows of the reference
tables:
  - match: patients.csv
    rows: patient
    patient: patient
    columns:
      time: { type: duration, unit: months }
      event: ${truth}
      one: ${truth}
      two: ${truth}
      in_group: ${truth}
      ${binary}: ${truth}
${covariates.map((name) => `      ${name}: { type: number }`).join('\n')}
endpoints:
  os: { origin: entry, time: time, event: event }
  first: { origin: entry, time: time, event: one, competing: [{ event: two, time: time, label: other }] }
`;
  return { site, yaml, columns };
}

function survivalAnalyses({ covariates, finegray, data, km }: ReferenceSet): StudyAnalysis[] {
  const model = { mode: 'open' as const, covariates: [...covariates], rounds: 6 };
  const grid = { unit: 'months' as const, width: km.binned.width, last: Math.max(...(data['time'] as number[])) };
  const curve = {
    method: 'kaplan-meier/1' as const,
    mode: 'masked' as const,
    endpoint: 'os',
    grid,
    at: [...km.binned.all.at],
  };
  return [
    { ...model, id: 'cox', method: 'cox/1', endpoint: 'os', ties: 'efron', concordance: true },
    ...(finegray ? [{ ...model, id: 'finegray', method: 'fine-gray/1' as const, endpoint: 'first' }] : []),
    { id: 'logrank', method: 'log-rank/1', mode: 'open', endpoint: 'os', group: 'in_group' },
    { ...curve, id: 'all' },
    { ...curve, id: 'grouped', group: 'in_group' },
    { id: 'describe', method: 'table-one/1', mode: 'open', variables: [...covariates], histogram: {} },
  ];
}

function binaryAnalyses({ covariates, binary }: ReferenceSet): StudyAnalysis[] {
  return [
    { id: 'logistic', method: 'logistic/1', mode: 'open', covariates: [...covariates], rounds: 4, outcome: binary },
    { id: 'mh', method: 'mantel-haenszel/1', mode: 'open', outcome: binary, exposure: 'in_group' },
  ];
}

type Part = readonly [part: string, found: readonly (number | null)[], expected: readonly (number | null)[]];

/** Reads a path of the file as a flat list of numbers; R's infinities and what isn't a number is null. */
function numbersAt(set: ReferenceSet, path: string): (number | null)[] {
  const value = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | null)?.[key], set);
  return [value].flat(3).map((each) => (typeof each === 'number' ? each : null));
}

function partsOf(set: ReferenceSet, numbers: Numbers): Part[] {
  const found = (name: string): (number | null)[] => [numbers[name] ?? null].flat() as (number | null)[];
  const pick = (name: string, places: readonly number[]): (number | null)[] =>
    places.map((i) => found(name)[i] ?? null);
  const plain = (path: string, name: string): Part => [path, found(name), numbersAt(set, path)];
  const meta = (way: string, key: string): Part[] =>
    (['estimate', 'se', 'lower', 'upper'] as const).map((what, i) => [
      `cox.meta_first_covariate.${way}.${what}`,
      pick(`cox.meta.0.${key}`, [i]),
      numbersAt(set, `cox.meta_first_covariate.${way}.${what}`),
    ]);
  const parts: Part[] = [
    plain('cox.stratified_efron.beta', 'cox.beta'),
    plain('cox.stratified_efron.vcov', 'cox.variance'),
    plain('cox.stratified_efron.loglik', 'cox.loglik'),
    plain('cox.stratified_efron.loglik_null', 'cox.loglik-at-zero'),
    plain('cox.combined_inverse_information.beta', 'cox.combined.beta'),
    plain('cox.combined_inverse_information.vcov', 'cox.combined.variance'),
    plain('cox.one_newton_step_from_combined', 'cox.second.beta'),
    plain('cox.meta_first_covariate.yi', 'cox.meta.0.effects'),
    plain('cox.meta_first_covariate.vi', 'cox.meta.0.variances'),
    ...meta('fixed', 'fixed'),
    ...meta('DL', 'dl'),
    ...meta('REML', 'reml'),
    ...meta('REML_HK', 'reml-hk'),
    plain('logrank.stratified.observed', 'logrank.observed'),
    plain('logrank.stratified.expected', 'logrank.expected'),
    plain('logrank.stratified.variance', 'logrank.variance'),
    ['logrank.stratified.chisq', pick('logrank.test', [0]), numbersAt(set, 'logrank.stratified.chisq')],
    ['mantel_haenszel.or', pick('mh.odds', [0]), numbersAt(set, 'mantel_haenszel.or')],
    ['mantel_haenszel.log_or_se', pick('mh.odds', [1]), numbersAt(set, 'mantel_haenszel.log_or_se')],
    ['mantel_haenszel.chisq', pick('mh.odds', [2]), numbersAt(set, 'mantel_haenszel.chisq')],
    plain('mantel_haenszel.breslow_day', 'mh.breslow-day'),
    [
      'concordance.stratified.concordance',
      pick('cox.concordance', [0]),
      numbersAt(set, 'concordance.stratified.concordance'),
    ],
    ['concordance.stratified.se', pick('cox.concordance', [1]), numbersAt(set, 'concordance.stratified.se')],
    ...curveParts(set, numbers, 'all', 'all.0'),
    ...Object.keys(set.km.binned.by_group).flatMap((level, g) =>
      curveParts(set, numbers, `by_group.${level}`, `grouped.${g}`),
    ),
    ...(set.finegray
      ? [plain('finegray.stratified.beta', 'finegray.beta'), plain('finegray.stratified.vcov', 'finegray.variance')]
      : []),
    ...logisticParts(set, numbers),
    ...set.covariates.flatMap((name): Part[] => [
      [`describe.pooled.${name}.mean`, pick(`describe.0.${name}`, [2]), numbersAt(set, `describe.pooled.${name}.mean`)],
      [`describe.pooled.${name}.sd`, pick(`describe.0.${name}`, [3]), numbersAt(set, `describe.pooled.${name}.sd`)],
    ]),
  ];
  return parts;
}

/** A curve at the steps that anybody left in, which are those that R lists. */
function curveParts({ km }: ReferenceSet, numbers: Numbers, where: string, key: string): Part[] {
  const curve = where
    .split('.')
    .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], km.binned) as Record<
    string,
    readonly number[]
  >;
  const list = (name: string): readonly (number | null)[] => numbers[`${key}.${name}`] as readonly (number | null)[];
  const used = [...list('deaths').keys()].filter((i) => list('deaths')[i]! + list('censored')[i]! > 0);
  const at = (name: string): (number | null)[] => used.map((i) => list(name)[i]!);
  const part = (name: string, found: readonly (number | null)[]): Part => [
    `km.binned.${where}.${name}`,
    found,
    curve[name]!,
  ];
  return [
    part('n_risk', at('start.at-risk')),
    part('n_event', at('deaths')),
    part('n_censor', at('censored')),
    part('surv', at('start.survival')),
    // R's standard error of a survival of 0 is not a number
    part(
      'std_err_surv',
      at('start.se').map((se, i) => (curve['surv']![i] === 0 ? null : se)),
    ),
    part('surv_at', list('start.at')),
    part('lower_at', list('start.at.low')),
    part('upper_at', list('start.at.high')),
  ];
}

/** Slopes; and intercepts turned into R's, which are of covariates at 0 and of differences from the first site. */
function logisticParts(set: ReferenceSet, numbers: Numbers): Part[] {
  const names = (
    set as unknown as { logistic: { site_dummies: { names: string[]; beta: number[]; vcov: number[][] } } }
  ).logistic.site_dummies;
  const slopes = numbers['logistic.beta'] as number[];
  const { variables } = codebookOf(set);
  const shift = set.covariates.reduce(
    (sum, name, j) => sum + (variables[name] as { centre: number }).centre * slopes[j]!,
    0,
  );
  const intercepts = (numbers['logistic.intercepts'] as number[]).map((each) => each - shift);
  const sites = [...new Set(set.data['site'] as string[])].sort();
  const place = (name: string): number => names.names.indexOf(name);
  const own = set.covariates.map(place);
  return [
    ['logistic.site_dummies slopes', slopes, own.map((i) => names.beta[i]!)],
    [
      'logistic.site_dummies vcov of slopes',
      numbers['logistic.variance'] as number[],
      own.flatMap((i) => own.map((j) => names.vcov[i]![j]!)),
    ],
    [
      'logistic.site_dummies intercepts',
      [intercepts[0]!, ...intercepts.slice(1).map((each) => each - intercepts[0]!)],
      [names.beta[place('(Intercept)')]!, ...sites.slice(1).map((site) => names.beta[place(`factor(site)${site}`)]!)],
    ],
  ];
}

/** Null beside null is no difference; where R has none, as at a limit of a curve at 1, nothing is asked. */
function compare(part: string, found: readonly (number | null)[], expected: readonly (number | null)[]): Compared {
  const worst = expected.reduce<number>(
    (most, r, i) => {
      if (r === null) return most;
      const x = found[i];
      return typeof x === 'number'
        ? Math.max(most, Math.abs(x - r) / Math.max(1, Math.abs(r)))
        : Number.POSITIVE_INFINITY;
    },
    found.length === expected.length ? 0 : Number.POSITIVE_INFINITY,
  );
  return { part, worst, passed: worst <= TOLERANCE };
}
