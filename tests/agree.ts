import { expect } from 'vitest';

declare module 'vitest' {
  interface Matchers<
    // The parameters have to be those of vitest's own declaration, of which only the first is of use here.
    R extends void | Promise<void> = void | Promise<void>,
    T = unknown,
  > {
    /** Agreement with R as ARCHITECTURE.md defines it: |x - r| <= tol * max(1, |r|), element by element; `null` asks for nothing. */
    toAgree(expected: unknown, tolerance?: number): R;
  }
}

/** R writes what JSON cannot: `"NA"`, `"NaN"`, `"Inf"`, `"-Inf"`. */
function special(value: unknown): unknown {
  if (value === 'Inf') return Number.POSITIVE_INFINITY;
  if (value === '-Inf') return Number.NEGATIVE_INFINITY;
  if (value === 'NaN' || value === 'NA') return Number.NaN;
  return value;
}

function differences(actual: unknown, expected: unknown, tolerance: number, path: string): string[] {
  const wanted = special(expected);
  if (wanted === null) return [];
  const got = special(actual);
  if (typeof wanted === 'number') {
    if (typeof got !== 'number') return [`${path}: ${String(got)} is not a number (expected ${wanted})`];
    if (Number.isNaN(wanted)) return Number.isNaN(got) ? [] : [`${path}: ${got}, expected NaN`];
    if (!Number.isFinite(wanted)) return got === wanted ? [] : [`${path}: ${got}, expected ${wanted}`];
    return Math.abs(got - wanted) <= tolerance * Math.max(1, Math.abs(wanted))
      ? []
      : [`${path}: ${got}, expected ${wanted}`];
  }
  if (Array.isArray(wanted)) {
    const list = ArrayBuffer.isView(got) || Array.isArray(got) ? Array.from(got as ArrayLike<unknown>) : undefined;
    if (list === undefined) return [`${path}: not a list`];
    if (list.length !== wanted.length) return [`${path}: ${list.length} elements, expected ${wanted.length}`];
    return wanted.flatMap((item, i) => differences(list[i], item, tolerance, `${path}[${i}]`));
  }
  if (typeof wanted === 'object') {
    if (typeof got !== 'object' || got === null) return [`${path}: not an object`];
    return Object.entries(wanted).flatMap(([key, item]) =>
      differences((got as Record<string, unknown>)[key], item, tolerance, `${path}.${key}`),
    );
  }
  return got === wanted ? [] : [`${path}: ${String(got)}, expected ${String(wanted)}`];
}

expect.extend({
  toAgree(actual: unknown, expected: unknown, tolerance = 1e-9) {
    const found = differences(actual, expected, tolerance, 'value');
    return { pass: found.length === 0, message: () => found.slice(0, 5).join('\n') || 'values agree' };
  },
});
