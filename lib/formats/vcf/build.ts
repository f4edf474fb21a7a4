import { buildCalled, type NamedBuild } from '../../cohort/index.ts';
import { oneChromosome } from '../chromosome.ts';
import { attributeOf, type MetaLine } from './meta.ts';

/** Bases of chromosomes 1 to 22, X and Y, as NCBI's assemblies GCF_000001405.25 and GCF_000001405.40 have them. */
const LENGTHS = {
  GRCh37:
    '249250621 243199373 198022430 191154276 180915260 171115067 159138663 146364022 141213431 135534747 135006516 133851895 115169878 107349540 102531392 90354753 81195210 78077248 59128983 63025520 48129895 51304566 155270560 59373566',
  GRCh38:
    '248956422 242193529 198295559 190214555 181538259 170805979 159345973 145138636 138394717 133797422 135086622 133275309 114364328 107043718 101991189 90338345 83257441 80373285 58617616 64444167 46709983 50818468 156040895 57227415',
} as const;

const CHROMOSOMES = [...Array.from({ length: 22 }, (_, i) => String(i + 1)), 'X', 'Y'];

const BY_LENGTH: ReadonlyMap<string, string> = new Map(
  Object.entries(LENGTHS).flatMap(([build, lengths]) =>
    lengths.split(' ').map((length, i) => [`${CHROMOSOMES[i]} ${length}`, build] as const),
  ),
);

const SHOWN = 100;

/**
 * The build that a VCF's header names, at the line that tells it best: the length of a chromosome (##contig), the assembly of one, the
 * reference (##reference, ##assembly), what the annotation was made on (##VEP, ##SnpEffCmd). Undefined where none is known.
 */
export function vcfBuild(metas: readonly MetaLine[]): NamedBuild | undefined {
  const contigs = metas.filter(({ key }) => key === 'contig');
  const of = (key: string): readonly MetaLine[] => metas.filter((meta) => meta.key === key);
  return (
    named(contigs, (meta) =>
      BY_LENGTH.get(`${oneChromosome(attributeOf(meta, 'ID') ?? '')} ${attributeOf(meta, 'length') ?? ''}`),
    ) ??
    named(contigs, (meta) => buildCalled(attributeOf(meta, 'assembly') ?? '')) ??
    named([...of('reference'), ...of('assembly')], ({ value }) => buildCalled(value)) ??
    named(of('VEP'), ({ value }) => buildCalled(/\bassembly="?([\w.]+)/.exec(value)?.[1] ?? '')) ??
    named(of('SnpEffCmd'), ({ value }) => buildCalled(value))
  );
}

function named(metas: readonly MetaLine[], buildOf: (meta: MetaLine) => string | undefined): NamedBuild | undefined {
  for (const meta of metas) {
    const build = buildOf(meta);
    if (build === undefined) continue;
    return { build, value: `##${meta.key}=${meta.value}`.slice(0, SHOWN), line: meta.line, column: 'header' };
  }
  return undefined;
}
