/** A stretch of a chromosome with one copy number; `mean` is its log2 ratio. Both ends are in it, 1-based. */
export interface Segment {
  readonly chromosome: string;
  readonly start: number;
  readonly end: number;
  readonly mean: number;
}

/** Beyond this log2 ratio, either way, a segment is lost or gained. */
const ALTERED = 0.2;

/** Shorter segments are noise to the count of large transitions; its neighbours are at least {@link LARGE}, less than this apart. */
const SMALL = 3_000_000;
const LARGE = 10_000_000;

const AUTOSOME = /^(?:[1-9]|1\d|2[0-2])$/;

/**
 * Centromeres, chromosomes 1 to 22, start and end in megabases: both bands that stain `acen` in UCSC's cytogenetic bands, for GRCh37 of
 * hgdownload.soe.ucsc.edu/goldenPath/hg19/database/cytoBand.txt.gz, for GRCh38 of …/hg38/database/cytoBandIdeo.txt.gz. Each number was held
 * against these tables.
 */
const CENTROMERES: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  GRCh37: [
    [121.5, 128.9],
    [90.5, 96.8],
    [87.9, 93.9],
    [48.2, 52.7],
    [46.1, 50.7],
    [58.7, 63.3],
    [58, 61.7],
    [43.1, 48.1],
    [47.3, 50.7],
    [38, 42.3],
    [51.6, 55.7],
    [33.3, 38.2],
    [16.3, 19.5],
    [16.1, 19.1],
    [15.8, 20.7],
    [34.6, 38.6],
    [22.2, 25.8],
    [15.4, 19],
    [24.4, 28.6],
    [25.6, 29.4],
    [10.9, 14.3],
    [12.2, 17.9],
  ],
  GRCh38: [
    [121.7, 125.1],
    [91.8, 96],
    [87.8, 94],
    [48.2, 51.8],
    [46.1, 51.4],
    [58.5, 62.6],
    [58.1, 62.1],
    [43.2, 47.2],
    [42.2, 45.5],
    [38, 41.6],
    [51, 55.8],
    [33.2, 37.8],
    [16.5, 18.9],
    [16.1, 18.2],
    [17.5, 20.5],
    [35.3, 38.4],
    [22.7, 27.4],
    [15.4, 21.5],
    [24.2, 28.1],
    [25.7, 30.4],
    [10.9, 13],
    [13.7, 17.4],
  ],
};

type State = -1 | 0 | 1;

function stateOf(mean: number): State {
  return mean >= ALTERED ? 1 : mean <= -ALTERED ? -1 : 0;
}

function length({ start, end }: Segment): number {
  return end - start + 1;
}

/**
 * Fraction of the genome altered: length of autosomal segments with |log2| of at least 0.2, over all that is segmented. Undefined without
 * segments: absent, and not zero.
 */
export function fractionAltered(segments: readonly Segment[]): number | undefined {
  let [altered, all] = [0, 0];
  for (const segment of segments) {
    if (!AUTOSOME.test(segment.chromosome)) continue;
    all += length(segment);
    if (stateOf(segment.mean) !== 0) altered += length(segment);
  }
  return all === 0 ? undefined : altered / all;
}

/**
 * Large-scale transitions, after Popova 2012 (Cancer Res 72:5454): on each arm of an autosome, segments under 3 Mb are dropped, neighbours of
 * one state (loss, neutral, gain) are merged, and each junction is counted whose two sides are at least 10 Mb and less than 3 Mb apart.
 * Allele-specific copy number isn't known here: it is like theirs and not theirs. Undefined without segments, or without a known build.
 */
export function largeTransitions(segments: readonly Segment[], build: string | undefined): number | undefined {
  const centromeres = build === undefined ? undefined : CENTROMERES[build];
  if (!centromeres) return undefined;
  const arms = new Map<string, Segment[]>();
  for (const segment of segments) {
    if (!AUTOSOME.test(segment.chromosome)) continue;
    const [from, to] = centromeres[Number(segment.chromosome) - 1]!;
    const add = (arm: string, start: number, end: number): void => {
      if (end < start) return;
      const name = `${segment.chromosome}${arm}`;
      arms.set(name, [...(arms.get(name) ?? []), { ...segment, start, end }]);
    };
    add('p', segment.start, Math.min(segment.end, from * 1e6));
    add('q', Math.max(segment.start, to * 1e6), segment.end);
  }
  if (arms.size === 0) return undefined;
  return [...arms.values()].reduce((sum, arm) => sum + transitions(arm), 0);
}

function transitions(arm: readonly Segment[]): number {
  const merged: { start: number; end: number; state: State }[] = [];
  const kept = arm.filter((segment) => length(segment) >= SMALL).sort((a, b) => a.start - b.start);
  for (const { start, end, mean } of kept) {
    const last = merged.at(-1);
    const state = stateOf(mean);
    if (last && last.state === state) last.end = Math.max(last.end, end);
    else merged.push({ start, end, state });
  }
  let count = 0;
  for (const [i, right] of merged.entries()) {
    const left = merged[i - 1];
    if (!left || right.start - left.end > SMALL) continue;
    if (left.end - left.start + 1 >= LARGE && right.end - right.start + 1 >= LARGE) count += 1;
  }
  return count;
}
