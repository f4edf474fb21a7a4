/**
 * Numbers as journals print them. The document holds the doubles; these are for reading: tables on a page, corners of figures, alternative texts.
 */

/** Three significant digits, whole from 100 on: 76.0, 101, 0.855. */
export function printNumber(x: number): string {
  if (x === 0) return '0';
  return Math.abs(x) >= 99.95 ? printCount(Math.round(x)) : x.toPrecision(3);
}

/** Whole numbers with a comma at each thousand. */
export function printCount(x: number): string {
  return String(x).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Hazard and odds ratios: 1.50, 0.011, 12.3. */
export function printRatio(x: number): string {
  const size = Math.abs(x);
  if (size >= 99_999.5) return x.toPrecision(2);
  if (size >= 99.95) return printCount(Math.round(x));
  if (size >= 9.995) return x.toFixed(1);
  return size >= 0.095 || size === 0 ? x.toFixed(2) : x.toPrecision(2);
}

/** A share as a percentage: 62.7%. */
export function printShare(x: number): string {
  return `${(100 * x).toFixed(1)}%`;
}

/** A p value: 0.36, 0.063, <0.001; with so many digits that it is never shown as 0.05 when it isn't. */
export function printP(p: number): string {
  if (p < 0.001) return '<0.001';
  if (p > 0.99) return '>0.99';
  if (p >= 0.095) return p.toFixed(2);
  for (let digits = 3; digits < 8; digits++) {
    const text = p.toFixed(digits);
    if (Number(text) !== 0.05 || p === 0.05) return text;
  }
  return '0.05';
}

/** A level as a percentage: 95%. */
export function printLevel(level: number): string {
  return `${Number((100 * level).toPrecision(6))}%`;
}

/**
 * Estimate and interval: `76.0 (67.1 to 101)`. What is absent is printed as `why`, once where all is: `57.2 (51.4 to not reached)`.
 * Without limits at all the estimate stands alone.
 */
export function printEstimate(
  estimate: number | null,
  limits: { readonly low: number | null; readonly high: number | null } | undefined,
  why: string,
  print: (x: number) => string,
): string {
  const said = (x: number | null) => (x === null ? why : print(x));
  if (limits === undefined || (limits.low === null && limits.high === null)) {
    const bare = said(estimate);
    return estimate === null || limits === undefined || why === '' ? bare : `${bare} (${why})`;
  }
  return `${said(estimate)} (${said(limits.low)} to ${said(limits.high)})`;
}
