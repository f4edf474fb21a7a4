import { createHash } from 'node:crypto';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { writeZip } from '../../lib/formats/index.ts';

/** How a file's content is packed. */
export type Packing = 'plain' | 'gzip' | 'bgzf' | 'zip';

/** A file of an archive, or the whole of a file that is none. */
export interface Part {
  readonly name: string;
  readonly content: Buffer;
}

/** The bytes of a file with this content; `bgzf` as `bgzip` writes it, in blocks so small that a short file has several. */
export function packed(packing: Packing, parts: readonly Part[]): Buffer {
  switch (packing) {
    case 'zip':
      return writeZip(parts);
    case 'gzip':
      return gzipSync(contentOf(parts));
    case 'bgzf':
      return bgzf(contentOf(parts), 1_500);
    case 'plain':
      return contentOf(parts);
  }
}

function contentOf(parts: readonly Part[]): Buffer {
  return parts.length === 1 ? parts[0]!.content : Buffer.concat(parts.map(({ content }) => content));
}

const BGZF_END = Buffer.from('1f8b08040000000000ff0600424302001b0003000000000000000000', 'hex');

function bgzf(bytes: Buffer, size: number): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const content = bytes.subarray(at, at + size);
    const body = deflateRawSync(content);
    const head = Buffer.from('1f8b08040000000000ff0600424302000000', 'hex');
    head.writeUInt16LE(head.length + body.length + 8 - 1, 16);
    const foot = Buffer.alloc(8);
    foot.writeUInt32LE(crc32(content), 0);
    foot.writeUInt32LE(content.length, 4);
    blocks.push(head, body, foot);
  }
  return Buffer.concat([...blocks, BGZF_END]);
}

/** A short name of some bytes, to tell inputs apart. */
export function shortDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 12);
}
