import { printShare, type ResultTable, type StatesFigure } from '../../result/index.ts';
import { chiSquare, ILLNESS_DEATH, type TransitionProbabilities } from '../../stats/index.ts';
import type { CoxModel } from '../cox/cox-regression.ts';
import { monthMarks } from '../curves/survival-figure.ts';
import { ratioCells, ratioColumns, reasonOf } from '../models/model-tables.ts';
import type { Term } from '../models/model-terms.ts';
import { lineEstimate } from '../models/regression.ts';
import { cell } from '../parts/cells.ts';
import { chanceAt, inState, type Occupation, type StateNames, TRANSITIONS } from './illness-death.ts';

const MONTHS_PER_YEAR = 12;
/** Rates are for so many years that patients were in the state. */
const YEARS = 100;

/** Limits of a Poisson rate, exact. Source: Garwood, Biometrika 1936;28:437. */
function rateLimits(count: number, exposure: number, level: number): [number, number] {
  const tail = (1 - level) / 2;
  const low = count === 0 ? 0 : chiSquare.quantile(tail, 2 * count) / 2;
  const high = chiSquare.quantile(1 - tail, 2 * (count + 1)) / 2;
  return [low / exposure, high / exposure];
}

/** How often each transition was made, and its rate. */
export function transitionTable(
  groups: readonly Occupation[],
  names: StateNames,
  level: number,
  head: string,
): ResultTable {
  return {
    id: 'transitions',
    title: 'Transitions',
    columns: [
      { key: 'group', label: head, format: 'text' },
      { key: 'from', label: 'From', format: 'text' },
      { key: 'to', label: 'To', format: 'text' },
      { key: 'n', label: 'Patients in the state', format: 'count' },
      { key: 'transitions', label: 'Transitions', format: 'count' },
      { key: 'years', label: 'Time in the state', format: 'number', unit: 'years' },
      {
        key: 'rate',
        label: 'Rate',
        format: 'number',
        unit: `per ${YEARS} years`,
        low: 'rate_low',
        high: 'rate_high',
        why: 'rate_why',
      },
    ],
    rows: groups.flatMap(({ label, stays }) =>
      TRANSITIONS.map(([from, to]) => {
        const own = [...stays.time.keys()].filter((i) => stays.from[i] === from);
        const months = own.reduce((sum, i) => sum + stays.time[i]! - Math.max(0, stays.entry[i]!), 0);
        const transitions = own.filter((i) => stays.to[i] === to).length;
        const exposure = months / MONTHS_PER_YEAR / YEARS;
        const known = exposure > 0;
        const [low, high] = known ? rateLimits(transitions, exposure, level) : [Number.NaN, Number.NaN];
        return {
          group: label,
          from: names[from],
          to: names[to],
          n: own.length,
          transitions,
          years: months / MONTHS_PER_YEAR,
          rate: known ? transitions / exposure : null,
          rate_low: cell(low),
          rate_high: cell(high),
          rate_why: known ? '' : 'nobody was in the state',
        };
      }),
    ),
    notes: [],
  };
}

/** Chances of being in each state at given times, a row a group, start, time and state. */
export function chanceTable(
  groups: readonly Occupation[],
  names: StateNames,
  times: readonly number[],
  landmark: number | undefined,
  head: string,
): ResultTable {
  return {
    id: 'states-at',
    title: landmark === undefined ? 'Chances of each state' : `Chances of each state, from month ${landmark} on`,
    columns: [
      { key: 'group', label: head, format: 'text' },
      ...(landmark === undefined ? [] : [{ key: 'from', label: `At month ${landmark}`, format: 'text' as const }]),
      { key: 'time', label: 'Time', format: times.every(Number.isInteger) ? 'count' : 'number', unit: 'months' },
      { key: 'state', label: 'State', format: 'text' },
      { key: 'in_state', label: 'Patients there', format: 'count' },
      { key: 'chance', label: 'Chance', format: 'share', low: 'chance_low', high: 'chance_high', why: 'chance_why' },
    ],
    rows: groups.flatMap(({ label, stays, chances }) =>
      chances.flatMap((own) =>
        times
          .filter((time) => landmark === undefined || time > landmark)
          .flatMap((time) =>
            names.map((state, s) => {
              const known = time <= (own.time.at(-1) ?? 0);
              const at = chanceAt(own, s, time);
              const bare = Number.isNaN(at.lower) ? `the interval is undefined at ${Math.round(at.probability)}` : '';
              return {
                group: label,
                ...(landmark === undefined ? {} : { from: names[own.from]! }),
                time,
                state,
                in_state: inState(stays, s, time),
                chance: known ? cell(at.probability) : null,
                chance_low: known ? cell(at.lower) : null,
                chance_high: known ? cell(at.upper) : null,
                chance_why: known ? bare : 'beyond the last follow-up',
                standard_error: known ? cell(at.standardError) : null,
              };
            }),
          ),
      ),
    ),
    notes:
      landmark === undefined
        ? []
        : [
            `Of patients who were in the state at month ${landmark}; what happened before it is no part of these chances.`,
          ],
  };
}

