import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('V8 still has the flag that keeps rows among the short-lived', () => {
  expect(execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })).toContain(
    '--allocation-site-pretenuring',
  );
});
