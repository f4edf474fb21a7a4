import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectKeyOf, sourceOf } from '../../../lib/store/keys.ts';

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
