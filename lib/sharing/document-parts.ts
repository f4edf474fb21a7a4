import * as z from 'zod';

/*
 * Parts that documents between sites have in common.
 */

export const Digest = z.string().regex(/^[0-9a-f]{64}$/, 'a digest is 64 hexadecimal digits');
/** A site's id, as keys and folders have it. */
export const SiteName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a site is named by small letters, digits and hyphens')
  .refine((name) => name !== 'link', 'no site is named link');
export const Instant = z.iso.datetime();
export const Text = z.string().min(1).max(10_000);

/** What a rule held back, in words without a count. */
export const WithheldList = z.array(z.strictObject({ what: Text, rule: Text })).max(1000);

/** Controls that are lifted, each with its reason. */
export const WaiverList = z.array(z.strictObject({ rule: Text, says: Text })).max(20);
