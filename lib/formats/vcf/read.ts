import { linesOf } from '../lines.ts';
import type { Rejected } from '../rejected.ts';
import { openText } from '../text-file.ts';
import { HeaderReader, type VcfHeader } from './header.ts';
import { Parter } from './parter.ts';
import { SpecificationWarnings } from './problems.ts';
import { VcfRecord } from './record.ts';

const LINE_FEED = 10;
const RETURN = 13;

/** Of a block that is longer, so much is parted at once, or one line: it is copied for that. */
const MOST_AT_ONCE = 1024 * 1024;

/** What takes a file's records, each in turn: `record` is the same one each time. */
export interface RecordTaker {
  /** Called once, before the first record. Throws where the file can't be used. */
  readonly header: (header: VcfHeader, record: VcfRecord) => void;
  readonly record: (record: VcfRecord) => void;
  /** A record that is set apart: what could be read of it is in `record`. */
  readonly apart: (rejected: Rejected, record: VcfRecord) => void;
}

/**
 * Reads a VCF of version 4.1 to 4.5, plain, gzip or BGZF, and hands its records to `taker`; gives a turn to whoever reads after each block of
 * lines, and at the end what breaks the specification without changing a value. Memory is bounded by a block.
 * Throws what {@link openText} and {@link HeaderReader} throw.
 */
export async function* readVcf(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  taker: RecordTaker,
): AsyncGenerator<readonly Rejected[]> {
  const text = await openText(bytes, file);
  const warnings = new SpecificationWarnings();
  try {
    const { notes, blocks } = linesOf(text, file);
    if (notes.length > 0) yield notes;
    const reader = new HeaderReader(file, warnings);
    const parter = new Parter();
    let record: VcfRecord | undefined;
    let minor = 0;
    let ended = 0; // the line that lacks its end
    for await (const { bytes: block, line: first, note } of blocks) {
      let line = first;
      for (const part of partsOf(block)) {
        parter.take(part);
        for (let at = parter.start; at < parter.end; line += 1) {
          const next = parter.line(at);
          const { bytes } = parter;
          const end = next > at && bytes[next - 1] === RETURN ? next - 1 : next;
          if (record) {
            if (end > at) {
              const rejected = record.read(at, end, line);
              if (rejected) taker.apart(rejected, record);
              else taker.record(record);
            }
          } else {
            const header = reader.take(bytes.toString('utf8', at, end));
            if (header) {
              minor = header.minor;
              record = new VcfRecord(header, warnings, parter);
              taker.header(header, record);
            }
          }
          at = next + 1;
          ended = next === parter.end ? line : 0;
        }
        yield [];
      }
      if (note) yield [note];
    }
    if (!record) throw reader.unfinished();
    if (ended > 0 && minor >= 3)
      warnings.add(
        'line-end',
        ended,
        'line',
        () => 'the last line has no end, which it must have since VCF 4.3: is the file whole?',
      );
    yield warnings.list();
  } finally {
    text.close();
  }
}

/** Whole lines of a block. */
function* partsOf(block: Buffer): Generator<Buffer> {
  for (let from = 0; from < block.length; ) {
    let end = Math.min(from + MOST_AT_ONCE, block.length);
    if (end < block.length) {
      const last = block.lastIndexOf(LINE_FEED, end - 1);
      const found = last >= from ? last : block.indexOf(LINE_FEED, end);
      end = found < 0 ? block.length : found + 1;
    }
    yield from === 0 && end === block.length ? block : block.subarray(from, end);
    from = end;
  }
}
