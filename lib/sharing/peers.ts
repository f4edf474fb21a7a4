import { type Json, SignetError } from '../base/index.ts';
import { Card } from './documents.ts';
import { documentDigest, fingerprintOf, readDocument } from './signing.ts';

/** A card that a steward confirmed. */
export interface Peer {
  readonly site: string;
  readonly card: Card;
  readonly jws: string;
  /** Digest of the card. */
  readonly digest: string;
}

/** What the payload of a signature says, before the signature was looked at. */
function unverified(jws: string): unknown {
  try {
    return JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')) as Json;
  } catch {
    return undefined;
  }
}

function refused(code: string, says: string, remedy: string): SignetError {
  return new SignetError(code, says, { remedy });
}

const ASK = 'Ask the site for its card again.';

/**
 * Reads a card: signed by its own key, of that site, with the fingerprint of its keys. It says nothing of who holds the keys: that is for people to confirm.
 * Throws SignetError `invalid-document`, `bad-signature`, `document-too-large`, `other-site`.
 */
export async function readCard(site: string, jws: string): Promise<Peer> {
  const claimed = Card.safeParse(unverified(jws));
  if (!claimed.success) throw refused('invalid-document', 'This is no card of a site', ASK);
  const { document } = await readDocument(jws, claimed.data.sign);
  const card = Card.parse(document);
  if (card.site !== site) throw refused('other-site', `This is the card of ${card.site}, not of ${site}`, ASK);
  if (card.fingerprint !== fingerprintOf(card))
    throw refused('invalid-document', 'The fingerprint of the card is not that of its keys', ASK);
  return { site, card, jws, digest: documentDigest(card) };
}

/** A fingerprint as people type it: whatever stands between its digits. */
function digitsOf(fingerprint: string): string {
  return fingerprint.replace(/[^0-9a-f]/gi, '').toLowerCase();
}

/**
 * Holds a card against the fingerprint that the steward was told by telephone, and against the one confirmed before: with the same keys a newer card has a higher
 * sequence. Throws SignetError `other-fingerprint`, `older-card`.
 */
export function confirmCard(peer: Peer, told: string, before: Peer | undefined): Peer {
  if (digitsOf(told) !== digitsOf(peer.card.fingerprint))
    throw refused(
      'other-fingerprint',
      'The fingerprint is not that of the card: somebody may have put another card in its place',
      'Read all forty digits to one another once more. If they differ again, tell both sites’ administrators.',
    );
  if (before && before.card.fingerprint === peer.card.fingerprint && before.card.sequence > peer.card.sequence)
    throw refused('older-card', 'A newer card of this site is confirmed already', ASK);
  return peer;
}
