import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concordance } from '../../../lib/stats/index.ts';
import { followUp, type Patient, patients } from './follow-ups.ts';

const markerOf = (rows: readonly Patient[], spread: number) => Float64Array.from(rows, ({ x }, i) => x + spread * i);

/** Every two rows of which it is known who has the event first, one by one. */
function counted(rows: readonly Patient[], marker: Float64Array) {
  const sums = { concordant: 0, discordant: 0, tiedMarker: 0, tiedTime: 0, tiedBoth: 0 };
  rows.forEach((first, i) => {
    rows.forEach((second, j) => {
      const isTied = first.time === second.time && first.event === 1 && second.event === 1;
      if (isTied && i < j) sums[marker[i] === marker[j] ? 'tiedBoth' : 'tiedTime']++;
      const isFirst =
        first.event === 1 && (first.time < second.time || (first.time === second.time && second.event === 0));
      if (!isFirst) return;
      if (marker[i] === marker[j]) sums.tiedMarker++;
      else sums[marker[i]! > marker[j]! ? 'concordant' : 'discordant']++;
    });
  });
  return sums;
}

describe('concordance', () => {
  it.each([
    ['that tie', 0],
    ['of which no two are alike', 0.01],
  ])('counts the pairs of markers %s', (_, spread) => {
    fc.assert(
      fc.property(patients(), (drawn) => {
        const rows = drawn.map((row) => ({ ...row, time: Math.round(row.time) }));
        const marker = markerOf(rows, spread);
        expect(concordance.accumulate(followUp(rows), marker)).toMatchObject(counted(rows, marker));
      }),
    );
  });

  it.each([
    ['each row is a cluster of its own', (n: number) => ({ cluster: Int32Array.from({ length: n }, (_, i) => i) })],
    ['each row weighs 1', (n: number) => ({ weights: new Float64Array(n).fill(1) })],
    ['all rows are one stratum', (n: number) => ({ strata: new Int32Array(n) })],
  ])('is the same where %s', (_, optionsOf) => {
    fc.assert(
      fc.property(patients({ max: 90 }), fc.constantFrom(0, 0.01), (rows, spread) => {
        const [f, marker] = [followUp(rows), markerOf(rows, spread)];
        const plain = concordance.accumulate(f, marker);
        expect(concordance.accumulate(f, marker, optionsOf(rows.length))).toEqual(plain);
      }),
    );
  });
});
