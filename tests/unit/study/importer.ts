import { CHROMOSOME_LENGTHS } from '../../../lib/formats/chromosome-lengths.ts';

/**
 * What cBioPortal's own importer asks of a study, as far as it can be asked of files alone: required fields and columns, and what it counts as
 * an error in cells. Told in our words after `scripts/importer/validateData.py` and `cbioportal_common.py` of cBioPortal/cbioportal-core
 * (commits e7ae646, 03b4f1d and 2d31dac).
 */
type Files = ReadonlyMap<string, string>;

/** Fields of a meta file by its type and datatype; of those that have a profile, its stable id too. */
const PROFILE = 'stable_id show_profile_in_analysis_tab profile_name profile_description';
const META: Readonly<Record<string, string>> = {
  'CLINICAL PATIENT_ATTRIBUTES': '',
  'CLINICAL SAMPLE_ATTRIBUTES': '',
  'CLINICAL TIMELINE': '',
  'MUTATION_EXTENDED MAF': PROFILE,
  'COPY_NUMBER_ALTERATION DISCRETE': PROFILE,
  'COPY_NUMBER_ALTERATION LOG2-VALUE': PROFILE,
  'COPY_NUMBER_ALTERATION SEG': 'reference_genome_id description',
  'STRUCTURAL_VARIANT SV': PROFILE,
  'GENE_PANEL_MATRIX GENE_PANEL_MATRIX': '',
};
const STABLE_IDS: Readonly<Record<string, string>> = {
  'MUTATION_EXTENDED MAF': 'mutations',
  'COPY_NUMBER_ALTERATION DISCRETE': 'cna',
  'COPY_NUMBER_ALTERATION LOG2-VALUE': 'log2CNA',
  'STRUCTURAL_VARIANT SV': 'structural_variants',
};

/** Attributes of whose owner and type the importer is certain. */
const PREDEFINED: Readonly<Record<string, readonly [owner: string, type: string]>> = {
  AGE: ['patient', 'NUMBER'],
  SEX: ['patient', 'STRING'],
  GENDER: ['patient', 'STRING'],
  OS_MONTHS: ['patient', 'NUMBER'],
  OS_STATUS: ['patient', 'STRING'],
  DFS_MONTHS: ['patient', 'NUMBER'],
  DFS_STATUS: ['patient', 'STRING'],
  TUMOR_SITE: ['patient', 'STRING'],
  PRIMARY_SITE: ['sample', 'STRING'],
  SAMPLE_TYPE: ['sample', 'STRING'],
  SAMPLE_CLASS: ['sample', 'STRING'],
  TUMOR_TYPE: ['sample', 'STRING'],
  HISTOLOGY: ['', 'STRING'],
  CANCER_TYPE: ['', 'STRING'],
};

const NOTHING = new Set([
  '',
  'na',
  '[not applicable]',
  '[not available]',
  '[pending]',
  '[discrepancy]',
  '[completed]',
  '[null]',
]);

const rowsOf = (text: string): string[][] =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split('\t'));
const fieldsOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split('\n')
      .flatMap((line) => (line.includes(': ') ? [[line.split(': ')[0]!, line.slice(line.indexOf(': ') + 2)]] : [])),
  );

