import { isSignetError } from '../../base/index.ts';
import type { NamedBuild } from '../../cohort/index.ts';
import type { Rejected } from '../rejected.ts';
import { vcfBuild } from './build.ts';
import type { VcfHeader } from './header.ts';
import { readVcf } from './read.ts';
import { specimensOf } from './tumour.ts';

/** What a VCF comes to by the specification alone. */
export interface VcfCheck {
  /** `4.1` to `4.5`; undefined where the file was refused before its version was read. */
  readonly version: string | undefined;
  /** The code of why the file is refused as a whole. */
  readonly refused: string | undefined;
  readonly records: number;
  /** Rows set apart and warnings of the specification. */
  readonly problems: readonly Rejected[];
}

/** Whether a VCF names genes and consequences itself; reads its header only. Throws what {@link readVcf} throws of a header. */
export async function isAnnotated(bytes: AsyncIterable<Uint8Array>, file: string): Promise<boolean> {
  let annotated: boolean | undefined;
  const taker = {
    header: ({ annotation }: { readonly annotation: unknown }): void => {
      annotated = annotation !== undefined;
    },
    record: (): void => {},
    apart: (): void => {},
  };
  for await (const _ of readVcf(bytes, file, taker)) if (annotated !== undefined) break;
  return annotated === true;
}

/** What a VCF's header says of itself: its build, and the specimens that its samples are. Throws what {@link readVcf} throws of a header. */
export async function vcfSays(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
): Promise<{ readonly build: NamedBuild | undefined; readonly specimens: readonly string[] }> {
  let header: VcfHeader | undefined;
  const taker = {
    header: (of: VcfHeader): void => {
      header = of;
    },
    record: (): void => {},
    apart: (): void => {},
  };
  for await (const _ of readVcf(bytes, file, taker)) if (header) break;
  const build = header && vcfBuild(header.metas);
  const named = header && header.samples.length > 0 ? specimensOf(header, file, undefined) : [];
  return { build, specimens: named.map(({ identifier }) => identifier) };
}

/** Reads a VCF as every reader does, and tells what is wrong with it; genes and specimens play no part. */
export async function checkVcf(bytes: AsyncIterable<Uint8Array>, file: string): Promise<VcfCheck> {
  const problems: Rejected[] = [];
  let version: string | undefined;
  let records = 0;
  const taker = {
    header: ({ minor }: { readonly minor: number }): void => {
      version = `4.${minor}`;
    },
    record: (): void => {
      records += 1;
    },
    apart: (rejected: Rejected): void => {
      problems.push(rejected);
    },
  };
  try {
    for await (const found of readVcf(bytes, file, taker))
      problems.push(...found.filter(({ rule }) => rule.startsWith('vcf-')));
    return { version, refused: undefined, records, problems };
  } catch (error) {
    if (!isSignetError(error)) throw error;
    return { version, refused: error.code, records, problems };
  }
}
