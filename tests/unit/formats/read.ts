import { crc32, deflateRawSync } from 'node:zlib';
import { expect } from 'vitest';
import { SignetError } from '../../../lib/base/index.ts';
import { openSource, type Rejected } from '../../../lib/formats/index.ts';

/** The bytes in pieces of this size; the last may be smaller. */
export async function* inPieces(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** A table as it was read. */
export interface ReadTable {
  readonly notes: readonly Rejected[];
  readonly columns: readonly string[];
  readonly cells: readonly (readonly string[])[];
  readonly lines: readonly number[];
  readonly rejected: readonly Rejected[];
}

/** Reads a file to its end. */
export async function readAll(
  content: string | Uint8Array,
  options: { readonly header?: number | readonly number[]; readonly sheet?: string; readonly size?: number } = {},
): Promise<ReadTable> {
  const { size, ...place } = options;
  const source = await openSource(inPieces(Buffer.from(content as string), size), { file: 'f', ...place });
  const cells: (readonly string[])[] = [];
  const lines: number[] = [];
  const rejected: Rejected[] = [];
  for await (const batch of source.rows)
    for (const row of batch) {
      if ('rule' in row) rejected.push(row);
      else {
        cells.push(row.cells);
        lines.push(row.line);
      }
    }
  return { notes: source.notes, columns: source.columns, cells, lines, rejected };
}

/** The fault that reading a file ends in. */
export async function faultOf(work: Promise<unknown>): Promise<SignetError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SignetError);
  return error as SignetError;
}

/** A zip archive; `size` is what it says of an entry's content, its true length where absent. */
export function zipOf(entries: readonly { name: string; content: Uint8Array; size?: number }[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, size = content.length } of entries) {
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const central = Buffer.alloc(14);
    central.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, central, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listed, end]);
}
