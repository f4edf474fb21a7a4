import { canonicalJson, type Json } from '../../base/index.ts';
import type { Close } from '../documents.ts';
import type { StudyRecord } from './read.ts';

/** A close that holds, and the digests of those who signed it in the order of the sites that go on. */
export type HeldClose = Pick<Close, 'without' | 'next'> & { readonly parents: string[] };

/** The content of a close that all who sign it must share. */
export function closeContent({ seen, without, next }: Pick<Close, 'seen' | 'without' | 'next'>): string {
  return canonicalJson({ seen, without, next } as Json);
}

/**
 * The close of a round that holds: every site that it names as continuing has signed the same content last. Where the sites fell apart into two
 * camps, the larger goes on, of two alike the one with the first name.
 */
export function heldClose(
  { closes }: StudyRecord,
  { attempt, round, sites }: { readonly attempt: number; readonly round: number; readonly sites: readonly string[] },
): HeldClose | undefined {
  const own = closes.filter(({ document }) => document.attempt === attempt && document.round === round);
  const holding = own.flatMap(({ document }) => {
    const { without, next } = document;
    const continuing = sites.filter((site) => !Object.hasOwn(without, site));
    const isSound =
      Object.keys(without).length > 0 &&
      Object.keys(without).every((site) => sites.includes(site)) &&
      next.attempt === attempt + 1 &&
      canonicalJson(next.sites) === canonicalJson(continuing);
    if (!isSound) return [];
    const signed = continuing.map((site) =>
      own.find((other) => other.document.site === site && closeContent(other.document) === closeContent(document)),
    );
    return signed.every((each) => each !== undefined)
      ? [{ without, next, parents: signed.map(({ digest }) => digest) }]
      : [];
  });
  return holding.sort(
    (a, b) => b.next.sites.length - a.next.sites.length || (a.next.sites[0]! < b.next.sites[0]! ? -1 : 1),
  )[0];
}
