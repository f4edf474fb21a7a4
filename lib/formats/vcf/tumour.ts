import { fault } from '../fault.ts';
import type { VcfHeader } from './header.ts';
import { attributeOf } from './meta.ts';

/** A sample that is a specimen: its column among the samples, and the specimen's identifier. */
export interface SpecimenColumn {
  /** -1 where the file has no samples at all: the specimen is known by the file's key. */
  readonly sample: number;
  readonly identifier: string;
}

/**
 * Which samples are specimens. The tumour is whom `##tumor_sample` or PEDIGREE's Derived names, else TUMOR beside NORMAL, else each sample is
 * one. `specimen`: the identifier that the file's key tells, which can be one sample's only.
 * Throws `unmarked-samples`, and `no-specimen-column` where neither key nor header names one.
 */
export function specimensOf(header: VcfHeader, file: string, specimen: string | undefined): readonly SpecimenColumn[] {
  const { samples } = header;
  if (samples.length === 0) {
    if (specimen !== undefined) return [{ sample: -1, identifier: specimen }];
    throw fault(
      'no-specimen-column',
      'the VCF has no sample, and its name tells no specimen',
      { file },
      'Put it as one file a specimen, and write {specimen} into the match of the definition.',
    );
  }
  const tumours = tumoursOf(header);
  if (specimen === undefined) return tumours.map((sample) => ({ sample, identifier: samples[sample]! }));
  if (tumours.length === 1) return [{ sample: tumours[0]!, identifier: specimen }];
  throw fault(
    'unmarked-samples',
    `the file is named after one specimen, the VCF has ${tumours.length} samples, and nothing says which of them is the tumour`,
    { file },
    'Mark it by ##tumor_sample in the header, or call the samples TUMOR and NORMAL. Where each is a specimen, match the file without {specimen}.',
  );
}

/** Places of the tumours among the samples; all of them where none is marked. */
function tumoursOf({ samples, metas }: VcfHeader): readonly number[] {
  const among = (names: readonly (string | undefined)[]): number[] =>
    [...new Set(names)].map((name) => samples.indexOf(name ?? '')).filter((place) => place >= 0);
  const marked = among(metas.filter(({ key }) => key === 'tumor_sample').map(({ value }) => value.trim()));
  if (marked.length > 0) return marked;
  const derived = among(
    metas
      .filter(({ key }) => key === 'PEDIGREE')
      .map(
        (line) =>
          attributeOf(line, 'Derived') ??
          (attributeOf(line, 'Original') === undefined ? undefined : attributeOf(line, 'ID')),
      ),
  );
  if (derived.length > 0) return derived.sort((a, b) => a - b);
  const upper = samples.map((name) => name.toUpperCase());
  const tumour = upper.findIndex((name) => name === 'TUMOR' || name === 'TUMOUR');
  return tumour >= 0 && upper.includes('NORMAL') ? [tumour] : samples.map((_, place) => place);
}
