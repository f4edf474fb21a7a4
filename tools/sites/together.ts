import type { SiteRows } from '../../lib/sharing/index.ts';
import { type CoxFit, type CoxRows, cox, type Ties } from '../../lib/stats/index.ts';

/** What sites' rows would be if they all lay in one place: a stratum a site. `covariates` are columns of numbers, the same of each site. */
export function rowsTogether(sites: readonly SiteRows[], endpoint: string, covariates: readonly string[]): CoxRows {
  return {
    time: joined(sites, ({ endpoints }) => endpoints[endpoint]!.time),
    event: Uint8Array.from(
      joined(sites, ({ endpoints }) => endpoints[endpoint]!.cause),
      (code) => (code === 1 ? 1 : 0),
    ),
    covariates: covariates.map((name) => joined(sites, ({ variables }) => variables[name]!)),
    names: covariates,
    strata: Int32Array.from(joined(sites, ({ n }, s) => new Uint8Array(n).fill(s))),
  };
}

/** A column of all sites' rows, one site after the other. */
export function joined(
  sites: readonly SiteRows[],
  column: (site: SiteRows, place: number) => ArrayLike<number>,
): Float64Array {
  const all = new Float64Array(sites.reduce((sum, { n }) => sum + n, 0));
  let at = 0;
  for (const [s, site] of sites.entries()) {
    all.set(column(site, s), at);
    at += site.n;
  }
  return all;
}

/** Fits a Cox model to all rows until it converges. Throws RangeError where there is no finite fit. */
export function coxTogether(rows: CoxRows, ties: Ties = 'efron'): CoxFit {
  const fit = cox.fit(rows, { ties });
  if (!fit.ok) throw new RangeError(`all rows in one place have no finite fit: ${fit.problem}`);
  return fit;
}

/** The largest distance of coefficients from a fit's, in its standard errors. */
export function distanceFrom({ coefficients, standardErrors }: CoxFit, beta: ArrayLike<number>): number {
  return Math.max(...standardErrors.map((error, j) => Math.abs(beta[j]! - coefficients[j]!) / error));
}
