import { describe, expect, it } from 'vitest';
import { benchMethods } from '../../../tools/bench/sites/methods.ts';

describe('npm run bench -- sites', () => {
  it('carries every method through the sites of the demo, open and masked, without a waiver', async () => {
    const { rows } = await benchMethods();
    const named = rows.map(({ method, mode }) => `${method} ${mode}`);
    for (const method of ['cox', 'fine-gray', 'logistic', 'log-rank', 'mantel-haenszel', 'kaplan-meier', 'gene-scores'])
      for (const mode of ['open', 'masked']) expect(named).toContain(`${method} ${mode}`);
    for (const { answers } of rows) for (const bytes of answers) expect(bytes).toBeLessThan(4000);
  });
});
