import { digestOf } from '../base/index.ts';
import { DEFINITION_KEY } from './definition.ts';
import type { Head, InForce, Listing, Revision, RevisionSource } from './ports.ts';

/** Raised when tables built from the same records come out otherwise: frames are then built anew, nothing is read again. */
const FRAME_VERSION = 5;

/** Where documents lie. */
export const documentName = {
  revision: (digest: string): string => `revisions/${digest}.json`,
  listing: (id: string): string => `listings/${id}.json`,
  frame: (digest: string, file: string): string => `frames/${digest}/${file}`,
};

/** What answers for a source: what was read otherwise than the definition asks has left force. */
export function answering(head: Head, asked: string): InForce | undefined {
  return head.inForce?.reading === asked ? head.inForce : undefined;
}

function refusalOf({ looked }: Head): Pick<RevisionSource, 'refused'> {
  if (looked.verdict !== 'rejected') return {};
  return { refused: { ...(looked.sha256 && { content: looked.sha256 }), reason: looked.reason ?? 'rejected' } };
}

/**
 * What the cohort answers from. It names no attempt and no counter, so that the same content read in the same manner is the same
 * revision; and nothing of what is waiting or failed, which is the table's state and not the bucket's.
 */
export function revisionOf(definition: string, heads: readonly Head[], asked: (key: string) => string): Revision {
  const sources: RevisionSource[] = [];
  for (const head of heads) {
    const refusal = refusalOf(head);
    // A comment in the definition changes its bytes and nothing else: it stands here by the digest of what it says.
    const inForce = head.key === DEFINITION_KEY ? undefined : answering(head, asked(head.key));
    if (!inForce && !refusal.refused) continue;
    sources.push({
      key: head.key,
      ...(inForce && { content: inForce.sha256, reading: inForce.reading }),
      ...refusal,
    });
  }
  return { definition, sources: sources.sort((a, b) => (a.key < b.key ? -1 : 1)) };
}

/** The digest of a revision: its name. */
export function revisionDigest(revision: Revision): string {
  return digestOf({
    definition: revision.definition,
    sources: revision.sources.map((source) => ({
      ...source,
      ...(source.refused && { refused: { ...source.refused } }),
    })),
  });
}

/** The digest of a revision's frame: of what it is built from and by which builder, not of the bytes that come out. */
export function frameDigest(revision: string): string {
  return digestOf({ revision, builder: FRAME_VERSION });
}

/** All heads as they were read, whatever their verdict. */
export function listingOf(heads: readonly Head[], asked: (key: string) => string): Listing {
  return {
    sources: heads.map((head) => {
      const inForce = answering(head, asked(head.key));
      return { key: head.key, n: head.n, ...(inForce && { attempt: inForce.attempt }) };
    }),
  };
}
