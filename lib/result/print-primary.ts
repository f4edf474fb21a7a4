import type { PrimaryEstimate } from './document.ts';
import { printCount, printEstimate, printNumber, printP, printRatio, printShare } from './print.ts';

const PRINT = { number: printNumber, ratio: printRatio, share: printShare };

/** The one estimate of an analysis as a sentence: what it is, its interval, p, patients and events. */
export function printPrimary({ says, format, estimate, low, high, p, n, events, why }: PrimaryEstimate): string {
  const number = printEstimate(estimate, { low, high }, why ?? '', PRINT[format]);
  const counted = `${printCount(n)} patients${events === null ? '' : `, ${printCount(events)} events`}`;
  return `${says}: ${number}${p === null ? '' : `, p ${p < 0.001 ? '' : '= '}${printP(p)}`} (${counted}).`;
}
