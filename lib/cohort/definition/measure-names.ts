/**
 * Variables that a specimen has without a column of its own: mutations per megabase and their limits, fraction of genome altered, large
 * transitions.
 */
export const MEASURES = {
  tmb: { whole: false, unit: '/Mb', label: 'Mutations per megabase' },
  tmb_low: { whole: false, unit: '/Mb', label: 'Mutations per megabase, lower limit' },
  tmb_high: { whole: false, unit: '/Mb', label: 'Mutations per megabase, upper limit' },
  fga: { whole: false, label: 'Fraction of genome altered' },
  lst: { whole: true, label: 'Large-scale transitions' },
} as const satisfies Readonly<
  Record<string, { readonly whole: boolean; readonly unit?: string; readonly label: string }>
>;

export type Measure = keyof typeof MEASURES;

/** Their names. */
export const MEASURE_NAMES = Object.keys(MEASURES) as readonly Measure[];
