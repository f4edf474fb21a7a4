import { describe, expect, it } from 'vitest';
import { runChaos } from '../../tools/chaos/run.ts';

describe('A cohort whose events are lost, late and doubled and whose workers die or stall', () => {
  it('says in the end what a fresh one says of the same files, and never showed a mixture', async () => {
    const { differences, mixtures, frames } = await runChaos(7, 40, () => undefined);
    expect(differences).toEqual([]);
    expect(mixtures).toBe(0);
    expect(frames).toBeGreaterThan(0);
  }, 240_000);
});
