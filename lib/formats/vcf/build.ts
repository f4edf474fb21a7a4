import { buildCalled, type NamedBuild } from '../../cohort/index.ts';
import { oneChromosome } from '../chromosome.ts';
import { CHROMOSOME_LENGTHS } from '../chromosome-lengths.ts';
import { attributeOf, type MetaLine } from './meta.ts';

const BY_LENGTH: ReadonlyMap<string, string> = new Map(
  Object.entries(CHROMOSOME_LENGTHS).flatMap(([build, lengths]) =>
    [...lengths].map(([name, length]) => [`${name} ${length}`, build] as const),
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
