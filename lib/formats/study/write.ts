import { stringify } from 'yaml';
import type { Definition, FrameTables, Panel } from '../../cohort/index.ts';
import type { ZipFileContent } from '../zip-write.ts';
import { clinicalFiles, timelineFiles } from './clinical.ts';
import { studyDefinition } from './definition.ts';
import { geneFiles } from './genomic.ts';
import { samplesOf } from './people.ts';
import { metaText } from './rows.ts';

/** What a study is written from. */
interface StudyContents {
  /** Of the cohort. */
  readonly name: string;
  readonly definition: Definition;
  readonly tables: FrameTables;
  readonly panels: Readonly<Record<string, Panel>>;
}

/** Characters of a study's name. */
const LONGEST_NAME = 255;

/**
 * A cohort as a study of cBioPortal (https://docs.cbioportal.org/file-formats/): meta files and data of patients, specimens, mutations, copy
 * number, structural variants, segments, panels and timelines, case lists; and the `cohort.yaml` that reads them as the cohort they are of.
 * Patients and specimens stand under opaque keys.
 */
export function studyFiles({ name, definition, tables, panels }: StudyContents): readonly ZipFileContent[] {
  const study = name.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_');
  const builds = new Set(definition.alterations.flatMap(({ build }) => build ?? []));
  const build = builds.size === 1 ? [...builds][0] : undefined;
  const samples = samplesOf(definition, tables);
  const genes = geneFiles({ tables, panels, samples, study, build });
  const yaml = studyDefinition(definition, tables, genes, build);
  return [
    {
      name: 'meta_study.txt',
      content: metaText({
        type_of_cancer: 'mixed',
        cancer_study_identifier: study,
        name: definition.title.slice(0, LONGEST_NAME),
        description: `${definition.title.slice(0, LONGEST_NAME)}, as Signet has it`,
        ...(samples.length === 0 && { add_global_case_list: 'true' }), // nobody can be listed
        ...(build !== undefined && { reference_genome: build === 'GRCh38' ? 'hg38' : 'hg19' }),
      }),
    },
    ...clinicalFiles(definition, tables, samples, study),
    ...timelineFiles(definition, tables, study),
    ...genes.files,
    { name: 'cohort.yaml', content: stringify(yaml, { lineWidth: 0 }) },
  ];
}
