import { hash } from 'node:crypto';
import { canonicalJson, type Json } from './json.ts';

/** SHA-256 of bytes or text, as 64 hexadecimal digits. */
export function sha256(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}

/** The digest of a document: SHA-256 of its canonical JSON. */
export function digestOf(document: Json): string {
  return sha256(canonicalJson(document));
}
