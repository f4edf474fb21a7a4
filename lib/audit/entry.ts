import * as z from 'zod';
import { canonicalJson, type Json, sha256 } from '../base/index.ts';

/** What the log tells of. An entry is read by whatever name it has, so that an older program verifies a newer log. */
export type AuditedAction =
  | 'definition.put'
  | 'upload.begun'
  | 'upload.completed'
  | 'upload.abandoned'
  | 'result.asked'
  | 'excluded.read'
  | 'patient.read'
  | 'export.made'
  | 'link.made'
  | 'erasure.begun'
  | 'erasure.done'
  | 'peer.confirmed'
  | 'study.proposed'
  | 'study.tried'
  | 'study.approved'
  | 'study.refused'
  | 'approval.refused'
  | 'answer.sent'
  | 'study.attested'
  | 'lock.set'
  | 'lock.lifted'
  | 'release.made'
  | 'release.refused'
  | 'release.viewed'
  | 'release.revoked';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** An entry of a site's log. It holds digests, opaque keys, names of cohorts and counts: no identifier and no value of a patient. */
export const AuditEntry = z
  .strictObject({
    type: z.literal('audit/1'),
    site: z.string(),
    n: z.int().min(1).meta({ description: 'From 1, without a gap' }),
    what: z.string().regex(/^[a-z]+\.[a-z]+$/),
    who: z.string().meta({ description: "The role by which it was done and the person's opaque key, or a worker" }),
    cohort: z.string().optional(),
    object: z.string().optional().meta({ description: 'Digest or id of what it was done to' }),
    decisions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    at: z.iso.datetime(),
    previous: digest.meta({ description: 'Of the entry before; zeros in the first' }),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof AuditEntry>;

/** The end of a log, or of a part of it: the last entry's number and digest. */
export interface AuditHead {
  readonly n: number;
  readonly digest: string;
}

/** What the first entry has before it. */
export const BEGINNING: AuditHead = { n: 0, digest: '0'.repeat(64) };

/** An entry as it is stored, and as its digest is made of. */
export function entryText(entry: AuditEntry): string {
  return canonicalJson(entry as unknown as Json);
}

/** SHA-256 of the entry in canonical JSON. */
export function entryDigest(entry: AuditEntry): string {
  return sha256(entryText(entry));
}
