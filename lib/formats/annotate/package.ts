import type { Readable } from 'node:stream';
import { type Entry, fromBufferPromise } from 'yauzl';
import { writeZip } from '../zip-write.ts';

/** Parts of a workbook by their path, in the archive's order. */
export type Parts = Map<string, Buffer>;

/** Unpacks an archive that was held against the limits before. */
export async function unpackParts(bytes: Buffer): Promise<Parts> {
  const zip = await fromBufferPromise(bytes, { lazyEntries: true });
  const parts: Parts = new Map();
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  for (const entry of entries) {
    if (entry.fileName.endsWith('/')) continue;
    const stream: Readable = await zip.openReadStreamPromise(entry);
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    parts.set(entry.fileName, Buffer.concat(chunks));
  }
  return parts;
}

/** Packs parts; the same parts give the same bytes. */
export function packParts(parts: Parts): Buffer {
  return writeZip([...parts].map(([name, content]) => ({ name, content })));
}
