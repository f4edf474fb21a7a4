import { AuditEntry, type AuditHead, BEGINNING, entryDigest } from './entry.ts';

/** What a log came to: it holds up to its head, or the first entry that doesn't, and why. */
export type Verdict =
  | { readonly holds: true; readonly entries: number; readonly head: AuditHead }
  | { readonly holds: false; readonly entry: number; readonly says: string };

function broken(entry: number, says: string): Verdict {
  return { holds: false, entry, says };
}

/** The entry that a line holds; undefined where it holds none. */
function entryIn(line: string): AuditEntry | undefined {
  try {
    return AuditEntry.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/**
 * Holds a log's lines against each other: numbered from 1 without a gap, of one site, each with the digest of the one before. An entry that was
 * edited is seen by the next one's digest of it; that the last one was edited, or the end cut off, is seen only by `anchor`, a head that others hold:
 * every approval, attestation and erasure names one.
 */
export function verifyChain(lines: readonly string[], anchor?: AuditHead): Verdict {
  let head = BEGINNING;
  let site: string | undefined;
  for (const line of lines) {
    const expected = head.n + 1;
    const entry = entryIn(line);
    if (!entry) return broken(expected, 'is not an entry of a log, or only a part of one');
    if (entry.n !== expected) return broken(expected, `is missing: entry ${entry.n} stands in its place`);
    if (entry.previous !== head.digest)
      return expected === 1
        ? broken(1, 'is not the first: it has an entry before it')
        : broken(head.n, `was changed: entry ${expected} holds another digest of it`);
    site ??= entry.site;
    if (entry.site !== site) return broken(expected, `is of another site: ${entry.site} in the log of ${site}`);
    head = { n: expected, digest: entryDigest(entry) };
    if (anchor?.n === expected && anchor.digest !== head.digest)
      return broken(expected, 'was changed: others hold another digest of it');
  }
  if (anchor && anchor.n > head.n) return broken(head.n + 1, `is missing: others hold a digest of entry ${anchor.n}`);
  return { holds: true, entries: head.n, head };
}
