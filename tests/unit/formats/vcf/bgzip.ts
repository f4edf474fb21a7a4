import { crc32, deflateRawSync } from 'node:zlib';

const END = Buffer.from('1f8b08040000000000ff0600424302001b0003000000000000000000', 'hex');

/** BGZF of these bytes, `size` of them a block, as `bgzip` writes it. */
export function bgzip(bytes: Uint8Array, size = 65_280): Buffer {
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
  return Buffer.concat([...blocks, END]);
}
