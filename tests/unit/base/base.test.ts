import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  dayNumber,
  digestOf,
  isoDate,
  isSignetError,
  type Json,
  SignetError,
  ulid,
  ulidTime,
} from '../../../lib/base/index.ts';

describe('canonical JSON', () => {
  it('orders keys by code unit and leaves out undefined members, as RFC 8785 says', () => {
    expect(canonicalJson({ b: 1, a: [true, null, 'ü'], '\u20ac': 0, A: undefined })).toBe(
      '{"a":[true,null,"ü"],"b":1,"€":0}',
    );
  });

  it('says the same value as JSON.stringify, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value as Json))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('gives one digest to an object written in any order', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).reverse());
        expect(digestOf(reversed)).toBe(digestOf(object));
      }),
    );
  });

  it('refuses what JSON cannot say', () => {
    expect(() => canonicalJson(Number.NaN)).toThrow(RangeError);
  });
});

describe('the calendar', () => {
  it('knows which dates exist', () => {
    expect(dayNumber(1970, 1, 1)).toBe(0);
    expect(dayNumber(2020, 2, 29)).toBe(18_321);
    expect(dayNumber(2021, 2, 30)).toBeUndefined();
    expect(dayNumber(2021, 13, 1)).toBeUndefined();
    expect(dayNumber(99, 1, 1)).toBe(-683_368);
  });

  it('writes a day as it reads it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -300_000, max: 300_000 }), (day) => {
        const [year, month, dayOfMonth] = isoDate(day).split('-').map(Number);
        expect(dayNumber(year!, month!, dayOfMonth!)).toBe(day);
      }),
    );
  });
});

describe('a ULID', () => {
  it('sorts by the millisecond it was made in and gives it back', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.nat(2 ** 40), (a, b) => {
        expect(ulidTime(ulid(a))).toBe(a);
        if (a !== b) expect(ulid(a) < ulid(b)).toBe(a < b);
      }),
    );
  });
});

describe('a SignetError', () => {
  it('is known by its code and keeps place, remedy and cause', () => {
    const cause = new Error('below');
    const error = new SignetError('ragged-row', 'Row 3 has 4 cells', {
      place: { line: 3 },
      remedy: 'Mend the row.',
      cause,
    });
    expect(isSignetError(error, 'ragged-row')).toBe(true);
    expect(isSignetError(error, 'other')).toBe(false);
    expect(isSignetError(cause)).toBe(false);
    expect(error).toMatchObject({ place: { line: 3 }, remedy: 'Mend the row.', cause });
  });
});
