import { gunzipSync } from 'node:zlib';
import { openArchive } from '../formats/index.ts';

/** Whether bytes name her; `unreadable` where nobody can tell. */
export type Mention = 'no' | 'yes' | 'unreadable';

/** The most that a gzip is unpacked to in memory. */
const MOST_BYTES = 1_000_000_000;

/** Whether an identifier means nobody else wherever it stands: `12` may be an age. */
export function distinctive(identifier: string): boolean {
  return identifier.length >= (/\D/.test(identifier) ? 4 : 6);
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/** What a gzip (BGZF too) holds, or the bytes themselves. */
export function unpacked(bytes: Uint8Array): Uint8Array {
  return isGzip(bytes) ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes;
}

/** Text in whatever encoding: what is no letter of it is never part of an identifier. */
function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}

/** Finds identifiers as words of their own: `P1` isn't in `P12`. */
export function finderOf(identifiers: Iterable<string>): (text: string) => boolean {
  const words = [...identifiers].map((word) => word.replace(/[.*+?^$()|[\]{}\\/]/g, '\\$&'));
  if (words.length === 0) return () => false;
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})(?![\\p{L}\\p{N}])`, 'u');
  return (text) => pattern.test(text.normalize('NFC'));
}

/** Whether any text in the bytes names her: plain, gzip, or the files of a zip, which a workbook is too. */
export async function mentions(bytes: Uint8Array, finds: (text: string) => boolean): Promise<Mention> {
  try {
    const plain = unpacked(bytes);
    if (!isZip(plain)) return finds(textOf(plain)) ? 'yes' : 'no';
    for (const member of await openArchive(once(plain), 'archive')) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of await member.open()) chunks.push(chunk);
      if (finds(member.name)) return 'yes';
      const inside = await mentions(Buffer.concat(chunks), finds);
      if (inside !== 'no') return inside;
    }
    return 'no';
  } catch {
    return 'unreadable';
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
