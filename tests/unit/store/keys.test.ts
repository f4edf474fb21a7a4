import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  exchangedOf,
  exchangeKeyOf,
  exchangePrefix,
  objectKeyOf,
  shareOf,
  sourceOf,
  studyKeyOf,
} from '../../../lib/store/keys.ts';

const PREFIX = 'sites/a/cohorts/liver/';

describe('a key', () => {
  it.each(['clinical.csv', 'a b+c&d.csv', 'données/β.maf.gz', '100%.csv', '..a/b..', '患者.csv', '=cmd.csv'])(
    'names a source: %j',
    (key) => {
      expect(sourceOf(PREFIX + key)).toEqual({ site: 'a', cohort: 'liver', key });
    },
  );

  it.each([
    ['outside', 'other/a/cohorts/liver/x'],
    ['without a file', PREFIX],
    ['a folder of the console', `${PREFIX}folder/`],
    ['an empty part', `${PREFIX}a//b`],
    ['a step up', `${PREFIX}../b/x`],
    ['an encoded step up', `${PREFIX}%2e%2E/x`],
    ['a half encoded step', `${PREFIX}.%2e/x`],
    ['an encoded slash', `${PREFIX}a%2fb`],
    ['a backslash', `${PREFIX}..\\x`],
    ['NUL', `${PREFIX}a\0b`],
    ['an encoded NUL', `${PREFIX}a%00b`],
    ['a line feed', `${PREFIX}a\nb`],
    ['a right-to-left mark', `${PREFIX}a\u202Egpj.csv`],
    ['half a character', `${PREFIX}a\uD800`],
    ['a site that is none', 'sites/A/cohorts/liver/x'],
    ['a cohort that is none', 'sites/a/cohorts/-liver/x'],
    ['no site', 'sites//cohorts/liver/x'],
    ['a hash in its site', 'sites/a#C/cohorts/liver/x'],
    ['1,025 bytes', PREFIX + 'é'.repeat(501) + 'x'],
  ])('is refused: %s', (_, key) => {
    expect(() => sourceOf(key)).toThrow(expect.objectContaining({ code: 'refused-key' }));
  });

  it('takes 1,024 bytes', () => {
    expect(sourceOf(PREFIX + 'é'.repeat(501)).key).toHaveLength(501);
  });

  it('leads back to the same object, or is refused', () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '%2e%2e', '', 'a', 'sites', 'cohorts', '\u202E', '%2f'),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    const key = fc.array(part, { maxLength: 8 }).map((parts) => `sites/a/cohorts/liver/${parts.join('/')}`);
    fc.assert(
      fc.property(key, (objectKey) => {
        let source: ReturnType<typeof sourceOf>;
        try {
          source = sourceOf(objectKey);
        } catch (error) {
          expect(error).toMatchObject({ code: 'refused-key' });
          return;
        }
        expect(objectKeyOf(source)).toBe(objectKey);
        expect(source.site).toBe('a');
        expect(source.cohort).toBe('liver');
        expect(source.key.split('/').some((step) => ['', '.', '..'].includes(decodeURIComponentSafely(step)))).toBe(
          false,
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

describe('The key of a document of a study', () => {
  const study = 'ab'.repeat(32);
  const part = fc.oneof(
    fc.constantFrom(
      'north',
      '..',
      '',
      'a1-r1.json',
      'north/south',
      '%2e%2e',
      'a\u202E.json',
      '__proto__',
      study,
      `${study}/x`,
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}(\.json)?$/),
  );

  it('leads back to the same document, or is refused', () => {
    let made = 0;
    const parts = fc.tuple(fc.oneof({ weight: 3, arbitrary: fc.constant(study) }, part), part, part);
    fc.assert(
      fc.property(parts, ([of, site, name]) => {
        let key: string;
        try {
          key = exchangeKeyOf({ study: of, site, name });
        } catch (error) {
          expect(error).toMatchObject({ code: 'refused-key' });
          return;
        }
        made += 1;
        expect(key.split('/')).toEqual(['exchange', of, site, name]);
        expect(exchangedOf(key)).toEqual({ study: of, site, name });
      }),
      { numRuns: 3000 },
    );
    expect(made).toBeGreaterThan(50);
  });

  it('says nothing of a key that is none', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (all) => {
        const key = all.join('/');
        const read = exchangedOf(key);
        if (read) expect(exchangeKeyOf(read)).toBe(key);
        const share = shareOf(key);
        if (share) expect(key.startsWith('shares/')).toBe(true);
      }),
    );
  });

  it('has no part that another study or site could be reached by', () => {
    for (const [of, site] of [
      ['*', 'a'],
      [study.toUpperCase(), 'a'],
      [study, '*'],
      [study, '?'],
      [study, 'A'],
      [`${study}/b`, 'a'],
    ])
      expect(() => exchangePrefix(of!, site)).toThrow(expect.objectContaining({ code: 'refused-key' }));
    for (const [site, of] of [
      ['*', study],
      ['a', '..'],
      ['a/b', study],
    ])
      expect(() => studyKeyOf(site!, of, 'set-x')).toThrow(expect.objectContaining({ code: 'refused-key' }));
  });
});
