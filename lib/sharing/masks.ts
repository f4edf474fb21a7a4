import { createCipheriv, hkdfSync } from 'node:crypto';
import { canonicalJson, SignetError } from '../base/index.ts';
import type { PublicKey } from './documents.ts';
import type { SiteKeys } from './signing.ts';

/*
 * Sums that nobody sees the terms of. Each pair of sites adds and subtracts the same stream of random numbers, which both derive from their
 * agreement keys; summed over all sites the streams vanish. Source: Bonawitz et al., CCS 2017 (without its recovery of who drops out: a round
 * that lost a site is made anew without it, under other streams).
 */

/** Bytes of a masked number: an integer modulo 2^128, little-endian. */
const BYTES = 16;
const MODULUS = 1n << 128n;
/** Numbers are counted in 2^-40. */
const FRACTION_BITS = 40;
const UNIT = 2 ** 20;
/** The sum of a hundred sites of numbers below this stays within the modulus and exact to 2^-40. */
const LARGEST = 2 ** 73;

/** What a mask is for: no two have the same, or their difference would tell. */
export interface MaskUse {
  /** Digest of the protocol. */
  readonly study: string;
  readonly round: number;
  readonly attempt: number;
  /** Who sums, sorted. */
  readonly sites: readonly string[];
}

/** Fixed point: whole multiples of 2^-40, negative ones from the top of the modulus. Throws RangeError on what has no place there. */
function fixed(x: number): bigint {
  if (!(Math.abs(x) < LARGEST)) throw new RangeError('a number is too large, or none, to be summed behind masks');
  const high = Math.round(x * UNIT);
  const low = Math.round((x * UNIT - high) * UNIT);
  return ((((BigInt(high) << 20n) + BigInt(low)) % MODULUS) + MODULUS) % MODULUS;
}

function unfixed(value: bigint): number {
  const signed = value >= MODULUS / 2n ? value - MODULUS : value;
  return Number(signed) / 2 ** FRACTION_BITS;
}

function write(values: readonly bigint[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * BYTES);
  values.forEach((value, i) => {
    bytes.writeBigUInt64LE(value & 0xffff_ffff_ffff_ffffn, i * BYTES);
    bytes.writeBigUInt64LE(value >> 64n, i * BYTES + 8);
  });
  return bytes;
}

function read(bytes: Uint8Array): bigint[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from(
    { length: bytes.length / BYTES },
    (_, i) => buffer.readBigUInt64LE(i * BYTES) | (buffer.readBigUInt64LE(i * BYTES + 8) << 64n),
  );
}

/** The numbers that a pair of sites shares for one use: HKDF-SHA256 of their secret keys AES-256 in counter mode. */
function streamOf(
  secret: Uint8Array,
  { study, round, attempt, sites }: MaskUse,
  pair: readonly string[],
  count: number,
) {
  const info = canonicalJson({ use: 'signet/mask/1', round, attempt, sites: [...sites], pair: [...pair].sort() });
  const key = new Uint8Array(hkdfSync('sha256', secret, Buffer.from(study, 'hex'), info, 32));
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  return read(cipher.update(Buffer.alloc(count * BYTES)));
}

/**
 * One site's numbers behind its masks: little-endian integers of 16 bytes that look random to everybody alone. `others` are the agreement keys
 * of all sites but this. Their bytes are stored before they are sent and never made again. Throws SignetError `too-few-sites` of fewer than
 * three, RangeError of a number that is none.
 */
export async function masked(
  numbers: readonly number[],
  site: string,
  use: MaskUse,
  others: Readonly<Record<string, PublicKey>>,
  keys: Pick<SiteKeys, 'deriveSecret'>,
): Promise<Uint8Array> {
  if (use.sites.length < 3)
    throw new SignetError('too-few-sites', 'A masked sum of two sites tells each of them the other', {
      remedy: 'Use the open mode, or wait for a third site.',
    });
  const values = numbers.map(fixed);
  for (const other of use.sites) {
    if (other === site) continue;
    const stream = streamOf(await keys.deriveSecret(others[other]!), use, [site, other], values.length);
    const sign = site < other ? 1n : MODULUS - 1n; // the first name of a pair adds
    values.forEach((value, i) => {
      values[i] = (value + sign * stream[i]!) % MODULUS;
    });
  }
  return write(values);
}

/** The sums that all sites' masked numbers come to, right to 2^-40 a site. Throws SignetError `masked-length` where they differ in number. */
export function unmaskedSums(parts: readonly Uint8Array[]): number[] {
  const [first] = parts;
  if (first === undefined) return [];
  if (parts.some((part) => part.length !== first.length || part.length % BYTES !== 0))
    throw new SignetError('masked-length', 'Masked answers of a round hold different numbers of numbers');
  const read0 = parts.map(read);
  return read0[0]!.map((_, i) => unfixed(read0.reduce((sum, part) => (sum + part[i]!) % MODULUS, 0n)));
}
