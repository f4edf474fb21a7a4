const UNITS: readonly (readonly [RegExp, string])[] = [
  [/(^|[^a-z])(years|jahren?)([^a-z]|$)|(^|[_. ])(age|alter)([_. ]|$)/i, 'years'],
  [/(^|[^a-z])(months?|monaten?)([^a-z]|$)/i, 'months'],
  [/(^|[^a-z])(weeks?|wochen)([^a-z]|$)/i, 'weeks'],
  [/(^|[^a-z])(days?|tagen?)([^a-z]|$)/i, 'days'],
  [/[_.( ](mm)\)?$/i, 'mm'],
  [/[_.( ](cm)\)?$/i, 'cm'],
  [/[_.( ](kg)\)?$/i, 'kg'],
  [/[_.( ](m)\)?$/, 'm'],
  [/ng[/_ ]?ml/i, 'ng/ml'],
  [/percent|%/i, '%'],
];

/** The unit that a column's name says. */
export function unitIn(name: string): string | undefined {
  return UNITS.find(([pattern]) => pattern.test(name))?.[1];
}