/** A transition's model, with who was in its state. */
export interface TransitionModel {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly terms: readonly Term[];
  readonly model: CoxModel;
}

/** Hazard ratios of each transition, a row a transition and line. */
export function transitionRatios(models: readonly TransitionModel[], names: StateNames, level: number): ResultTable {
  const words = {
    key: 'hazard_ratio',
    ratio: 'Hazard ratio',
    p: 'Wald p',
    level,
    event: new Uint8Array(0),
    events: '',
  };
  return {
    id: 'hazard-ratios',
    title: 'Hazard ratios of each transition',
    columns: [
      { key: 'from', label: 'From', format: 'text' },
      { key: 'to', label: 'To', format: 'text' },
      { key: 'covariate', label: 'Covariate', format: 'text' },
      { key: 'level', label: 'Level', format: 'text' },
      ...ratioColumns('', '', words),
    ],
    rows: models.flatMap(({ from, to, terms, model }) =>
      terms.flatMap((term) =>
        term.lines.map((line) => ({
          from: names[from]!,
          to: names[to]!,
          covariate: term.title,
          level: line.label,
          ...ratioCells('', words, lineEstimate(model, line, level), reasonOf(term, line)),
        })),
      ),
    ),
    notes: ['Time runs from time zero in every state.'],
  };
}

/** What the intermediate event, and when it came, do to the hazard of the end. */
export function afterTable(
  after: CoxModel | undefined,
  arrival: CoxModel | undefined,
  names: StateNames,
  level: number,
): ResultTable {
  const words = {
    key: 'hazard_ratio',
    ratio: 'Hazard ratio',
    p: 'Wald p',
    level,
    event: new Uint8Array(0),
    events: '',
  };
  const row = (what: string, model: CoxModel | undefined) => {
    const [estimate] = model?.estimates.values() ?? [];
    return { effect: what, ...ratioCells('', words, estimate, 'no patient') };
  };
  return {
    id: 'after',
    title: `${names[1]} against ${inside(names[0])}: hazard of the end`,
    columns: [{ key: 'effect', label: 'Effect', format: 'text' }, ...ratioColumns('', '', words)],
    rows: [
      row(`${names[1]} against ${inside(names[0])} (time-dependent)`, after),
      row(`${names[1]}: a year later there`, arrival),
    ],
    notes: [
      'The first compares at every time those who are in either state: nobody counts as there before the event came. The second says whether it matters when the event came, which the Markov model takes not to.',
    ],
  };
}

/** A state's name within a sentence. */
function inside(name: string): string {
  return /^[A-Z][a-z]/.test(name) ? name[0]!.toLowerCase() + name.slice(1) : name;
}

/** The picture: shares in each state, one over the other. */
export function statesFigure(
  { label, stays }: Occupation,
  chances: TransitionProbabilities,
  of: {
    readonly id: string;
    readonly title: string;
    readonly names: StateNames;
    readonly origin: string;
    readonly stamp?: string;
  },
): StatesFigure {
  const { states, start, from } = chances;
  const time = [start, ...chances.time];
  const share = (s: number) => [
    s === from ? 1 : 0,
    ...chances.time.map((_, k) => chances.probability[k * states + s]!),
  ];
  const last = chances.time.at(-1) ?? start;
  const marks = monthMarks(last).filter((mark) => mark >= start);
  const times = marks.includes(start) ? marks : [start, ...marks];
  const told = of.names.map((name, s) => `${name} ${printShare(chanceAt(chances, s, last).probability)}`);
  return {
    kind: 'states',
    id: of.id,
    title: of.title,
    alt: `Shares of patients in each state, one over the other. ${of.title}. ${label}. At ${Math.round(last)} months: ${told.join(', ')}.`,
    xLabel: `Months since ${of.origin}`,
    yLabel: 'Share of patients',
    time,
    states: of.names.map((name, s) => ({ label: name, share: share(s) })),
    riskTable: {
      times,
      atRisk: [ILLNESS_DEATH.healthy, ILLNESS_DEATH.ill, ILLNESS_DEATH.dead].map((s) =>
        times.map((at) => inState(stays, s, at)),
      ),
    },
    ...(of.stamp === undefined ? {} : { stamp: of.stamp }),
  };
}
