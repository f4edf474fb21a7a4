import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cumulativeIncidence,
  ILLNESS_DEATH,
  illnessDeathStays,
  kaplanMeier,
  multistate,
  random,
  type Stays,
} from '../../../lib/stats/index.ts';
import { followUp, observed, patients } from './follow-ups.ts';

const { healthy, ill, dead } = ILLNESS_DEATH;

const part = (stays: Stays, keep: (row: number) => boolean): Stays => ({
  entry: stays.entry.filter((_, row) => keep(row)),
  time: stays.time.filter((_, row) => keep(row)),
  from: stays.from.filter((_, row) => keep(row)),
  to: stays.to.filter((_, row) => keep(row)),
});

describe('a model of states', () => {
  it('of life and death is Kaplan-Meier’s, with Greenwood’s error', () => {
    fc.assert(
      fc.property(patients({ min: 2 }), (rows) => {
        const f = followUp(rows);
        const stays = {
          entry: f.time.slice().fill(-1),
          time: f.time,
          from: new Int32Array(rows.length),
          to: Int32Array.from(f.event, (event) => (event === 1 ? 1 : -1)),
        };
        const found = multistate.solve(multistate.accumulate(stays, 2), 0, { start: -1 });
        const curve = kaplanMeier.solve(kaplanMeier.accumulate(f));
        const alive = [...curve.time.keys()].map((k) => found.probability[2 * k]!);
        expect(alive).toAgree([...curve.survival], 1e-12);
        const known = [...curve.time.keys()].filter((k) => curve.survival[k] !== 0);
        expect(known.map((k) => found.standardError[2 * k]!)).toAgree(
          known.map((k) => curve.standardError[k]!),
          1e-10,
        );
      }),
    );
  });

  it('of two causes of death is cumulative incidence', () => {
    fc.assert(
      fc.property(patients({ min: 2 }), (rows) => {
        const { time } = followUp(rows);
        const cause = Uint8Array.from(rows, ({ group }) => group);
        const stays = {
          entry: time.slice().fill(-1),
          time,
          from: new Int32Array(rows.length),
          to: Int32Array.from(cause, (code) => (code === 0 ? -1 : code)),
        };
        const found = multistate.solve(multistate.accumulate(stays, 3), 0, { start: -1 });
        const table = cumulativeIncidence.accumulate({ time, cause }, 2);
        for (const which of [1, 2]) {
          const { incidence } = cumulativeIncidence.solve(table, which);
          expect([...incidence.keys()].map((k) => found.probability[3 * k + which]!)).toAgree([...incidence], 1e-12);
        }
      }),
    );
  });

  it('of illness and death has chances that sum to 1, from any split of the stays', () => {
    const draw = random(4);
    const n = 120;
    const f = observed(
      Array.from({ length: n }, () => Math.ceil(40 * draw.uniform())),
      Array.from({ length: n }, () => (draw.uniform() < 0.7 ? 1 : 0)),
    );
    const stays = illnessDeathStays(
      f,
      f.time.map((t) => (draw.uniform() < 0.4 ? Math.floor(t * draw.uniform()) : Number.NaN)),
    );
    const whole = multistate.accumulate(stays, 3);
    const [odd, even] = [1, 0].map((rest) =>
      multistate.accumulate(
        part(stays, (row) => row % 2 === rest),
        3,
      ),
    );
    const found = multistate.solve(whole, healthy);
    expect(multistate.solve(multistate.merge(odd!, even!), healthy)).toEqual(found);
    for (let k = 0; k < found.time.length; k++) {
      const row = found.probability.subarray(3 * k, 3 * k + 3);
      expect(row.reduce((sum, value) => sum + value, 0)).toAgree(1, 1e-12);
      expect(row.every((value) => value >= -1e-15)).toBe(true);
    }
    const later = multistate.solve(whole, ill, { start: 10 });
    expect(later.time[0]).toBeGreaterThan(10);
    expect([...later.probability.subarray(0, 3)].indexOf(0)).toBe(healthy);
  });

  it('of illness and death agrees with the chances that made it', () => {
    const draw = random(9);
    const n = 4000;
    const [toIll, toDead, illToDead] = [0.02, 0.01, 0.05];
    const fallIll = Float64Array.from({ length: n }, () => -Math.log(draw.uniform()) / toIll);
    const die = Float64Array.from({ length: n }, () => -Math.log(draw.uniform()) / toDead);
    const dieIll = Float64Array.from({ length: n }, () => -Math.log(draw.uniform()) / illToDead);
    const censor = Float64Array.from({ length: n }, () => 100 * draw.uniform());
    const end = die.map((t, i) => (fallIll[i]! < t ? fallIll[i]! + dieIll[i]! : t));
    const f = observed(
      [...end.map((t, i) => Math.min(t, censor[i]!))],
      [...end.map((t, i) => (t <= censor[i]! ? 1 : 0))],
    );
    const stays = illnessDeathStays(
      f,
      fallIll.map((t, i) => (t < die[i]! ? t : Number.NaN)),
    );
    const found = multistate.solve(multistate.accumulate(stays, 3), healthy);
    const k = [...found.time].findLastIndex((t) => t <= 30);
    const leave = toIll + toDead;
    const truth = [
      Math.exp(-leave * 30),
      (toIll / (illToDead - leave)) * (Math.exp(-leave * 30) - Math.exp(-illToDead * 30)),
    ];
    for (const state of [healthy, ill]) {
      const [estimate, error] = [found.probability[3 * k + state]!, found.standardError[3 * k + state]!];
      expect(Math.abs(estimate - truth[state]!)).toBeLessThan(4 * error);
      expect(error).toBeLessThan(0.02);
    }
  });

  it('refuses a state that it doesn’t have and a stay that ends where it is', () => {
    const stays = (from: number, to: number) => ({
      entry: Float64Array.of(0),
      time: Float64Array.of(1),
      from: Int32Array.of(from),
      to: Int32Array.of(to),
    });
    expect(() => multistate.accumulate(stays(0, 3), 3)).toThrow('invalid-event');
    expect(() => multistate.accumulate(stays(1, 1), 3)).toThrow('invalid-event');
  });
});

describe('stays of illness and death', () => {
  it('begin healthy unless ill at the entry; illness at the end of follow-up is none', () => {
    const f = observed([10, 10, 10, 10], [1, 1, 0, 1], [0, 0, 0, 5]);
    const stays = illnessDeathStays(f, Float64Array.of(4, 10, Number.NaN, 3));
    expect([...stays.from.keys()].map((i) => [stays.entry[i], stays.time[i], stays.from[i], stays.to[i]])).toEqual([
      [0, 4, healthy, ill],
      [4, 10, ill, dead],
      [0, 10, healthy, dead],
      [0, 10, healthy, -1],
      [5, 10, ill, dead],
    ]);
  });
});
