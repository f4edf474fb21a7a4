import { describe, expect, it } from 'vitest';
import type { Estimate } from '../../../tools/simulate/findings.ts';
import type { Replicate } from '../../../tools/simulate/replicate.ts';
import { simulate } from '../../../tools/simulate/run.ts';
import { tell } from '../../../tools/simulate/told.ts';
import { TRUTHS, type Truth } from '../../../tools/simulate/truths.ts';

const quiet = { progress: () => undefined };

const around = (coefficient: number, half = 0.5): Estimate => ({
  coefficient,
  low: coefficient - half,
  high: coefficient + half,
});

/** Twenty replicates that find what is true; the last one's intervals hold it not, as one in twenty should. */
function good(): Replicate[] {
  const estimates = (low: number): Record<string, Estimate> =>
    Object.fromEntries(TRUTHS.map(({ id, truth }) => [id, { ...around(truth), low: truth + low }]));
  return Array.from({ length: 20 }, (_, i) => ({
    seed: i + 1,
    eligible: 286,
    estimates: estimates(i === 19 ? 0.1 : -0.5),
    exact: { tested: 25, found: ['KRAS'] },
    adjusted: { tested: 25, found: [] },
    apart: ['RAS mutated'],
  }));
}

const failures = (replicates: readonly Replicate[], truths: readonly Truth[] = TRUTHS): readonly string[] =>
  tell(replicates, truths).lines.filter((line) => line.startsWith('FAILED'));

const where = (change: (estimate: Estimate) => Estimate, id: string): Replicate[] =>
  good().map((replicate) => ({
    ...replicate,
    estimates: { ...replicate.estimates, [id]: change(replicate.estimates[id]!) },
  }));

describe('The judgement of replicates', () => {
  it('passes all where what is true is found', () => {
    const { lines, failed } = tell(good());
    expect([lines.at(-1), failed]).toEqual(['13 passed, 0 failed', 0]);
  });

  it('judges by the limits and misses none of them', () => {
    expect(TRUTHS.filter(({ off }) => off !== undefined).map(({ id, truth, off }) => [id, truth, off])).toEqual([
      ['in time adjusted', -0.7, 0.06],
      ['landmark 9', -0.564, 0.08],
      ['landmark 6', -0.419, 0.08],
      ['landmark 12', -0.653, 0.08],
      ['RAS', -1.138, 0.15],
      ['SMAD4', -1.1, 0.15],
      ['TBS', -0.145, 0.02],
    ]);
  });

  it.each(TRUTHS.filter(({ off }) => off !== undefined))('fails alone where another value of $id is true', (one) => {
    const shift = one.off! * 1.01;
    for (const truth of [one.truth + shift, one.truth - shift]) {
      const found = failures(
        good(),
        TRUTHS.map((each) => (each === one ? { ...one, truth } : each)),
      );
      expect(found).toEqual([expect.stringContaining(`${one.says}: mean`)]);
    }
  });

  it.each(TRUTHS.filter(({ coverage }) => coverage !== undefined))(
    'fails alone where the intervals of $id are too narrow or too wide',
    ({ id, says, truth }) => {
      const fault = [expect.stringContaining(`${says}: `)];
      const narrow = where((estimate) => ({ ...estimate, low: truth + 0.01 }), id);
      const wide = where(() => around(truth, 5), id);
      expect(failures(narrow)).toEqual(fault);
      expect(failures(wide)).toEqual(fault);
    },
  );

  it('fails where a mean can not be told', () => {
    const none = { coefficient: Number.NaN, low: Number.NaN, high: Number.NaN };
    expect(failures(where(() => none, 'RAS'))).toHaveLength(1);
  });

  it.each(['exact', 'adjusted'] as const)('fails where the %s scan discovers genes that mean nothing', (scan) => {
    const wrong = good().map((replicate, i) => ({
      ...replicate,
      [scan]: { tested: 25, found: i < 2 ? ['TP53'] : ['KRAS'] },
    }));
    expect(failures(wrong)).toEqual([expect.stringContaining('false discovery rate 0.100')]);
  });

  it('says of few replicates that the limits are meant for more', () => {
    const many = good().flatMap((replicate) => Array.from({ length: 10 }, () => replicate));
    const said = (replicates: readonly Replicate[]) =>
      tell(replicates).lines.some((line) => /meant for 200/.test(line));
    expect([said(good()), said(many)]).toEqual([true, false]);
  });

  it('leaves out of a mean what has no estimate, and counts it', () => {
    const separated = good().map((replicate, i) =>
      i > 2
        ? replicate
        : { ...replicate, estimates: { ...replicate.estimates, BRAF: { coefficient: Number.NaN, low: 0, high: 0 } } },
    );
    const { lines, failed } = tell(separated);
    expect(failed).toBe(0);
    expect(lines).toContain('odds of conversion, BRAF V600E: no estimate in 3, left out of its mean');
  });
});

describe('Replicates that are run', () => {
  it('are the same with one thread as with two, and other with other seeds', { timeout: 180_000 }, async () => {
    const alone = await simulate({ replicates: 2, workers: 1, ...quiet });
    expect(await simulate({ replicates: 2, workers: 2, ...quiet })).toEqual(alone);
    expect(alone.map(({ seed, eligible }) => [seed, eligible])).toEqual([
      [1, 286],
      [2, 286],
    ]);
    expect(alone[0]!.estimates).not.toEqual(alone[1]!.estimates);
    for (const { estimates } of alone) {
      expect(Object.keys(estimates).sort()).toEqual(TRUTHS.map(({ id }) => id).sort());
      for (const { coefficient, low, high } of Object.values(estimates))
        expect(low < coefficient && coefficient < high).toBe(true);
    }
    const elsewhere = TRUTHS.map((truth) => ({ ...truth, truth: truth.truth + 1 }));
    expect(failures(alone, elsewhere).length).toBeGreaterThanOrEqual(11);
  });
});