/** What is wrong with a study, a line each. */
export function importerFaults(all: Files): readonly string[] {
  const files = new Map([...all].filter(([name]) => !name.startsWith('beside/'))); // no meta file names these
  const faults: string[] = [];
  const fault = (file: string, says: string): void => void faults.push(`${file}: ${says}`);
  const study = fieldsOf(files.get('meta_study.txt') ?? '');
  const id = study['cancer_study_identifier'] ?? '';
  if (!/^[a-z0-9_]{1,255}$/.test(id)) fault('meta_study.txt', `the study is called ${id}`);
  for (const [field, most] of [
    ['type_of_cancer', 63],
    ['name', 255],
    ['description', 1024],
  ] as const)
    if (!study[field] || study[field].length > most) fault('meta_study.txt', `${field} is missing or too long`);
  const metas = [...files]
    .filter(([name]) => /^meta_(?!study)/.test(name))
    .map(([name, text]) => [name, fieldsOf(text)] as const);
  const profiles = new Set<string>();
  const dataOf = new Map<string, string>();
  for (const [name, meta] of metas) {
    const type = `${meta['genetic_alteration_type']} ${meta['datatype']}`;
    if (META[type] === undefined) fault(name, `${type} is no type of file`);
    for (const field of `cancer_study_identifier data_filename ${META[type] ?? ''}`.trim().split(' '))
      if (!meta[field]) fault(name, `${field} is missing`);
    for (const field of Object.keys(meta))
      if (
        !` cancer_study_identifier genetic_alteration_type datatype data_filename ${META[type]} `.includes(` ${field} `)
      )
        fault(name, `${field} is no field`);
    if (meta['cancer_study_identifier'] !== id) fault(name, 'it is of another study');
    if (STABLE_IDS[type] !== undefined && meta['stable_id'] !== STABLE_IDS[type])
      fault(name, 'its stable_id is another');
    if (meta['stable_id']) profiles.add(meta['stable_id']);
    if (type.endsWith('LOG2-VALUE') && meta['show_profile_in_analysis_tab'] !== 'false')
      fault(name, 'it may not be shown');
    if (type.endsWith('SEG') && !/^hg(19|38)$/.test(meta['reference_genome_id'] ?? '')) fault(name, 'no genome');
    if (files.has(meta['data_filename'] ?? '')) dataOf.set(type, meta['data_filename']!);
    else fault(name, 'its data are not there');
  }
  for (const [name] of files)
    if (/(\b|_)meta(\b|[_0-9])/i.test(name) && !name.startsWith('meta_')) fault(name, 'it is taken for a meta file');
  const sampleRows = clinical(files, 'data_clinical_sample.txt', 'sample', fault);
  const patientRows = clinical(files, 'data_clinical_patient.txt', 'patient', fault);
  const samples = new Set(sampleRows.map((row) => row['SAMPLE_ID']!));
  const patients = new Set([...sampleRows, ...patientRows].map((row) => row['PATIENT_ID']!));
  if (samples.size !== sampleRows.length) fault('data_clinical_sample.txt', 'a sample stands twice');
  if (new Set(patientRows.map((row) => row['PATIENT_ID'])).size !== patientRows.length)
    fault('data_clinical_patient.txt', 'a patient stands twice');
  const both = Object.keys(patientRows[0] ?? {}).filter(
    (name) => name !== 'PATIENT_ID' && name in (sampleRows[0] ?? {}),
  );
  if (both.length > 0) fault('data_clinical_patient.txt', `${both} are of samples too`);
  const context: Context = { files, fault, samples, patients, profiles, build: study['reference_genome'] };
  for (const [name] of files) if (name.startsWith('data_timeline_')) timeline(name, context);
  matrices(context);
  mutations(context);
  structural(context);
  segments(context);
  panels(context);
  caseLists(context, id);
  return faults;
}

type Fault = (file: string, says: string) => void;
interface Context {
  readonly files: Files;
  readonly fault: Fault;
  readonly samples: ReadonlySet<string>;
  readonly patients: ReadonlySet<string>;
  readonly profiles: ReadonlySet<string>;
  readonly build: string | undefined;
}

/** Rows by name of column; tells where a row has not as many cells as the header. */
function table(file: string, rows: readonly string[][], fault: Fault, blanks = true): Record<string, string>[] {
  const [header = [], ...below] = rows;
  if (new Set(header).size !== header.length) fault(file, 'two columns have one name');
  return below.map((cells, i) => {
    if (cells.length !== header.length) fault(file, `row ${i + 1} has ${cells.length} cells`);
    if (cells.every((cell) => cell.trim() === '')) fault(file, `row ${i + 1} is blank`);
    if (cells[0]!.startsWith('#')) fault(file, `row ${i + 1} begins with #`);
    if (!blanks && cells.some((cell) => cell.trim() === '')) fault(file, `row ${i + 1} has an empty cell`);
    return Object.fromEntries(header.map((name, at) => [name, cells[at] ?? '']));
  });
}

