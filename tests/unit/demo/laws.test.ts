import { describe, expect, it } from 'vitest';
import { syntheticCohort } from '../../../demo/crlm-synthetic/cohort.ts';
import { DEATH } from '../../../demo/crlm-synthetic/laws.ts';
import { crs, type Patient, patientAt, tbs } from '../../../demo/crlm-synthetic/patients.ts';
import { cox, kaplanMeier, logistic, quantile } from '../../../lib/stats/index.ts';

/** Enough that a share is known to half a percent, a hazard ratio to three. */
const MANY = 20_000;

const drawn: readonly Patient[] = Array.from({ length: MANY }, (_, index) => patientAt(20, index));
const eligible = drawn.filter((patient) => crs(patient) >= 3);

function share(patients: readonly Patient[], holds: (patient: Patient) => boolean): number {
  return patients.filter(holds).length / patients.length;
}

const ras = ({ kras, nras }: Patient): boolean => kras || nras;

/** Covariates by name, as columns. */
function columns(patients: readonly Patient[], of: Readonly<Record<string, (patient: Patient) => number | boolean>>) {
  return {
    names: Object.keys(of),
    covariates: Object.values(of).map((value) => Float64Array.from(patients, (patient) => Number(value(patient)))),
  };
}

describe('The laws of the synthetic conversion cohort', () => {
  it.each<[string, number, (patient: Patient) => boolean]>([
    ['men', 0.62, ({ male }) => male],
    ['the right colon', 0.25, ({ primary }) => primary === 'right'],
    ['the rectum', 0.38, ({ primary }) => primary === 'rectum'],
    ['no node', 0.2, ({ nodes }) => nodes === 'N0'],
    ['extrahepatic disease', 0.12, ({ extrahepatic }) => extrahepatic],
    ['KRAS', 0.41, ({ kras }) => kras],
    ['NRAS', 0.04, ({ nras }) => nras],
    ['a CRS of 3 or more', 0.87, (patient) => crs(patient) >= 3],
    ['a size above 4.2 cm', 0.5, ({ cm }) => cm > 4.2],
    ['a CEA above 35', 0.5, ({ cea }) => cea > 35],
    ['APC', 0.75, ({ altered }) => altered.has('APC')],
    ['IDH1', 0.01, ({ altered }) => altered.has('IDH1')],
    ['v1', 0.5, ({ panel }) => panel === 'v1'], // 547 days of 1096
  ])('give %s to a share of %d', (_, probability, holds) => {
    const found = share(drawn, holds);
    expect(Math.abs(found - probability)).toBeLessThan(4 * Math.sqrt((probability * (1 - probability)) / MANY) + 0.006);
  });

  it('give BRAF to a ninth of those without a RAS mutation, and to nobody else', () => {
    const wild = drawn.filter((patient) => !ras(patient));
    expect(Math.abs(share(wild, ({ braf }) => braf) - 0.11)).toBeLessThan(0.013);
    expect(drawn.some((patient) => patient.braf && ras(patient))).toBe(false);
  });

  it('let conversion act on death from its date on, as strongly as they say', () => {
    const rows = eligible.flatMap((patient) => {
      const { t0, conversion, end, died } = patient;
      const whole = { patient, from: 0, to: end - t0, died, converted: 0 };
      if (conversion === undefined) return [whole];
      const at = conversion - t0;
      return [
        { ...whole, to: at, died: false },
        { ...whole, from: at, converted: 1 },
      ];
    });
    const patients = rows.map(({ patient }) => patient);
    const { names, covariates } = columns(patients, {
      ras,
      braf: ({ braf }) => braf,
      tbs,
      right: ({ primary }) => primary === 'right',
      extrahepatic: ({ extrahepatic }) => extrahepatic,
      age: ({ age }) => age / 10,
    });
    const fit = cox.fit({
      time: Float64Array.from(rows, ({ to }) => to),
      event: Uint8Array.from(rows, (row) => Number(row.died)),
      entry: Float64Array.from(rows, ({ from }) => from),
      covariates: [...covariates, Float64Array.from(rows, ({ converted }) => converted)],
      names: [...names, 'conversion'],
    });
    if (!('coefficients' in fit)) throw new TypeError('no estimate');
    const truth: Readonly<Record<string, number>> = DEATH;
    for (const [j, name] of fit.names.entries())
      expect([name, Math.abs(fit.coefficients[j]! - truth[name]!) / fit.standardErrors[j]!]).toEqual([
        name,
        expect.toSatisfy((errors: number) => errors < 4),
      ]);
  });

  it.each<[string, number, Readonly<Record<string, (patient: Patient) => number | boolean>>]>([
    ['RAS', -1.138, { ras, braf: ({ braf }) => braf, tbs, extrahepatic: ({ extrahepatic }) => extrahepatic }],
    ['BRAF', -1.595, { braf: ({ braf }) => braf, ras, tbs, extrahepatic: ({ extrahepatic }) => extrahepatic }],
    ['SMAD4', -1.1, { smad4: ({ altered }) => altered.has('SMAD4'), tbs }],
    ['TBS', -0.145, { tbs, ras, braf: ({ braf }) => braf, extrahepatic: ({ extrahepatic }) => extrahepatic }],
  ])('let %s act on conversion with a log odds ratio near %d, since some die before they convert', (_, limit, of) => {
    const outcome = Uint8Array.from(eligible, ({ conversion }) => Number(conversion !== undefined));
    const fit = logistic.fit({ outcome, ...columns(eligible, of) });
    if (!fit.ok) throw new TypeError('no estimate');
    expect(Math.abs(fit.coefficients[1]! - limit)).toBeLessThan(4 * fit.standardErrors[1]!);
  });

  it('come to 40 % converted, 240 deaths, a median of 27.3 months and 0.167 alive after five years', () => {
    const cohorts = Array.from(
      { length: 12 },
      (_, i) => syntheticCohort({ seed: 101 + i, patients: 286, clean: true }).expected.truth,
    );
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const curves = cohorts.map(({ patients }) =>
      kaplanMeier.solve(
        kaplanMeier.accumulate({
          time: Float64Array.from(patients, ({ months }) => months),
          event: Uint8Array.from(patients, ({ died }) => Number(died)),
        }),
      ),
    );
    const alive = curves.map(({ time, survival }) => survival[time.findLastIndex((at) => at <= 60)]!);
    expect(Math.abs(mean(cohorts.map(({ groups }) => groups.SCTG / 286)) - 0.4)).toBeLessThan(0.035);
    expect(Math.abs(mean(cohorts.map(({ deaths }) => deaths)) - 240)).toBeLessThan(6);
    expect(Math.abs(mean(curves.map((curve) => Number(quantile(curve, 0.5).estimate))) - 27.3)).toBeLessThan(2);
    expect(Math.abs(mean(alive) - 0.167)).toBeLessThan(0.025);
  });
});
