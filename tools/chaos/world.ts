/**
 * The files of a cohort that chaos puts, in versions. Every value column named `…_version`, every position of an alteration and the title of
 * a definition is the version's number, so that a reader sees which version each row came from.
 */

/** A file's version: whether the cohort can be read from it, and its bytes. */
export interface Version {
  readonly file: ChaosFile;
  readonly number: number;
  readonly good: boolean;
  readonly body: string;
}

export const DEFINITION = 'cohort.yaml';
export const FILES = [DEFINITION, 'clinical.csv', 'extra.tsv', 'mutations.maf'] as const;
export type ChaosFile = (typeof FILES)[number];

const PATIENTS = Array.from({ length: 12 }, (_, i) => `P${i + 1}`);
const GENES = ['KRAS', 'TP53', 'APC'];

/** Every third version has rows and cells that are set apart or missing. */
const hasProblems = (number: number): boolean => number % 3 === 0;

/** Every second version reads `age` in another manner. */
function definition(number: number): string {
  return `title: version ${number}
tables:
  - match: clinical.csv
    rows: patient
    patient: id
    columns:
      age: { type: number, range: [18, ${number % 2 === 0 ? 80 : 110}] }
      os_time: { type: duration, unit: months }
      died: { type: boolean, codes: { "1": true, "0": false } }
      clinical_version: { type: number }
  - match: extra.tsv
    rows: patient
    patient: id
    columns:
      extra_version: { type: number }
alterations:
  - { match: mutations.maf, specimen: Tumor_Sample_Barcode, covers: listed, panel: exome, build: GRCh37 }
endpoints:
  os: { origin: diagnosis, time: os_time, event: died }
groups:
  kras: { by: 'altered("KRAS")', labels: { "false": wild type, "true": altered } }
`;
}

function clinical(number: number): string {
  const rows = PATIENTS.map(
    (id, i) => `${id},${50 + ((i * 7 + number) % 45)},${6 + i * 4},${(i + number) % 2},${number}`,
  );
  const problems = hasProblems(number) ? ['P90,60,12,1', `P91,60,-3,1,${number}`] : [];
  return ['id,age,os_time,died,clinical_version', ...rows, ...problems].join('\n');
}

function extra(number: number): string {
  return ['id\textra_version', ...PATIENTS.map((id) => `${id}\t${number}`)].join('\n');
}

function mutations(number: number): string {
  const header = ['Hugo_Symbol', 'Variant_Classification', 'Start_Position', 'Tumor_Sample_Barcode'];
  const rows = PATIENTS.flatMap((id, i) =>
    GENES.filter((_, g) => (i + g + number) % 2 === 0).map((gene) => [gene, 'Missense_Mutation', String(number), id]),
  );
  const stranger = hasProblems(number) ? [['KRAS', 'Missense_Mutation', String(number), 'NOBODY']] : [];
  return [header, ...rows, ...stranger].map((row) => row.join('\t')).join('\n');
}

const GOOD: Readonly<Record<ChaosFile, (number: number) => string>> = {
  [DEFINITION]: definition,
  'clinical.csv': clinical,
  'extra.tsv': extra,
  'mutations.maf': mutations,
};

/** Files that can't be trusted, each in its way. */
const BAD: Readonly<Record<ChaosFile, readonly string[]>> = {
  [DEFINITION]: ['title: [', 'tables: nothing of the sort', ''],
  'clinical.csv': ['', 'id,age,age\nP1,2,3', 'name,age\nx,2', 'id,age\n"P1,2'],
  'extra.tsv': ['', 'id\tid\nP1\tP1', 'name\tx\nP1\t2'],
  'mutations.maf': ['', 'Hugo_Symbol\tHugo_Symbol\nKRAS\tKRAS', 'Gene\tPosition\nKRAS\t1'],
};

/** A version of a file; of the bad ones the number says which, and its bytes are its own all the same. */
export function versionOf(file: ChaosFile, number: number, good: boolean): Version {
  const bad = BAD[file];
  return { file, number, good, body: good ? GOOD[file](number) : bad[number % bad.length]! };
}
