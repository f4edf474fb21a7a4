import * as z from 'zod';
import { when } from './parts.ts';

/** SHA-256 as S3 writes it. */
const checksum = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/)
  .meta({ description: 'SHA-256 in base64' });

/** The largest file that one PUT carries, and the parts of a larger one. */
export const SINGLE_PUT_BYTES = 8 * 1024 * 1024;

export const LEAST_PART_BYTES = 5 * 1024 * 1024;

export const MOST_PARTS = 1000;

export const MOST_UPLOAD_BYTES = 50 * 1024 ** 3;

export const UploadRequest = z
  .strictObject({
    name: z.string().min(1).max(1024).meta({ description: "The key after the cohort's prefix" }),
    bytes: z.int().min(1).max(MOST_UPLOAD_BYTES),
    type: z
      .string()
      .max(200)
      .regex(/^[\w.+-]+\/[\w.+-]+( *; *[\w.-]+=[\w.-]+)*$/)
      .default('application/octet-stream'),
    sha256: checksum,
    partBytes: z
      .int()
      .min(LEAST_PART_BYTES)
      .max(SINGLE_PUT_BYTES * 64)
      .default(SINGLE_PUT_BYTES),
    parts: z
      .array(checksum)
      .max(MOST_PARTS)
      .optional()
      .meta({
        description: `For a file above ${SINGLE_PUT_BYTES} bytes: the SHA-256 of each part of partBytes, in order; the last one may be shorter`,
      }),
  })
  .meta({ id: 'UploadRequest' });

export type UploadRequest = z.infer<typeof UploadRequest>;

const PresignedPut = z.strictObject({
  method: z.literal('PUT'),
  url: z.url(),
  headers: z.record(z.string(), z.string()).meta({ description: 'To be sent exactly so; they are signed' }),
});

export const UploadReply = z
  .union([
    z.strictObject({ kind: z.literal('single'), name: z.string(), put: PresignedPut, expires: when }),
    z.strictObject({
      kind: z.literal('multipart'),
      name: z.string(),
      upload: z.string(),
      partBytes: z.int(),
      parts: z.array(PresignedPut.extend({ part: z.int() })),
      expires: when,
    }),
  ])
  .meta({ id: 'Upload' });

export type UploadReply = z.infer<typeof UploadReply>;
