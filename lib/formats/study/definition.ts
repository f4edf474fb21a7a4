import type { Definition, FrameTables } from '../../cohort/index.ts';
import { attributeNames, clinicalNames } from './clinical.ts';
import type { GeneFiles } from './genomic.ts';
import { type Attribute, attributesOf } from './people.ts';
import { dataName } from './rows.ts';

/** A file of the study, alone or in its archive. */
const inStudy = (file: string): string => `**${file}`;

/**
 * The definition that reads an exported study as the cohort it is of: columns by the values that the frame has, all else as it was. Checks
 * have run: what they took out isn't there. Of specimens that don't count no column is known, so that what says which count says so again.
 */
export function studyDefinition(
  definition: Definition,
  tables: FrameTables,
  { has, log2 }: Pick<GeneFiles, 'has' | 'log2'>,
  build: string | undefined,
): Readonly<Record<string, unknown>> {
  const own = attributesOf(definition, 'patient', tables);
  const specimens = attributesOf(definition, 'specimen', tables);
  const names = clinicalNames(own, specimens);
  const { title, about, cut, qualifying, derived, criteria, endpoints, groups, plan } = definition;
  return {
    title,
    ...(about && { about }),
    ...(cut !== undefined && { cut }),
    tables: [
      {
        match: inStudy('data_clinical_patient.txt'),
        rows: 'patient',
        patient: 'PATIENT_ID',
        columns: columnsOf(own, names),
      },
      ...sampleTables(definition, specimens, names),
      ...definition.tables.flatMap(({ rows, name, date, columns }) => {
        if (rows !== 'event' || name === undefined) return [];
        const attributes = Object.entries(columns)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([column, of]): Attribute => ({ name: column, column: of, cell: () => '' }));
        return [
          {
            match: inStudy(dataName(`data_timeline_${name}.txt`)),
            rows,
            name,
            patient: 'PATIENT_ID',
            ...(date !== undefined && { date }),
            columns: columnsOf(attributes, attributeNames(attributes)),
          },
        ];
      }),
    ],
    alterations: alterationsOf(has, log2, build),
    ...(definition.specimens && { specimens: definition.specimens }),
    qualifying,
    derived,
    ...(criteria && { criteria }),
    endpoints,
    groups,
    ...(plan && { plan }),
  };
}

/** The file of specimens, once for each named table of them, and for the columns of those without a name. */
function sampleTables(
  { tables }: Definition,
  attributes: readonly Attribute[],
  names: ReadonlyMap<string, string>,
): readonly object[] {
  const common = {
    match: inStudy('data_clinical_sample.txt'),
    rows: 'specimen',
    patient: 'PATIENT_ID',
    specimen: 'SAMPLE_ID',
  };
  const of = (list: string | undefined) => attributes.filter((attribute) => attribute.list === list);
  const named = tables.flatMap(({ rows, name, date }) => {
    if (rows !== 'specimen' || name === undefined) return [];
    const own = of(name);
    const dated = own.some((attribute) => attribute.name === date);
    return [{ ...common, name, ...(dated && { date }), columns: columnsOf(own, names, 'specimen') }];
  });
  const others = of(undefined);
  if (named.length > 0 && others.length === 0) return named;
  return [{ ...common, columns: columnsOf(others, names, 'specimen') }, ...named];
}

/** No ratio lies beyond. */
const FAR = 1_000;

function alterationsOf(has: GeneFiles['has'], log2: GeneFiles['log2'], build: string | undefined): readonly object[] {
  const common = { covers: 'matrix', ...(build !== undefined && { build }) };
  return [
    ...(has.has('mutations')
      ? [{ match: inStudy('data_mutations.txt'), specimen: 'Tumor_Sample_Barcode', ...common }]
      : []),
    ...(has.has('discrete') ? [{ match: inStudy('data_cna.txt'), ...common, levels: [-2, -1.5, -1, 1, 2] }] : []),
    ...(has.has('log2')
      ? [
          {
            match: inStudy('data_log2_cna.txt'),
            ...common,
            log2: log2.map((ratio) => (Number.isFinite(ratio) ? ratio : Math.sign(ratio) * FAR)),
          },
        ]
      : []),
    ...(has.has('fusions') ? [{ match: inStudy('data_sv.txt'), ...common }] : []),
    ...(has.has('segments') ? [{ match: inStudy('.seg'), ...common, log2: [0, 0] }] : []),
  ];
}

function columnsOf(
  attributes: readonly Attribute[],
  names: ReadonlyMap<string, string>,
  of?: 'specimen',
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    attributes.map(({ name, column }) => {
      const { type, unit, codes, bounds, label } = column;
      const category = (type ?? (codes && 'category')) === 'category';
      return [
        name,
        {
          from: names.get(name),
          type: category ? 'category' : type === 'key' ? 'text' : type,
          ...(category && codes && { codes: [...new Set(codes.map(([, value]) => String(value)))] }),
          ...(unit !== undefined && { unit }),
          ...(bounds && { bounds }),
          ...(label !== undefined && { label }),
          ...(of && { of }),
        },
      ];
    }),
  );
}
