import { isSignetError, SignetError } from '../base/index.ts';
import type { Reading } from '../cohort/index.ts';
import { sheetNames } from '../formats/index.ts';
import { readTable } from './bucket-table.ts';

/**
 * A copy of a workbook holds all of its sheets, and those that no table reads were never screened. Throws SignetError `direct-identifiers`, with the
 * sheet and its columns named and no value, where one of them, hidden or not, tells who patients are.
 */
export async function screenUnread(
  open: () => Promise<AsyncIterable<Uint8Array>>,
  file: string,
  reading: Reading | undefined,
): Promise<void> {
  const read = new Set(reading ? reading.tables.map(({ sheet }) => sheet) : [undefined]);
  for (const { name, first } of await sheetNames(await open(), file, { hidden: true })) {
    if (read.has(name) || (first && read.has(undefined))) continue;
    const told = await identifying(open, file, name);
    if (told.length > 0)
      throw new SignetError(
        'direct-identifiers',
        `The sheet ${name}, which no table reads, tells who patients are: ${told.join('; ')}. No copy of the workbook is made`,
        {
          place: { file, sheet: name },
          remedy: 'Take that sheet out of the workbook. GET …/problems?format=csv lists its problems.',
        },
      );
  }
}

/** What certainly tells who somebody is, in words; of what can't be read as a table nothing is known. */
async function identifying(
  open: () => Promise<AsyncIterable<Uint8Array>>,
  file: string,
  sheet: string,
): Promise<readonly string[]> {
  try {
    const { identifying: findings = [] } = await readTable(open, file, sheet);
    return findings.flatMap(({ column, holds, certain = true }) =>
      certain ? [`the column ${column} holds ${holds}`] : [],
    );
  } catch (error) {
    if (!isSignetError(error)) throw error;
    return [];
  }
}
