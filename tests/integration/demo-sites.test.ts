import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

async function demo(...options: string[]): Promise<{ code: number; out: string; err: string }> {
  const started = spawn(process.execPath, ['tools/demo-sites.ts', '--once', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([
    text(started.stdout),
    text(started.stderr),
    once(started, 'exit') as Promise<[number]>,
  ]);
  return { code, out, err };
}

describe('npm run demo:sites', () => {
  it.each([
    ['three tenants of one deployment', []],
    ['three deployments', ['--apart']],
  ])(
    'carries a study through %s, and ends with what all rows in one place give',
    async (says, options) => {
      const { code, out, err } = await demo(...options);
      expect(err).toContain(says);
      expect(out).toMatch(
        /north tries it on her own data; nothing of it leaves\n {2}120 patients, 0 more not complete/,
      );
      for (const site of ['north', 'centre', 'south']) {
        expect(out).toMatch(
          new RegExp(`round 1: ${site} answers: cox 22 numbers, table1 \\d+ numbers, \\d+ numbers behind masks`),
        );
        expect(out).toContain(`round 2: ${site} answers: cox 13 numbers`);
        expect(out).toContain(`${site} attests the result`);
        expect(out).toContain(`${site}: attested: every site came to the same numbers`);
      }
      expect(out).toMatch(/ras +1\.48 \(1\.14 to 1\.91\) +1\.48 \(1\.14 to 1\.91\)/);
      expect(out).toMatch(/true distance from all rows: 7\.1e-4 SE/);
      expect(out).toContain('south: table1: cells of ecog: fewer patients than a cell may have');
      expect(out).toMatch(/The forest plot: http:\S+\/studies\/[0-9a-f]{64}\/result\?form=svg&figure=cox-forest/);
      expect(out).toContain('Every attestation agrees');
      expect(code, err).toBe(0);
    },
    600_000,
  );
});
