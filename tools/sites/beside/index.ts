import type { SiteRows } from '../../../lib/sharing/index.ts';
import { alignColumns } from '../../local/table.ts';
import { besideCox } from './cox.ts';
import { besideCurves } from './curves.ts';
import { besideDescription } from './description.ts';
import type { Beside, Numbers } from './part.ts';

/** Every part of the demo's study beside what all rows in one place give. */
export function besideTogether(numbers: Numbers, sites: readonly SiteRows[]): Beside[] {
  return [besideCox(numbers, sites), besideCurves(numbers, sites), besideDescription(numbers, sites)];
}

/** A part as text. */
export function printBeside({ title, rows, notes, faults }: Beside): string {
  return [title, alignColumns(rows), ...notes, ...faults.map((fault) => `DIFFERS: ${fault}`)].join('\n');
}
