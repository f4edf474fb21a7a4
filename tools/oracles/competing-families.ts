import {
  type CauseFollowUp,
  cox,
  cumulativeIncidence,
  fineGray,
  grayTest,
  incidenceAt,
  jackknifeIncidenceError,
} from '../../lib/stats/index.ts';
import { type Family, named, numberOrNaN, type OracleCase } from './case.ts';
import { modelResult } from './cox-families.ts';
import type { Dataset } from './dataset.ts';

/** A status as a column of codes; or in words, `cause 1: EXPRESSION (what it is), cause 2: ..., 0 censored`. */
function causesOf({ spec }: OracleCase, data: Dataset): Uint8Array {
  const said = [...String(spec['status']).matchAll(/cause (\d+): ([^(,]+)/g)];
  if (said.length === 0) return Uint8Array.from(data.numbers(String(spec['status'])));
  const codes = new Uint8Array(data.rows);
  for (const [, cause, expression] of said) {
    data.numbers(expression!.trim()).forEach((holds, row) => {
      if (holds === 1) codes[row] = Number(cause);
    });
  }
  return codes;
}

/** Complete rows; a status in words names no column, and isn't looked at. */
function rowsOf(given: OracleCase, data: Dataset): Dataset {
  const status = String(given.spec['status']);
  return data.complete([...named(given, ['time', 'group', 'covariates']), ...(status.includes(':') ? [] : [status])]);
}

function followUpOf(given: OracleCase, rows: Dataset): CauseFollowUp {
  return { time: rows.numbers(String(given.spec['time'])), cause: causesOf(given, rows) };
}

const causesIn = ({ cause }: CauseFollowUp) => cause.reduce((most, code) => Math.max(most, code), 0);

/** Curves as cmprsk names them, `group cause`; tests by cause. */
const cuminc: Family = (given, data) => {
  const rows = rowsOf(given, data);
  const f = followUpOf(given, rows);
  const causes = causesIn(f);
  const { levels, codes } = rows.levels(String(given.spec['group']));
  const { curves, times } = given.result as { curves: string[]; times: number[] };
  const table = cumulativeIncidence.accumulate(f, causes, codes, levels.length);
  const points = curves.map((name) => {
    const [level, cause] = [name.slice(0, name.lastIndexOf(' ')), name.slice(name.lastIndexOf(' ') + 1)];
    const group = levels.findIndex((known) => String(known) === level);
    const curve = cumulativeIncidence.solve(table, Number(cause), group);
    const last = curve.time.at(-1)!;
    return incidenceAt(curve, times).map((point) =>
      point.time > last ? { incidence: Number.NaN, standardError: 'undefined' as const } : point,
    );
  });
  const tables = grayTest.accumulate(f, causes, codes, levels.length);
  return {
    curves,
    times,
    est: points.map((row) => row.map(({ incidence }) => incidence)),
    var: points.map((row) => row.map(({ standardError }) => numberOrNaN(standardError) ** 2)),
    gray_rows: Array.from({ length: causes }, (_, i) => String(i + 1)),
    gray: Array.from({ length: causes }, (_, i) => {
      const test = grayTest.solve(tables, i + 1);
      return test.ok ? [test.statistic, test.p, test.degreesOfFreedom] : [];
    }),
  };
};

const aalenJohansen: Family = (given, data) => {
  const f = followUpOf(given, rowsOf(given, data));
  const causes = causesIn(f);
  const table = cumulativeIncidence.accumulate(f, causes);
  const curve = cumulativeIncidence.solve(table, 1);
  const other = cumulativeIncidence.solve(table, 2);
  const errors = jackknifeIncidenceError(f, curve);
  const limits = cumulativeIncidence.limits(curve, errors);
  const { time } = given.result as { time: number[] };
  const places = time.map((t) => curve.time.findIndex((at) => Math.abs(at - t) <= given.tol));
  const thinned = (values: Float64Array) => places.map((place) => values[place] ?? Number.NaN);
  return {
    time: thinned(curve.time),
    p_cause1: thinned(curve.incidence),
    se_cause1: thinned(errors),
    p_cause2: thinned(other.incidence),
    lower1: thinned(limits.lower),
    upper1: thinned(limits.upper),
  };
};

function covariatesOf(given: OracleCase, rows: Dataset) {
  const names = named(given, ['covariates']);
  return { names, covariates: names.map((name) => rows.numbers(name)) };
}

const subdistribution: Family = (given, data) => {
  const rows = rowsOf(given, data);
  const fit = fineGray(
    { ...followUpOf(given, rows), ...covariatesOf(given, rows) },
    { cause: Number(given.spec['cause']) },
  );
  if (!fit.ok) return {};
  return {
    coef: fit.coefficients,
    se: fit.standardErrors,
    var: fit.variance,
    loglik: [fit.logLikelihoodAtZero, fit.logLikelihood],
    z: fit.z,
    p: fit.p,
  };
};

/** A Cox model in which the other causes censor. */
const causeSpecific: Family = (given, data) => {
  const rows = rowsOf(given, data);
  const { time, cause } = followUpOf(given, rows);
  const event = cause.map((code) => (code === Number(given.spec['cause']) ? 1 : 0));
  const model = { time, event, ...covariatesOf(given, rows) };
  const fit = cox.fit(model);
  return fit.ok ? modelResult(given, fit, model) : {};
};

/** Competing risks. */
export const COMPETING_FAMILIES: Readonly<Record<string, Family>> = {
  cuminc,
  aalen_johansen: aalenJohansen,
  fine_gray: subdistribution,
  cause_specific_cox: causeSpecific,
};
