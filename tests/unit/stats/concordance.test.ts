import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareConcordance, concordance } from '../../../lib/stats/index.ts';
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

describe('two markers of the same patients', () => {
  it('differ in concordance as survival::concordance of two fits has it', () => {
    const file = new URL('../../oracles/data/datasets/d_lung.csv', import.meta.url);
    const [header, ...lines] = readFileSync(file, 'utf8').replaceAll('"', '').trim().split('\n');
    const names = header!.split(',');
    const rows = lines.map((line) => line.split(',')).filter((cells) => cells[names.indexOf('ph.ecog')] !== '');
    const column = (name: string) => Float64Array.from(rows, (cells) => Number(cells[names.indexOf(name)]));
    const f = { time: column('time'), event: Uint8Array.from(column('event')) };
    const found = compareConcordance(f, column('age'), column('ph.ecog'));
    // R 4.2.2, survival 3.5-3: concordance(coxph(Surv(time, event) ~ age), coxph(Surv(time, event) ~ ph.ecog)), its coef and vcov
    expect(found).toMatchObject({ ok: true });
    if (!found.ok) return;
    expect(found.concordances[0]).toBeCloseTo(0.55114469095871, 13);
    expect(found.concordances[1]).toBeCloseTo(0.604462525900844, 13);
    expect(found.standardError).toBeCloseTo(0.0324653556264282, 13);
  });

  it('say nothing where they order all pairs alike', () => {
    const f = { time: Float64Array.of(1, 2, 3), event: Uint8Array.of(1, 1, 0) };
    const marker = Float64Array.of(3, 1, 2);
    expect(compareConcordance(f, marker, marker)).toEqual({ ok: false, problem: 'no variance' });
    expect(compareConcordance({ ...f, event: new Uint8Array(3) }, marker, marker)).toMatchObject({ ok: false });
  });
});
