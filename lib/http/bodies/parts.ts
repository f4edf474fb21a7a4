import * as z from 'zod';

export const digest = z.string().meta({ description: 'SHA-256, 64 hexadecimal digits' });

export const when = z.iso.datetime();

export const count = z.int().min(0);
