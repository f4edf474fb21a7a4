import { finished } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { codeOf, fault } from './fault.ts';
import { LIMITS } from './limits.ts';
import type { Block } from './lines.ts';
import { BATCH, type Row } from './rejected.ts';
import type { RawRow } from './rows.ts';
import { tooWide } from './tab-rows.ts';

interface Parsed {
  readonly record: string[];
  readonly raw: string;
}

/**
 * Rows of delimited text with quotes (RFC 4180). A quote inside a cell that doesn't begin with one is a letter like others.
 * Throws `unclosed-quote`, at the row where the quote is opened, and `over-limit`.
 */
export async function* csvRows(
  blocks: AsyncIterable<Block>,
  delimiter: string,
  file: string,
): AsyncGenerator<readonly (RawRow | Row)[]> {
  const rows: (RawRow | Row)[] = [];
  let line = 1;
  const take = ({ record, raw }: Parsed, lines: number): void => {
    if (record.length > LIMITS.columns) throw tooWide(file, line);
    if (lines > line && !closed(record, raw, delimiter)) throw unclosed(file, line + linesIn(record));
    rows.push({ line, cells: record.map(uncovered) });
    line = lines + 1;
  };
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    raw: true,
    max_record_size: LIMITS.rowBytes,
    // Rows are taken while they are parsed: through the stream each would cost a turn, and an error would overtake them.
    on_record: (parsed, { lines }) => {
      take(parsed as unknown as Parsed, lines);
      return null;
    },
  });
  parser.on('error', () => {}); // told to whoever writes
  parser.resume();
  try {
    for await (const { bytes, note } of blocks) {
      if (note) rows.push(note);
      await new Promise<void>((resolve, reject) => {
        parser.write(bytes, (error) => (error ? reject(error) : resolve()));
      });
      while (rows.length >= BATCH) yield rows.splice(0, BATCH);
    }
    parser.end();
    await finished(parser);
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'CSV_QUOTE_NOT_CLOSED' && code !== 'CSV_MAX_RECORD_SIZE') throw error;
    throw unclosed(file, line, error);
  } finally {
    parser.destroy();
  }
  if (rows.length > 0) yield rows;
}

/** Takes off the apostrophe that {@link writeCsv} sets before text that a spreadsheet would run. */
function uncovered(cell: string): string {
  return cell.charCodeAt(0) === 39 && /^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

/**
 * Whether the quotes of a row that spans lines are closed where a cell ends. Where they aren't, the parser takes the quote for a letter,
 * and a quote that someone forgot has swallowed rows.
 */
function closed(record: readonly string[], raw: string, delimiter: string): boolean {
  if (!record.some(suspect)) return true;
  const text = raw.replace(/[\r\n]+$/, '');
  const quoted = /"(?:[^"]|"")*"/y;
  for (let at = 0; at < text.length; at += 1) {
    quoted.lastIndex = at;
    if (text[at] !== '"') at = text.indexOf(delimiter, at);
    else if (!quoted.test(text)) return false;
    else at = quoted.lastIndex;
    if (at < 0) return true;
    if (at < text.length && text[at] !== delimiter) return false;
  }
  return true;
}

/** A cell that begins with a quote and spans lines. */
function suspect(cell: string): boolean {
  return cell.startsWith('"') && cell.includes('\n');
}

function linesIn(record: readonly string[]): number {
  return record.slice(0, record.findIndex(suspect)).join('').split('\n').length - 1;
}

function unclosed(file: string, line: number, cause?: unknown): Error {
  return fault(
    'unclosed-quote',
    'a quote is opened here and not closed',
    { file, line },
    'Close it, or take it out; a quote inside quotes is written twice.',
    cause,
  );
}
