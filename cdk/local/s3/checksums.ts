import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A digest under way. */
export interface Digest {
  update(chunk: Uint8Array): void;
  bytes(): Buffer;
}

/** The checksums that S3 knows, as they stand in `x-amz-checksum-…`. */
export const ALGORITHMS = ['sha256', 'sha1', 'crc32', 'crc32c', 'crc64nvme'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** Whether it is the name of a checksum, in small letters. */
export function isAlgorithm(name: string): name is Algorithm {
  return (ALGORITHMS as readonly string[]).includes(name);
}

/** How many bytes a checksum has. */
export const LENGTH: Readonly<Record<Algorithm, number>> = { sha256: 32, sha1: 20, crc32: 4, crc32c: 4, crc64nvme: 8 };

/** Castagnoli's polynomial, reflected. Source: RFC 3720, B.4. */
const CRC32C = Uint32Array.from({ length: 256 }, (_, i) => {
  let c = i;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  return c;
});

/** The polynomial of NVM Express, reflected, in halves. Source: NVM Express NVM Command Set 1.0, 5.2.1.3.4. */
const [CRC64_HIGH, CRC64_LOW] = ((): readonly [Uint32Array, Uint32Array] => {
  const polynomial = 0x9a6c9329ac4bc9b5n;
  const entries = Array.from({ length: 256 }, (_, i) => {
    let c = BigInt(i);
    for (let k = 0; k < 8; k++) c = c & 1n ? (c >> 1n) ^ polynomial : c >> 1n;
    return c;
  });
  return [
    Uint32Array.from(entries, (c) => Number(c >> 32n)),
    Uint32Array.from(entries, (c) => Number(c & 0xffffffffn)),
  ];
})();

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function zlibCrc32(): Digest {
  let c = 0;
  return {
    update(chunk) {
      c = crc32(chunk, c);
    },
    bytes: () => word(c),
  };
}

function castagnoli(): Digest {
  let c = 0xffffffff;
  return {
    update(chunk) {
      for (let i = 0; i < chunk.length; i++) c = (c >>> 8) ^ CRC32C[(c ^ chunk[i]!) & 255]!;
    },
    bytes: () => word(~c),
  };
}

function crc64(): Digest {
  let [high, low] = [-1, -1];
  return {
    update(chunk) {
      for (let i = 0; i < chunk.length; i++) {
        const entry = (low ^ chunk[i]!) & 255;
        low = ((low >>> 8) | (high << 24)) ^ CRC64_LOW[entry]!;
        high = (high >>> 8) ^ CRC64_HIGH[entry]!;
      }
    },
    bytes: () => Buffer.concat([word(~high), word(~low)]),
  };
}

/** A hash of the platform's. */
export function hashing(name: 'md5' | 'sha1' | 'sha256'): Digest {
  const hash = createHash(name);
  return {
    update(chunk) {
      hash.update(chunk);
    },
    bytes: () => hash.digest(),
  };
}

/** A checksum of no bytes yet. */
export function checksum(algorithm: Algorithm): Digest {
  switch (algorithm) {
    case 'sha256':
    case 'sha1':
      return hashing(algorithm);
    case 'crc32':
      return zlibCrc32();
    case 'crc32c':
      return castagnoli();
    case 'crc64nvme':
      return crc64();
  }
}
