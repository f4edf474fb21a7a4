import * as z from 'zod';
import { Digest } from '../document-parts.ts';
import { Codebook, Protocol, Refusal } from '../documents.ts';

/** What a steward proposes: the documents that are to be signed. */
export const StudyProposal = z
  .strictObject({
    codebook: Codebook,
    protocol: Protocol.extend({
      codebook: Digest.optional().meta({ description: "The codebook's digest; absent: of the one beside it" }),
    }),
  })
  .meta({ id: 'StudyProposal' });

/** Under which code a site declines a study, or leaves it. */
export const StudyRefusal = z
  .strictObject({ code: Refusal.shape.code.default('declined') })
  .meta({ id: 'StudyRefusal' });
