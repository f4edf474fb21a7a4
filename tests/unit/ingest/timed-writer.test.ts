import { describe, expect, it } from 'vitest';
import type { AttemptWriter } from '../../../lib/ingest/ports.ts';
import { timed } from '../../../lib/ingest/timed-writer.ts';

describe('A writer whose time is taken', () => {
  it('tells how long whoever reads waited for it, and no more', async () => {
    let clock = 0;
    const counts = { patients: 0, specimens: 0, alterations: 0, problems: 0 };
    const work = async (): Promise<void> => {
      clock += 1; // packing, before anything is waited for
      await Promise.resolve();
      clock += 2; // sending
    };
    const slow: AttemptWriter = {
      patients: work,
      specimens: work,
      events: work,
      alterations: work,
      facts: work,
      problems: work,
      complete: async () => {
        await work();
        return counts;
      },
    };
    const writer = timed(slow, () => clock);
    await writer.patients([]);
    clock += 100; // reading
    await writer.alterations([], []);
    expect(await writer.complete()).toBe(counts);
    expect(writer.milliseconds).toBe(9);
  });
});
