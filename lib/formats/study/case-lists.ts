import type { ZipFileContent } from '../zip-write.ts';
import { metaText } from './rows.ts';

/** Specimens that were looked at, or in which something was found, by what for. */
interface Profiled {
  readonly all: readonly string[];
  readonly sequenced: readonly string[];
  readonly cna: readonly string[];
  readonly sv: readonly string[];
}

/** https://docs.cbioportal.org/file-formats/#case-lists; cBioPortal asks for one of each kind of data. */
export function caseLists({ all, sequenced, cna, sv }: Profiled, study: string): readonly ZipFileContent[] {
  const both = sequenced.filter((id) => cna.includes(id));
  const lists: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['all', 'All samples', 'all_cases_in_study', all],
    ['sequenced', 'Samples with mutation data', 'all_cases_with_mutation_data', sequenced],
    ['cna', 'Samples with copy number data', 'all_cases_with_cna_data', cna],
    ['cnaseq', 'Samples with mutation and copy number data', 'all_cases_with_mutation_and_cna_data', both],
    ['sv', 'Samples with structural variant data', 'all_cases_with_sv_data', sv],
  ];
  return lists
    .filter(([, , , ids]) => ids.length > 0)
    .map(([name, title, category, ids]) => {
      const fields = {
        cancer_study_identifier: study,
        stable_id: `${study}_${name}`,
        case_list_name: title,
        case_list_description: `${title} (${ids.length})`,
        case_list_category: category,
      };
      return { name: `case_lists/cases_${name}.txt`, content: `${metaText(fields)}case_list_ids: ${ids.join('\t')}\n` };
    });
}
