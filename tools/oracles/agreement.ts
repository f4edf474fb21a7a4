/** What JSON can't write, and R does as text. */
const SPECIAL: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  ['NaN', Number.NaN],
  ['NA', Number.NaN],
  ['Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
]);

/** A number as the file means it: `"NA"` is NaN, `"Inf"` is infinite; others as they are. */
export function fromFile(value: unknown): unknown {
  return SPECIAL.get(value) ?? value;
}

/** A result as the file would hold it. */
export function toFile(value: unknown): unknown {
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return 'NaN';
    if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf';
    return value;
  }
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, toFile);
  if (Array.isArray(value)) return value.map(toFile);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toFile(item)]));
  }
  return value;
}

/** Whether a field holds what R prints as shipped, or describes: not compared. */
export function isAside(field: string): boolean {
  return (
    field.startsWith('r_') || ['warning', 'default_eps_coef', 'brglm2_coef', 'finegray_coxph_coef'].includes(field)
  );
}

/**
 * Where a result doesn't agree with R's: |x - r| > tol * max(1, |r|), another special value, another length, or a field not computed.
 * A null asks for nothing; texts describe.
 */
export function disagreements(actual: unknown, expected: unknown, tolerance: number, path = ''): string[] {
  const wanted = fromFile(expected);
  if (wanted === null || typeof wanted === 'string') return [];
  const where = path === '' ? 'result' : path;
  if (actual === undefined || actual === null) return [`${where} isn't computed`];
  if (typeof wanted === 'number') {
    const got = fromFile(actual);
    if (typeof got !== 'number') return [`${where} is ${String(got)}, expected ${wanted}`];
    const agrees =
      Object.is(got, wanted) ||
      (Number.isFinite(wanted) ? Math.abs(got - wanted) <= tolerance * Math.max(1, Math.abs(wanted)) : got === wanted);
    return agrees ? [] : [`${where} is ${got}, expected ${wanted}`];
  }
  if (Array.isArray(wanted)) {
    const list: unknown[] | undefined = Array.isArray(actual)
      ? actual
      : ArrayBuffer.isView(actual)
        ? Array.from(actual as unknown as ArrayLike<unknown>)
        : undefined;
    if (list === undefined) return [`${where} is no list`];
    if (list.length !== wanted.length) return [`${where} has ${list.length} elements, expected ${wanted.length}`];
    return wanted.flatMap((item, i) => disagreements(list[i], item, tolerance, `${path}[${i}]`));
  }
  if (typeof wanted === 'object') {
    const fields = actual as Record<string, unknown>;
    return Object.entries(wanted).flatMap(([field, item]) =>
      isAside(field) ? [] : disagreements(fields[field], item, tolerance, path === '' ? field : `${path}.${field}`),
    );
  }
  return actual === wanted ? [] : [`${where} is ${String(actual)}, expected ${String(wanted)}`];
}
