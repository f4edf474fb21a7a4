import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Files that git tracks or would track: what a clone holds. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .trim()
  .split('\n');
const text = files.filter(
  (file) => /\.(ts|json|md|yaml|yml|sh)$/.test(file) && !/package-lock|oracles\/data/.test(file),
);

describe('the tree', () => {
  it('runs on the Node that npm installed, which is the one Lambda runs', () => {
    const { version } = JSON.parse(readFileSync('node_modules/node/package.json', 'utf8')) as { version: string };
    expect(process.version).toBe(`v${version}`);
  });

  it('pins every dependency to one version', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>;
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      for (const version of Object.values(manifest[kind] ?? {})) expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    }
  });

  it('ships nothing under other than a permissive licence', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      dependencies: Record<string, string>;
    };
    for (const name of Object.keys(dependencies)) {
      const { license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as { license: string };
      expect([name, license]).toEqual([name, expect.stringMatching(/^(MIT|MIT-0|ISC|Apache-2\.0|BSD-[23]-Clause)$/)]);
    }
  });

  it('holds no secret', () => {
    const shapes = [
      /\bAKIA(?![0-9A-Z]*EXAMPLE\b)[0-9A-Z]{16}\b/, // the published examples are none
      /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
      /\bghp_[A-Za-z0-9]{36}\b/,
      /\bxox[bp]-[0-9A-Za-z-]{20,}/,
    ];
    for (const file of text) {
      const content = readFileSync(file, 'utf8');
      for (const shape of shapes) expect(shape.test(content), `${file} holds what looks like a secret`).toBe(false);
    }
  });

  it('imports zod as a namespace, which costs a third of the start-up', () => {
    const named = text.filter(
      (file) => file.endsWith('.ts') && /import \{[^}]*\} from 'zod'/.test(readFileSync(file, 'utf8')),
    );
    expect(named).toEqual([]);
  });
});
