import type { Content, PseudonymOf } from './ports.ts';

/** Opens the same version's bytes, from the start, as often as its tables need. */
export type Open = () => Promise<AsyncIterable<Uint8Array>>;

/** What every reader needs to know. */
export interface ReadOptions {
  /** The source's key, for problems. */
  readonly file: string;
  readonly pseudonym: PseudonymOf;
  /** What the source holds, where that is known already. */
  readonly content?: Content;
  /** Alterations were looked through for direct identifiers before. */
  readonly screened?: true;
  /** What a VCF is read by. */
  readonly aids?: {
    readonly fastas: readonly OpenAid[];
    readonly beds: readonly OpenAid[];
    /** Which of several genomes counts. */
    readonly build?: string;
  };
}

/** An aid that can be opened. */
interface OpenAid {
  readonly file: string;
  readonly open: Open;
}
