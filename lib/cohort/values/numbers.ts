/** A cell that isn't a number. */
export interface NumberFault {
  readonly rule: 'not-a-number' | 'ambiguous-number';
  readonly says: string;
  readonly remedy: string;
}

/** What a comma means in a cell. */
type Comma = 'decimal' | 'thousands' | 'unknown';

const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;
const ONE_COMMA = /^[+-]?(\d*),(\d+)([eE][+-]?\d{1,3})?$/;
const GROUPED_BY_COMMA = /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/;
const GROUPED_BY_POINT = /^[+-]?\d{1,3}(\.\d{3})+,\d+$/;

/** Whether a comma in this cell can only be a decimal one, only group thousands, or either. */
function commaOf(cell: string): Comma | undefined {
  if (!cell.includes(',')) return undefined;
  if (GROUPED_BY_POINT.test(cell)) return 'decimal';
  if (GROUPED_BY_COMMA.test(cell)) {
    const either = !cell.includes('.') && cell.split(',').length === 2 && !/^[+-]?0/.test(cell);
    return either ? 'unknown' : /^[+-]?0/.test(cell) ? 'decimal' : 'thousands';
  }
  return ONE_COMMA.test(cell) ? 'decimal' : undefined;
}

/** Whether a cell has a comma that can only be a decimal one: `3,5`, `0,125`, `1.234,5`. */
export function hasDecimalComma(cell: string): boolean {
  return commaOf(cell) === 'decimal';
}

const LIKE_GROUPED_BY_POINT = /^[+-]?[1-9]\d{0,2}\.\d{3}$/;

/** A number whose point may group thousands, since cells beside it have a decimal comma: `1.070` beside `70,5`. */
export function ambiguousPoint(cell: string): NumberFault | undefined {
  if (!LIKE_GROUPED_BY_POINT.test(cell)) return undefined;
  return {
    rule: 'ambiguous-number',
    says: 'the point can be a decimal one or group thousands, since other cells of the column have a decimal comma',
    remedy: 'Write the numbers of the column in one way, without groups.',
  };
}

/**
 * A cell as a number. A comma with three digits after it, and no point, may be decimal or group thousands: whatever the column's other cells
 * have, it isn't guessed.
 */
export function parseNumber(cell: string): number | NumberFault {
  if (PLAIN.test(cell)) return finite(Number(cell));
  const meant = commaOf(cell);
  if (meant === 'decimal') return finite(Number(cell.replaceAll('.', '').replace(',', '.')));
  if (meant === 'thousands') return finite(Number(cell.replaceAll(',', '')));
  if (meant !== undefined)
    return {
      rule: 'ambiguous-number',
      says: 'the comma can be a decimal one or group thousands',
      remedy: 'Write the number with a decimal point and without groups.',
    };
  return {
    rule: 'not-a-number',
    says: 'this is not a number',
    remedy: 'Correct the cell, or add its text to the missing codes.',
  };
}

function finite(value: number): number | NumberFault {
  return Number.isFinite(value)
    ? value
    : { rule: 'not-a-number', says: 'this number is too large', remedy: 'Correct the cell.' };
}

/** A text that is a number without its needless zeros, `1.0` as `1`; any other as it is. `01` stays: it may be a code. */
export function plainNumber(text: string): string {
  return /^[+-]?(0|[1-9]\d*)\.\d+$/.test(text) ? String(Number(text)) : text;
}
