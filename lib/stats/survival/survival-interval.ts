import { normalHalfWidth } from '../numeric/distributions.ts';

/** On which scale a survival probability's interval is symmetric. */
export type SurvivalInterval = 'log' | 'log-log' | 'plain' | 'logit' | 'arcsin';

/** Limits of a probability `s` whose logarithm has standard error `e`, reaching `z` standard errors to each side. */
type Limits = (s: number, e: number, z: number) => readonly [number, number];

/** NaN where the scale has no value: all at 0, and `log-log`, `logit` and `arcsin` at 1 too. As survival::survfit. */
const BY: Readonly<Record<SurvivalInterval, Limits>> = {
  plain: (s, e, z) => [Math.max(0, s - e * s * z), Math.min(1, s + e * s * z)],
  log(s, e, z) {
    if (s === 0) return [Number.NaN, Number.NaN];
    const centre = Math.log(s);
    return [Math.exp(centre - e * z), Math.min(1, Math.exp(centre + e * z))];
  },
  'log-log'(s, e, z) {
    if (s === 0 || s === 1) return [Number.NaN, Number.NaN];
    const width = (e * z) / -Math.log(s);
    const centre = Math.log(-Math.log(s));
    return [Math.exp(-Math.exp(centre + width)), Math.exp(-Math.exp(centre - width))];
  },
  logit(s, e, z) {
    if (s === 0 || s === 1) return [Number.NaN, Number.NaN];
    const width = (e * z) / (1 - s);
    const centre = Math.log(s / (1 - s));
    return [1 / (1 + Math.exp(width - centre)), 1 / (1 + Math.exp(-width - centre))];
  },
  arcsin(s, e, z) {
    if (s === 0 || s === 1) return [Number.NaN, Number.NaN];
    const width = (e * z * Math.sqrt(s / (1 - s))) / 2;
    const centre = Math.asin(Math.sqrt(s));
    return [Math.sin(Math.max(0, centre - width)) ** 2, Math.sin(Math.min(Math.PI / 2, centre + width)) ** 2];
  },
};

/** The scales by name. */
export const SURVIVAL_INTERVALS = Object.keys(BY) as readonly SurvivalInterval[];

/** Limits of a survival probability as a function of it and of its logarithm's standard error. */
export function survivalLimits(
  interval: SurvivalInterval,
  level: number,
): (s: number, e: number) => readonly [number, number] {
  const z = normalHalfWidth(level);
  const limits = BY[interval];
  return (s, e) => limits(s, e, z);
}
