import type { Change } from './consequence.ts';

/** A variant without the bases that both alleles share; an allele that has none left is ''. `position`: of the first base that differs. */
export interface Variant {
  readonly position: number;
  readonly ref: string;
  readonly alt: string;
}

/** Takes off the bases that both alleles share, those at the end first: as far left as the record alone tells. */
export function trimmed(variant: Variant): Variant {
  const { position, ref, alt } = variant;
  if (ref.length === 1 && alt.length === 1 && ref !== alt) return variant;
  let [refEnd, altEnd] = [ref.length, alt.length];
  while (refEnd > 0 && altEnd > 0 && ref[refEnd - 1] === alt[altEnd - 1]) [refEnd, altEnd] = [refEnd - 1, altEnd - 1];
  let begin = 0;
  while (begin < refEnd && begin < altEnd && ref[begin] === alt[begin]) begin += 1;
  return { position: position + begin, ref: ref.slice(begin, refEnd), alt: alt.slice(begin, altEnd) };
}

/** Whether bases are only put in, or only taken out: where, may be said in several ways. */
export function isIndel({ ref, alt }: Variant): boolean {
  return (ref === '') !== (alt === '');
}

/**
 * An indel as far left as the genome lets it be (Tan 2015, Bioinformatics 31:2202). `base`: the genome's at a position, '' where it isn't
 * known: then undefined.
 */
export function leftAligned(variant: Variant, base: (position: number) => string): Variant | undefined {
  let { position } = variant;
  const letters = [...(variant.ref || variant.alt)];
  let first = 0; // the sequence is turned like a wheel
  for (;;) {
    if (position <= 1) break;
    const before = base(position - 1);
    if (before === '') return undefined;
    const last = (first + letters.length - 1) % letters.length;
    if (before !== letters[last]) break;
    first = last;
    position -= 1;
  }
  const turned = letters.slice(first).concat(letters.slice(0, first)).join('');
  return { position, ref: variant.ref && turned, alt: variant.alt && turned };
}

/** As a MAF writes it: `-` for no base, an insertion at the base before it. */
export function asMaf(variant: Variant): Variant {
  const { position, ref, alt } = variant;
  if (ref !== '' && alt !== '') return variant;
  return { position: ref === '' ? position - 1 : position, ref: ref || '-', alt: alt || '-' };
}

/** How it changes a transcript's length. */
export function changeOf({ ref, alt }: Variant): Change {
  const by = alt.length - ref.length;
  return { is: by > 0 ? 'insertion' : by < 0 ? 'deletion' : 'substitution', inFrame: by % 3 === 0 };
}
