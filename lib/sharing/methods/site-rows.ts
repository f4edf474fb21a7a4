import { SignetError } from '../../base/index.ts';
import type { Codebook } from '../documents.ts';

/** What happened to the patients of a site, as an endpoint of the codebook tells it. */
export interface SiteEndpoint {
  /** In the codebook's unit. */
  readonly time: Float64Array;
  /** 0, the event 1, competing events from 2 on. */
  readonly cause: Uint8Array;
}

/** A site's analysis set: patients with every value that the protocol's analyses use, coded as the codebook says. */
export interface SiteRows {
  readonly n: number;
  /** By variable of the codebook: a number as it is, a truth value 0 or 1, a level its place among the codebook's levels. */
  readonly variables: Readonly<Record<string, Float64Array>>;
  readonly endpoints: Readonly<Record<string, SiteEndpoint>>;
  /** By named gene and patient: 1 altered, 0 looked at and not altered, 2 not looked at. */
  readonly genes?: ReadonlyMap<string, Uint8Array>;
}

/** Columns of a design, and what they are called. */
export interface Columns {
  readonly names: readonly string[];
  readonly values: readonly Float64Array[];
}

/** A variable of the rows. Throws SignetError `unknown-variable`. */
export function variableOf({ variables }: SiteRows, name: string): Float64Array {
  const values = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (values) return values;
  throw new SignetError('unknown-variable', `The codebook has no variable ${name}`);
}

/** An endpoint of the rows. Throws SignetError `unknown-endpoint`. */
export function endpointOf({ endpoints }: SiteRows, name: string): SiteEndpoint {
  const endpoint = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
  if (endpoint) return endpoint;
  throw new SignetError('unknown-endpoint', `The codebook has no endpoint ${name}`);
}

/** What covariates are as columns: a number from the codebook's centre, a category a column a level but the first. */
export function columnsOf(rows: SiteRows, codebook: Codebook, covariates: readonly string[]): Columns {
  const names: string[] = [];
  const values: Float64Array[] = [];
  for (const name of covariates) {
    const own = variableOf(rows, name);
    const variable = codebook.variables[name]!;
    if (variable.type === 'category')
      variable.levels.slice(1).forEach((level, i) => {
        names.push(`${name}=${level}`);
        values.push(own.map((code) => (code === i + 1 ? 1 : 0)));
      });
    else {
      const centre = variable.type === 'boolean' ? 0 : variable.centre;
      names.push(name);
      values.push(own.map((value) => value - centre));
    }
  }
  return { names, values };
}

/** How many columns covariates come to. */
export function columnCount(codebook: Codebook, covariates: readonly string[]): number {
  return covariates.reduce((sum, name) => {
    const variable = codebook.variables[name];
    return sum + (variable?.type === 'category' ? variable.levels.length - 1 : 1);
  }, 0);
}
