import * as z from 'zod';
import { digest, when } from './parts.ts';

export const PeerRequest = z
  .strictObject({
    fingerprint: z.string().min(1).max(200).meta({ description: 'As the other site read it out: forty digits' }),
    card: z
      .string()
      .max(1_000_000)
      .optional()
      .meta({ description: 'The card (JWS), where this deployment offers none' }),
  })
  .meta({ id: 'PeerRequest' });

export const PeerView = z
  .looseObject({
    site: z.string(),
    name: z.string(),
    address: z.string().nullable(),
    fingerprint: z.string(),
    sequence: z.int(),
    digest,
    confirmed: z.boolean(),
    at: when.optional().meta({ description: 'When it was confirmed' }),
  })
  .meta({ id: 'Peer' });

export const PeerList = z.strictObject({ site: z.string(), peers: z.array(PeerView) }).meta({ id: 'Peers' });

export const ExchangeStudies = z.strictObject({ studies: z.array(digest) }).meta({ id: 'ExchangeStudies' });

export const ExchangeFolder = z
  .strictObject({ documents: z.array(z.strictObject({ name: z.string(), version: z.string() })) })
  .meta({ id: 'ExchangeFolder' });
