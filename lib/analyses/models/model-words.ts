import type { Findings } from '../../result/index.ts';
import type { Covariate } from '../parts/covariate.ts';
import type { Term } from './model-terms.ts';
import type { Fit } from './regression.ts';

type Warnings = Findings['warnings'];

/** Below this many events per parameter a fit is warned of; below the second, Firth's stands beside it. */
const FEW_EVENTS = 10;
export const VERY_FEW_EVENTS = 5;

/** Columns that a fit has a coefficient for. */
export function parametersOf(terms: readonly Term[], { dropped }: Fit): number {
  return terms.flatMap(({ columns }) => columns).filter(({ name }) => !dropped.has(name)).length;
}

/** Too few events for so many parameters. `events` counts the rarer of two outcomes. */
export function fewEvents(events: number, parameters: number, what: string): Warnings {
  if (parameters === 0 || events === 0 || events >= FEW_EVENTS * parameters) return [];
  const [of, per] = [events === 1 ? what.replace(/s$/, '') : what, (events / parameters).toFixed(1)];
  return [
    {
      code: 'few-events',
      says: `${events} ${of} for ${parameters === 1 ? 'one parameter' : `${parameters} parameters`} of the model (${per} a parameter): with fewer than ${FEW_EVENTS}, estimates and intervals are unreliable.`,
    },
  ];
}

/** Covariates and levels that are no part of the model, or that nobody has. */
export function leftOutTerms(terms: readonly Term[], { dropped }: Fit): Warnings {
  const constant = terms.filter(
    ({ columns, lines, title }) => columns.length === 0 && lines.length > 0 && title !== '',
  );
  const empty = terms.filter(({ empty: levels }) => levels.length > 0);
  const gone = terms.flatMap(({ title, columns, lines }) =>
    columns
      .filter(({ name }) => dropped.has(name))
      .map(({ name }) => {
        const line = lines.find(({ weights }) => weights.length === 1 && weights[0]![0] === name);
        return `${title}${line === undefined ? '' : ` (${line.label})`}: ${dropped.get(name)}`;
      }),
  );
  return [
    ...says(constant.length > 0, 'constant-covariate', () => {
      return `No part of the model, since all patients analysed have one value of it: ${constant.map(({ title }) => title).join(', ')}.`;
    }),
    ...says(gone.length > 0, 'left-out-of-the-model', () => `No part of the model: ${gone.join('; ')}.`),
    ...says(empty.length > 0, 'empty-level', () => {
      return `Levels that no patient analysed has: ${empty.map(({ title, empty: levels }) => `${title}: ${levels.join(', ')}`).join('; ')}.`;
    }),
  ];
}

function says(holds: boolean, code: string, text: () => string): Warnings {
  return holds ? [{ code, says: text() }] : [];
}

/** How covariates stand in the model, a sentence each. */
export function covariateSentences(covariates: readonly Covariate[], terms: readonly Term[]): string[] {
  const splines = terms.flatMap(({ title, knots }) =>
    knots === undefined ? [] : [`${title} (knots at ${knots.map((knot) => Number(knot.toPrecision(4))).join(', ')})`],
  );
  const folded = covariates.length < terms.length;
  return [
    ...(splines.length > 0
      ? [
          `A restricted cubic spline was used for ${splines.join('; ')}; its line compares the upper quartile with the lower.`,
        ]
      : []),
    ...(folded
      ? ['With an interaction, the ratio of each of its covariates is that at the reference or zero of the other.']
      : []),
  ];
}

/** Names of covariates in a title. */
export function listed(terms: readonly Term[]): string {
  const titles = terms.map(({ title }) => title);
  return titles.length > 4 ? `${titles.slice(0, 3).join(', ')} and ${titles.length - 3} others` : titles.join(', ');
}