function clinical(files: Files, file: string, owner: string, fault: Fault): Record<string, string>[] {
  const rows = rowsOf(files.get(file) ?? '');
  const [names = [], descriptions = [], types = [], priorities = [], header = []] = rows;
  for (const line of [names, descriptions, types, priorities])
    if (
      !line[0]?.startsWith('#') ||
      line.length !== header.length ||
      line.some((cell) => NOTHING.has(cell.replace(/^#/, '').toLowerCase()))
    )
      fault(file, `a line of its header is ${line.join(' ')}`);
  const typeOf = types.map((type, i) => (i === 0 ? type.slice(1) : type));
  for (const [i, name] of header.entries()) {
    if (!/^(STRING|NUMBER|BOOLEAN)$/.test(typeOf[i]!)) fault(file, `${name} is of type ${typeOf[i]}`);
    if (!/^-?\d+$/.test(priorities[i]!.replace('#', ''))) fault(file, `${name} has no priority`);
    if (name !== name.toUpperCase() || !/[A-Z]/.test(name)) fault(file, `${name} is not in capitals`);
    if (['MUTATION_COUNT', 'FRACTION_GENOME_ALTERED'].includes(name)) fault(file, `${name} is not allowed`);
    const [of, type] = PREDEFINED[name] ?? ['', typeOf[i]];
    if ((of !== '' && of !== owner) || type !== typeOf[i]) fault(file, `${name} must be ${of}'s, ${type}`);
  }
  for (const name of owner === 'sample' ? ['SAMPLE_ID', 'PATIENT_ID'] : ['PATIENT_ID'])
    if (!header.includes(name)) fault(file, `it has no ${name}`);
  const found = table(file, rows.slice(4), fault);
  for (const row of found)
    for (const [i, name] of header.entries()) {
      const value = row[name]!.trim();
      if (
        /_ID$/.test(name) &&
        i < 2 &&
        (NOTHING.has(value.toLowerCase()) || /[^A-Za-z0-9._()[\]',+\-:;]/.test(value) || value.length > 63)
      )
        fault(file, `${name} is ${value}`);
      if (NOTHING.has(value.toLowerCase())) continue;
      if (!/date/i.test(name) && /^[^-,.:;]*-[^-,.:;]*$/.test(value))
        if (value.split('-').some((part) => /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)$/i.test(part)))
          fault(file, `${name} is ${value}, which is taken for a date`);
      if (typeOf[i] === 'NUMBER' && !Number.isFinite(Number(value.replace(/^[<>]/, ''))))
        fault(file, `${name} is ${value}`);
      if (typeOf[i] === 'BOOLEAN' && !/^(TRUE|FALSE)$/.test(value)) fault(file, `${name} is ${value}`);
      if (name === 'OS_STATUS' && !/^((0:)?LIVING|(1:)?DECEASED)$/.test(value)) fault(file, `${name} is ${value}`);
      if (name.endsWith('_STATUS') && header.includes(name.replace(/_STATUS$/, '_MONTHS')) && !/^[01]:/.test(value))
        fault(file, `${name} is ${value}`);
    }
  return found;
}

function timeline(file: string, { files, fault, patients }: Context): void {
  const rows = rowsOf(files.get(file)!);
  if (rows[0]!.slice(0, 4).join(' ') !== 'PATIENT_ID START_DATE STOP_DATE EVENT_TYPE')
    fault(file, 'its first columns are others');
  for (const row of table(file, rows, fault)) {
    if (!/^-*\d+$/.test(row['START_DATE']!)) fault(file, `START_DATE is ${row['START_DATE']}`);
    if (!patients.has(row['PATIENT_ID']!)) fault(file, 'its patient is not known');
  }
}

function matrices({ files, fault, samples }: Context): void {
  for (const [file, fits] of [
    ['data_cna.txt', /^(-2|-1\.5|-1|0|1|2|NA)$/],
    ['data_log2_cna.txt', /^(NA|-?\d+(\.\d+)?(e[+-]?\d+)?)$/],
  ] as const) {
    const text = files.get(file);
    if (text === undefined) continue;
    const [header = [], ...rows] = rowsOf(text);
    table(file, [header, ...rows], fault);
    if (header[0] !== 'Hugo_Symbol' || header[1] !== 'Entrez_Gene_Id' || header.length < 3)
      fault(file, 'its header is another');
    for (const name of header.slice(2)) if (!samples.has(name)) fault(file, `${name} is no sample`);
    const genes = rows.map(([symbol, gene]) => `${gene || symbol}`);
    if (new Set(genes).size !== genes.length) fault(file, 'a gene stands twice');
    for (const cells of rows) {
      if (cells[0] === '' && cells[1] === '') fault(file, 'a row names no gene');
      for (const cell of cells.slice(2)) if (!fits.test(cell)) fault(file, `a cell is ${cell}`);
    }
  }
}

function mutations({ files, fault, samples, build }: Context): void {
  const text = files.get('data_mutations.txt');
  if (text === undefined) return;
  const file = 'data_mutations.txt';
  const seen = new Set<string>();
  for (const row of table(file, rowsOf(text), fault)) {
    if (row['HGVSp_Short'] === undefined) fault(file, 'it has no HGVSp_Short');
    for (const name of ['Hugo_Symbol', 'Variant_Classification']) if (!row[name]) fault(file, `${name} is empty`);
    if (!samples.has(row['Tumor_Sample_Barcode']!)) fault(file, 'its sample is not known');
    const wanted = build === 'hg38' ? 'GRCh38' : 'GRCh37';
    if (row['NCBI_Build'] && row['NCBI_Build'] !== wanted) fault(file, `NCBI_Build is ${row['NCBI_Build']}`);
    for (const name of ['Start_Position', 'End_Position'])
      if (!/^\d*$/.test(row[name]!)) fault(file, `${name} is ${row[name]}`);
    if (row['Start_Position'] && Number(row['Start_Position']) > Number(row['End_Position']))
      fault(file, 'it ends before it starts');
    if (/[;,+]|.p\./.test(row['HGVSp_Short'] ?? '') || (row['HGVSp_Short'] ?? '').length > 255)
      fault(file, `HGVSp_Short is ${row['HGVSp_Short']}`);
    const name =
      'Entrez_Gene_Id Chromosome Start_Position End_Position Variant_Classification Tumor_Seq_Allele2 HGVSp_Short Tumor_Sample_Barcode'
        .split(' ')
        .map((column) => row[column])
        .join('\t');
    if (seen.has(name)) fault(file, `a mutation stands twice: ${name}`);
    seen.add(name);
  }
}

function structural({ files, fault, samples, build }: Context): void {
  const text = files.get('data_sv.txt');
  const seen = new Set<string>();
  for (const row of text === undefined ? [] : table('data_sv.txt', rowsOf(text), fault)) {
    if (!samples.has(row['Sample_Id']!)) fault('data_sv.txt', 'its sample is not known');
    if (!/^(SOMATIC|GERMLINE)$/.test(row['SV_Status']!)) fault('data_sv.txt', `SV_Status is ${row['SV_Status']}`);
    if (build !== undefined && row['NCBI_Build'] !== (build === 'hg38' ? 'GRCh38' : 'GRCh37'))
      fault('data_sv.txt', `NCBI_Build is ${row['NCBI_Build']}`);
    const genes = ['Site1', 'Site2'].flatMap((site) => [row[`${site}_Hugo_Symbol`], row[`${site}_Entrez_Gene_Id`]]);
    if (genes.every((gene) => !gene)) fault('data_sv.txt', 'a row names no gene');
    const name = Object.entries(row)
      .filter(([column]) => /^(Sample|Site)/.test(column))
      .map(([, value]) => value)
      .join('\t');
    if (seen.has(name)) fault('data_sv.txt', 'a variant stands twice');
    seen.add(name);
  }
}

function segments({ files, fault, samples, build }: Context): void {
  for (const [file, text] of files) {
    if (!file.endsWith('.seg')) continue;
    const rows = rowsOf(text);
    if (rows[0]!.join(' ') !== 'ID chrom loc.start loc.end num.mark seg.mean') fault(file, 'its columns are others');
    for (const row of table(file, rows, fault, false)) {
      if (!samples.has(row['ID']!)) fault(file, 'its sample is not known');
      const length = CHROMOSOME_LENGTHS[build === 'hg38' ? 'GRCh38' : 'GRCh37'].get(row['chrom']!);
      if (length === undefined) fault(file, `chrom is ${row['chrom']}`);
      else if (Number(row['loc.end']) > length) fault(file, 'a segment ends beyond its chromosome');
      for (const name of ['loc.start', 'loc.end', 'num.mark'])
        if (!/^\d+$/.test(row[name]!)) fault(file, `${name} is ${row[name]}`);
      if (!Number.isFinite(Number(row['seg.mean']))) fault(file, 'a mean is no number');
    }
  }
}

function panels({ files, fault, samples, profiles }: Context): void {
  const known = new Set(['NA', 'WXS', 'WGS']);
  for (const [file, text] of files) {
    if (!file.startsWith('data_gene_panel_') || file.endsWith('matrix.txt')) continue;
    const { stable_id: id = '', description } = fieldsOf(text);
    if (!/^\S+$/.test(id) || !description || !/^gene_list:\t\S/m.test(text)) fault(file, 'it is no panel');
    known.add(id);
  }
  const text = files.get('data_gene_panel_matrix.txt');
  if (text === undefined) return;
  const rows = rowsOf(text);
  const seen = new Set<string>();
  for (const name of rows[0]!.slice(1))
    if (!profiles.has(name)) fault('data_gene_panel_matrix.txt', `${name} is no profile`);
  for (const row of table('data_gene_panel_matrix.txt', rows, fault, false))
    for (const [name, value] of Object.entries(row)) {
      if (name !== 'SAMPLE_ID') {
        if (!known.has(value)) fault('data_gene_panel_matrix.txt', `${value} is no panel`);
      } else if (!samples.has(value) || seen.has(value))
        fault('data_gene_panel_matrix.txt', `${value} is no sample, or twice`);
      else seen.add(value);
    }
}

function caseLists({ files, fault, samples, profiles }: Context, study: string): void {
  const idsIn = (name: string): readonly string[] =>
    fieldsOf(files.get(`case_lists/cases_${name}.txt`) ?? '')['case_list_ids']?.split('\t') ?? [];
  const global = fieldsOf(files.get('meta_study.txt') ?? '')['add_global_case_list'] === 'true';
  for (const [name, profile] of [
    ['all', undefined],
    ['sequenced', 'mutations'],
    ['cna', 'cna'],
  ] as const)
    if ((profile === undefined ? !global : profiles.has(profile)) && idsIn(name).length === 0)
      fault(`case_lists/cases_${name}.txt`, 'it is not there');
  const mutated = table('data_mutations.txt', rowsOf(files.get('data_mutations.txt') ?? ''), () => {});
  for (const row of mutated)
    if (!idsIn('sequenced').includes(row['Tumor_Sample_Barcode']!))
      fault('case_lists/cases_sequenced.txt', 'it lacks a sample that has mutations');
  for (const [file, text] of files) {
    if (!file.startsWith('case_lists/')) continue;
    const list = fieldsOf(text);
    for (const field of ['stable_id', 'case_list_name', 'case_list_description', 'case_list_ids'])
      if (!list[field]) fault(file, `${field} is missing`);
    if (list['cancer_study_identifier'] !== study || !list['stable_id']?.startsWith(`${study}_`))
      fault(file, 'it is of another study');
    const ids = (list['case_list_ids'] ?? '').split('\t');
    if (new Set(ids).size !== ids.length || !ids.every((one) => samples.has(one)))
      fault(file, 'it lists what is no sample, or one twice');
  }
}
