const MOST_RESIDUES = 10_000;

/**
 * The residues that a short protein change names: 600 of `p.V600E`, 17 and 18 of `p.K17_L18insS`, 746 to 750 of `p.E746_A750del`.
 * Empty where it names none.
 */
export function codonsOf(protein: string | null): readonly number[] {
  const [, first, last] = /^(?:p\.)?\(?[A-Za-z*]{1,3}(\d{1,6})(?:_[A-Za-z*]{1,3}(\d{1,6}))?/.exec(protein ?? '') ?? [];
  if (first === undefined) return [];
  const from = Number(first);
  const to = last === undefined ? from : Number(last);
  const count = Math.min(Math.max(0, to - from), MOST_RESIDUES) + 1;
  return Array.from({ length: count }, (_, i) => from + i);
}
