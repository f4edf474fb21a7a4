import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../../tools/audit.ts';

const found = (vulnerabilities: Record<string, number>) => JSON.stringify({ metadata: { vulnerabilities } });

describe('The audit', () => {
  it.each([
    ['passes without a finding', found({ high: 0, critical: 0, total: 0 }), true],
    ['passes with lesser findings', found({ low: 2, high: 0, critical: 0, total: 2 }), true],
    ['fails with a high one', found({ high: 1, critical: 0, total: 1 }), false],
    ['fails with a critical one', found({ high: 0, critical: 1, total: 3 }), false],
    [
      'passes where the registry has no such service',
      JSON.stringify({ message: '405 Method Not Allowed', error: {} }),
      true,
    ],
    ['fails where the registry failed otherwise', JSON.stringify({ error: { code: 'EINTERNAL' } }), false],
    ['fails where nothing can be read', 'npm ERR!', false],
  ])('%s', (_, output, ok) => {
    expect(verdictOf(output).ok).toBe(ok);
  });
});
