import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  IdentifierScreen,
  type Proposal,
  parseDefinition,
  propose,
  type Seen,
  type SeenTable,
} from '../../../lib/cohort/index.ts';
import { frameOf } from './read.ts';

function tableOf(file: string, text: string): SeenTable {
  const [columns = [], ...rows] = parse(text, { relax_column_count: true }) as string[][];
  const screen = new IdentifierScreen(columns, new Set());
  for (const row of rows) screen.add(row);
  return { file, columns, rows, identifying: screen.findings().filter(({ certain }) => certain) };
}

function seen(files: Readonly<Record<string, string>>, more: Partial<Seen> = {}): Seen {
  const tables = Object.entries(files).map(([file, text]) => tableOf(file, text));
  return { cohort: 'c', tables, alterations: [], dictionary: [], panels: [], alone: [], unread: [], ...more };
}

/** Some of a draft, for tests to look into. */
interface Draft {
  readonly missing: readonly string[];
  readonly tables: readonly {
    readonly rows: string;
    readonly name?: string;
    readonly patient: string;
    readonly date?: string;
    readonly only?: unknown;
    readonly ignore?: readonly string[];
    readonly columns: Readonly<Record<string, unknown>>;
  }[];
  readonly checks?: readonly { readonly id: string; readonly cel: string }[];
  readonly endpoints?: Readonly<Record<string, unknown>>;
}

/** The draft, which PUT would take. */
function draftOf(proposal: Proposal): Draft {
  parseDefinition(JSON.stringify(proposal.definition), 'cohort.yaml');
  return proposal.definition as unknown as Draft;
}

const CLINICAL = `Patient-ID,age,sex,stage,diagnosis_date,death_date,last_contact_date,vital_status,cea,CRP,OS_MONTHS,OS_STATUS,MRN
a1,61,F,II,2018-01-02,2019-02-01,2019-02-01,dead,3.2,-999,13,1:DECEASED,8881234
a2,70,M,III,2018-02-03,,2020-02-01,alive,>1000,12,24,0:LIVING,8885678
a3,55,F,NA,2018-03-04,,2020-05-01,alive,<0.5,4,26,0:LIVING,8889012
a4,49,M,II,[Unknown],,2020-01-01,alive,NA,8,22,0:LIVING,8883456
`;
const COURSES = `pid,start_date,end_date,regimen
a1,2018-02-01,2018-06-01,FOLFOX
a1,2018-09-01,2018-12-01,FOLFIRI
a2,2018-03-01,2018-07-01,FOLFOX
a3,2018-04-01,2018-08-01,FOLFOX
`.replace('pid', 'patient_id');

describe('A draft of a definition', () => {
  const proposal = propose(seen({ 'clinical.csv': CLINICAL, 'courses.csv': COURSES }));
  const draft = draftOf(proposal);

  it('finds who a row is of, what columns hold, and which codes mean missing', () => {
    expect(draft.missing).toEqual(['', 'NA', '[Unknown]']);
    expect(draft.tables[0]).toMatchObject({
      rows: 'patient',
      patient: 'Patient-ID',
      ignore: ['MRN'],
      columns: {
        age: { type: 'integer', unit: 'years' },
        sex: { type: 'category', codes: ['F', 'M'] },
        diagnosis_date: { type: 'date' },
        cea: { type: 'number', bounds: true },
        CRP: { type: 'integer', missing: ['-999'] },
        OS_MONTHS: { type: 'duration', unit: 'months' },
        OS_STATUS: { type: 'boolean', codes: { '0:LIVING': false, '1:DECEASED': true } },
      },
    });
    expect(draft.endpoints).toMatchObject({ os: { time: 'OS_MONTHS', event: 'OS_STATUS' } });
  });

  it('says what a column likely is, and why', () => {
    const likely = proposal.evidence.flatMap(({ column, says }) =>
      says.startsWith('likely') && column !== undefined ? [[column, says.replace(/:.*/, '')]] : [],
    );
    expect(likely).toEqual(
      expect.arrayContaining([
        ['diagnosis_date', 'likely the diagnosis date'],
        ['death_date', 'likely the death date'],
        ['last_contact_date', 'likely the last contact date'],
        ['vital_status', 'likely the vital status'],
        ['age', 'likely the age'],
        ['start_date', 'likely the start date'],
      ]),
    );
  });

  it('sees a table of events where patients stand in several dated rows', () => {
    expect(draft.tables[1]).toMatchObject({
      rows: 'event',
      name: 'courses',
      patient: 'patient_id',
      date: 'start_date',
    });
  });

  it('writes the checks whose columns it found, and no others', () => {
    const ids = draft.checks!.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining([
        'death-before-diagnosis',
        'death-before-last-contact',
        'death-without-date',
        'date-without-death',
        'overall-survival-zero',
        'end-before-start-courses',
        'death-before-event-courses',
      ]),
    );
    expect(ids.filter((id) => /biopsy|resection|msi|margin|birth/.test(id))).toEqual([]);
    const { problems } = frameOf(JSON.stringify(proposal.definition), {
      'clinical.csv': CLINICAL,
      'courses.csv': COURSES,
    });
    expect(problems).toEqual([]);
    const wrong = CLINICAL.replace('2019-02-01,2019-02-01,dead', '2017-02-01,2019-02-01,dead');
    const told = frameOf(JSON.stringify(proposal.definition), {
      'clinical.csv': wrong,
      'courses.csv': COURSES,
    }).problems;
    expect(told.map(({ rule }) => rule)).toContain('death-before-diagnosis');
  });

  it('shows no value of a patient and none of a direct identifier', () => {
    const text = JSON.stringify([proposal.evidence, proposal.questions]);
    for (const value of ['8881234', 'a1', 'a4']) expect(text).not.toContain(`"${value}"`);
    expect(JSON.stringify(proposal)).not.toContain('888');
  });

  it('asks which code is the event by maps like the one that stands there, the one that it takes meanwhile among them', () => {
    const codes = { '0:LIVING': false, '1:DECEASED': true };
    expect(draft.tables[0]!.columns['OS_STATUS']).toMatchObject({ codes });
    expect(proposal.questions).toContainEqual(
      expect.objectContaining({
        place: '/tables/0/columns/OS_STATUS/codes',
        choices: [{ '0:LIVING': true, '1:DECEASED': false }, codes],
        chosen: codes,
      }),
    );
  });

  it('asks what files cannot tell, with choices and place', () => {
    const places = proposal.questions.map(({ place }) => place);
    expect(places).toEqual(expect.arrayContaining(['/endpoints/os/origin', '/groups', '/title']));
  });
});

it('A draft of survival asks whether who died was last seen then, where no date of death is found', () => {
  const clinic = `Patient,Operation,Last seen,Dead
a1,2018-01-02,2019-02-01,1
a2,2018-02-03,2020-02-01,0
a3,2018-03-04,2020-05-01,0
`;
  const proposal = propose(seen({ 'clinic.csv': clinic }));
  const { endpoints } = draftOf(proposal);
  expect(endpoints).toEqual({
    os: { origin: 'Operation', events: [{ date: 'when(Dead, Last_seen)', when: 'Dead' }], seen: 'Last_seen' },
  });
  expect(proposal.questions.find(({ place }) => place === '/endpoints/os/events')?.asks).toMatch(/No other was found/);
  const { frame } = frameOf(JSON.stringify(proposal.definition), { 'clinic.csv': clinic });
  const { time, event } = frame.endpoint('os', '/endpoint');
  expect([...event].sort()).toEqual([0, 0, 1]);
  expect([...time].every((months) => months > 12)).toBe(true);
});

it('A draft reads what a German clinic writes', () => {
  const clinic = `Patient,Alter,CEA,Verstorben,OS (Monate),Größe (cm)
a1,61,"3,5",nein,"25,1",178
a2,70,"1.250,0",ja,"12,3",165
a3,55,-999,nein,"16,4",170
a4,48,"7,25",nein,17,NA
a5,66,k.A.,nein,29,180
`;
  const draft = draftOf(propose(seen({ 'klinik.csv': clinic })));
  expect(draft.tables[0]).toMatchObject({
    patient: 'Patient',
    columns: {
      Alter: { unit: 'years' },
      CEA: { type: 'number', missing: ['k.A.', '-999'] },
      Verstorben: { type: 'boolean', codes: { ja: true, nein: false } },
      OS_Monate: { type: 'duration', unit: 'months' },
    },
  });
  expect(draft.endpoints).toMatchObject({ os: { time: 'OS_Monate', event: 'Verstorben' } });
});

describe("A draft of a hospital's table", () => {
  const names = ['Mueller', 'Schmidt', 'Weber', 'Fischer', 'Meyer'];
  const rows = Array.from({ length: 30 }, (_, i) => {
    const dead = i === 7 ? 'vielleicht' : i % 3 === 0 ? 'ja' : 'nein';
    const died = i % 3 === 0 ? `0${1 + (i % 9)}.06.2020` : '';
    return `HD-${i},${names[i % 5]},${150 + i},${i === 4 ? 'viel' : 60 + i},0${1 + (i % 9)}.02.2018,05.07.2021,${dead},${died}`;
  });
  const header = 'Patienten-ID,Nachname,Größe (cm),Gewicht (kg),OP-Datum,Letzter Kontakt,Verstorben,Todesdatum';
  const [columns = [], ...cells] = parse([header, ...rows].join('\n')) as string[][];
  const screen = new IdentifierScreen(columns, new Set());
  for (const row of cells) screen.add(row);
  const table: SeenTable = { file: 'op.csv', columns, rows: cells, identifying: screen.findings() };
  const proposal = propose(seen({}, { tables: [table] }));
  const draft = draftOf(proposal);

  it('writes out letters of names, and finds units and ranges where a cell is none', () => {
    expect(draft.tables[0]?.columns).toMatchObject({
      Groesse_cm: { from: 'Größe (cm)', type: 'integer', unit: 'cm', range: [30, 260] },
      Gewicht_kg: { type: 'number', unit: 'kg', range: [0.5, 500] },
    });
  });

  it('reads yes and no where one cell is neither, and asks what that means', () => {
    expect(draft.tables[0]?.columns['Verstorben']).toEqual({ type: 'boolean', codes: { ja: true, nein: false } });
    expect(proposal.questions).toContainEqual({
      place: '/tables/0/columns/Verstorben/codes',
      asks: expect.stringContaining('but for vielleicht'),
      choices: [
        { ja: true, nein: false },
        { ja: true, nein: false, vielleicht: true },
        { ja: true, nein: false, vielleicht: false },
      ],
      chosen: { ja: true, nein: false },
    });
  });

  it('makes an endpoint of dates, asks from which on, and holds the dates to their order', () => {
    expect(draft.endpoints).toEqual({
      os: { origin: 'OP_Datum', events: [{ date: 'Todesdatum', when: 'Verstorben' }], seen: 'Letzter_Kontakt' },
    });
    expect(proposal.questions).toContainEqual(
      expect.objectContaining({ place: '/endpoints/os/origin', choices: ['OP_Datum'], chosen: 'OP_Datum' }),
    );
    expect(draft.checks?.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['death-before-resection', 'death-without-date']),
    );
  });

  it('leaves out what is called like names, shows none of it, and asks', () => {
    expect(draft.tables[0]?.ignore).toEqual(['Nachname']);
    expect(proposal.questions).toContainEqual(
      expect.objectContaining({ place: '/tables/0/ignore', choices: [['Nachname'], []], chosen: ['Nachname'] }),
    );
    expect(JSON.stringify(proposal)).not.toMatch(new RegExp(names.join('|')));
  });
});

it('A draft asks of a table whose column of patients it cannot tell, and of no text', () => {
  const files = { 'a.csv': 'age,sex\n50,F\n60,M\n50,F\n', 'README.txt': 'What is in this folder\nis told here\n' };
  const { questions, evidence } = propose(seen({ ...files, 'p.csv': 'id,age\na,5\nb,6\n' }));
  expect(questions.map(({ place, asks }) => [place, asks]).filter(([place]) => place === '/tables/-')).toEqual([
    ['/tables/-', expect.stringContaining('a.csv')],
  ]);
  expect(evidence).toContainEqual(
    expect.objectContaining({ file: 'README.txt', says: expect.stringContaining('left out') }),
  );
});

it('A draft knows specimens by a German name', () => {
  const samples = 'Probe,Pat.-Nr.,Entnahme\nP1-T,a1,01.02.2020\nP1-U,a1,03.04.2020\nP2-T,a2,05.02.2020\n';
  expect(propose(seen({ 'proben.csv': samples })).definition).toMatchObject({
    tables: [{ rows: 'specimen', patient: 'Pat.-Nr.', specimen: 'Probe', columns: { Entnahme: { type: 'date' } } }],
  });
});

it('A draft takes the panels that a table of specimens names, and offers each choice of filters once', () => {
  const specimens = 'sample_id,patient_id,Assay\ns1,p1,onco50\ns2,p2,exome\n';
  const maf = { file: 'a.maf', kind: 'maf', specimens: ['s1'], builds: ['GRCh38'], filters: ['PASS'] } as const;
  const proposal = propose(seen({ 's.csv': specimens }, { alterations: [maf], panels: ['onco50'] }));
  expect(proposal.definition).toMatchObject({ tables: [{ rows: 'specimen', panel: 'Assay', columns: {} }] });
  expect((proposal.definition['alterations'] as readonly object[])[0]).not.toHaveProperty('panel');
  expect(proposal.questions).toContainEqual(
    expect.objectContaining({ place: '/qualifying/filters', choices: ['any', ['PASS']] }),
  );
});

const DICTIONARY = [
  { 'Variable / Field Name': 'record_id', 'Form Name': 'base', 'Field Type': 'text', 'Field Label': 'Record' },
  {
    'Variable / Field Name': 'sex',
    'Field Type': 'radio',
    'Field Label': '<b>Sex</b>',
    'Choices, Calculations, OR Slider Labels': '1, Female | 2, Male, or other',
  },
  {
    'Variable / Field Name': 'mets',
    'Field Type': 'checkbox',
    'Field Label': 'Sites',
    'Choices, Calculations, OR Slider Labels': '1, Liver | 2, Lung',
  },
  {
    'Variable / Field Name': 'cea',
    'Field Type': 'text',
    'Field Label': 'CEA',
    'Text Validation Type OR Show Slider Number': 'number',
    'Text Validation Min': '0',
    'Text Validation Max': '',
  },
  { 'Variable / Field Name': 'note', 'Field Type': 'notes', 'Field Label': 'Note' },
  {
    'Variable / Field Name': 'op_date',
    'Form Name': 'surgery',
    'Field Type': 'text',
    'Field Label': 'Day',
    'Text Validation Type OR Show Slider Number': 'date_ymd',
  },
  { 'Variable / Field Name': 'alive', 'Field Type': 'yesno', 'Field Label': 'Alive' },
];
const REDCAP = `record_id,redcap_repeat_instrument,redcap_repeat_instance,sex,mets___1,mets___2,cea,alive,note,op_date
1,,,1,1,0,3.5,1,short,
1,surgery,1,,,,,,,2020-01-02
1,surgery,2,,,,,,,2020-05-02
2,,,2,0,1,12,0,brief,
2,surgery,1,,,,,,,2020-03-02
`;

describe('A draft from a REDCap export', () => {
  const proposal = propose(seen({ 'export.csv': REDCAP }, { dictionary: DICTIONARY }));
  const draft = draftOf(proposal);

  it('takes types, codes, labels and ranges from the dictionary', () => {
    expect(draft.tables[0]).toMatchObject({
      rows: 'patient',
      patient: 'record_id',
      only: { redcap_repeat_instrument: [''] },
      columns: {
        sex: { type: 'category', codes: { '1': 'Female', '2': 'Male, or other' }, label: 'Sex' },
        mets_1: { from: 'mets___1', type: 'boolean', label: 'Sites: Liver' },
        cea: { type: 'number', range: [0, null], label: 'CEA' },
        alive: { type: 'boolean' },
      },
    });
    expect(draft.tables[0]!.ignore).toContain('note');
  });

  it('reads each repeating instrument as a table of events', () => {
    expect(draft.tables[1]).toMatchObject({
      rows: 'event',
      name: 'surgery',
      only: { redcap_repeat_instrument: ['surgery'] },
      date: 'op_date',
    });
    const { frame, problems } = frameOf(JSON.stringify(proposal.definition), { 'export.csv': REDCAP });
    expect(problems).toEqual([]);
    expect(frame.rows).toBe(2);
    const operated = frame.evaluate('exists(surgery, op_date > date("2020-04-01"))', '');
    expect(operated.type === 'boolean' && [...operated.values].sort()).toEqual([0, 1]);
  });

  it('knows an export of labels too', () => {
    const labels = REDCAP.replace('1,,,1,1,0,3.5,1,', '1,,,Female,Checked,Unchecked,3.5,Yes,').replace(
      '2,,,2,0,1,12,0,',
      '2,,,"Male, or other",Unchecked,Checked,12,No,',
    );
    const of = draftOf(propose(seen({ 'export.csv': labels }, { dictionary: DICTIONARY })));
    expect(of.tables[0]!.columns).toMatchObject({
      sex: { codes: { Female: 'Female', 'Male, or other': 'Male, or other' } },
      mets_1: { codes: { Checked: true, Unchecked: false } },
      alive: { codes: { Yes: true, No: false } },
    });
    const { problems } = frameOf(
      JSON.stringify(propose(seen({ 'export.csv': labels }, { dictionary: DICTIONARY })).definition),
      { 'export.csv': labels },
    );
    expect(problems).toEqual([]);
  });
});

describe('A draft of endpoints', () => {
  const header = 'Patient_ID,';
  it.each([
    [
      'days_to_last_followup,Overall_Survival_Status',
      'p1,400,1\np2,30,0\np3,999,0\n',
      'days_to_last_followup',
      'Overall_Survival_Status',
      'days',
    ],
    ['PFS_MONTHS,PFS_STATUS,x', 'p1,4,1,a\np2,30.5,0,b\np3,9,0,a\n', 'PFS_MONTHS', 'PFS_STATUS', 'months'],
    ['time,died', 'p1,4,yes\np2,30,no\np3,9,no\n', undefined, undefined, undefined],
  ])('pairs a time with its event, and guesses no pair: %s', (columns, rows, time, event, unit) => {
    const draft = draftOf(propose(seen({ 'a.csv': `${header}${columns}\n${rows}` })));
    const [endpoint] = Object.values(draft.endpoints ?? {});
    expect(endpoint).toEqual(time === undefined ? undefined : { origin: 'time zero', time, event });
    if (time !== undefined) expect(draft.tables[0]!.columns[time]).toMatchObject({ type: 'duration', unit });
  });
});

it('asks whether nines far above all other numbers mean that nothing is known, and takes them for it meanwhile', () => {
  const rows = [3, 4, 12, 999, 7, 999, 5].map((n, i) => `p${i},${n},${30 * i}`).join('\n');
  const proposal = propose(seen({ 'a.csv': `patient,nodes,size\n${rows}\n` }));
  expect(draftOf(proposal).tables[0]!.columns).toMatchObject({
    nodes: { type: 'integer', missing: ['999'] },
    size: { type: 'integer' },
  });
  expect(proposal.questions).toContainEqual({
    place: '/tables/0/columns/nodes/missing',
    asks: 'Does 999 of nodes mean that it is not known?',
    choices: [['999'], []],
    chosen: ['999'],
  });
});

it('asks whether a code of one row among many is a slip, keeps it meanwhile, and asks of no code in a short table', () => {
  const table = (n: number): string =>
    `patient,stage\n${Array.from({ length: n }, (_, i) => `p${i},${i === 3 ? 'Il' : i % 2 ? 'I' : 'II'}\n`).join('')}`;
  const proposal = propose(seen({ 'a.csv': table(20) }));
  expect(draftOf(proposal).tables[0]!.columns).toMatchObject({ stage: { type: 'category', codes: ['I', 'II', 'Il'] } });
  expect(proposal.questions).toContainEqual({
    place: '/tables/0/columns/stage/codes',
    asks: 'stage is Il in one row alone: is it a slip, which is set aside, or a code?',
    choices: [
      ['I', 'II', 'Il'],
      ['I', 'II'],
    ],
    chosen: ['I', 'II', 'Il'],
  });
  const short = propose(seen({ 'a.csv': table(19) })).questions.map(({ place }) => place);
  expect(short).not.toContain('/tables/0/columns/stage/codes');
});

describe('A draft of alterations', () => {
  const maf = {
    file: 'a.maf',
    kind: 'maf' as const,
    specimens: ['s1', 's2'],
    specimenColumn: 'Tumor_Sample_Barcode',
    builds: ['GRCh38'],
    filters: ['PASS', 'wga'],
  };
  const vcf = (file: string) => ({ file, kind: 'vcf' as const, specimens: [], builds: [], filters: [] });
  const files = { 'specimens.csv': 'patient,sample,sample_type,purity\np1,s1,Primary,0.5\np1,s2,Metastasis,0.6\n' };

  it('asks which specimens a file covers in the words of its choices, and offers all patients where no table lists specimens', () => {
    const patients = { 'p.csv': 'patient_id,age\ns1,50\ns2,60\n' };
    const { questions } = propose(seen(patients, { alterations: [maf] }));
    const covers = questions.find(({ place }) => place === '/alterations/0/covers');
    expect(covers).toMatchObject({ choices: ['present', 'listed', 'file'] });
    for (const choice of ['present', 'listed', 'file']) expect(covers!.asks).toContain(`(${choice})`);
  });

  it('joins what occurs in them, says the build that they say, and takes nobody for wild type by a guess', () => {
    const proposal = propose(seen(files, { alterations: [maf] }));
    draftOf(proposal);
    expect(proposal.definition).toMatchObject({
      tables: [{ rows: 'specimen', specimen: 'sample', patient: 'patient' }],
      alterations: [{ match: 'a.maf', build: 'GRCh38', covers: 'present', panel: 'not said' }],
      qualifying: { filters: ['PASS'] },
      specimens: { counts: 'sample_type == "Primary"' },
    });
  });

  it.each([
    [['vcf/s1.vcf.gz', 'vcf/s2.vcf.gz'], 'vcf/{specimen}.vcf.gz'],
    [['vcf/x1.vcf', 'vcf/x2.vcf'], 'vcf/*.vcf'],
    [['all.vcf'], 'all.vcf'],
  ])('takes VCFs of one folder together: %s', (names, match) => {
    const proposal = propose(seen(files, { alterations: names.map(vcf) }));
    draftOf(proposal);
    expect(proposal.definition).toMatchObject({ alterations: [{ match, covers: 'file' }] });
  });
});

describe('The checks of a draft', () => {
  const HEAD =
    'patient_id,height_m,diagnosis_date,death_date,last_contact_date,vital_status,os_months,dfs_months,margin,ned,msi';
  const polite = Array.from(
    { length: 20 },
    (_, i) =>
      `P${i},1.${60 + i},2019-01-01,${i % 3 === 0 ? '2021-01-01,2021-01-01,dead' : ',2021-01-01,alive'},${20 + i}.5,${i}.5,R0,yes,MSS`,
  );
  const told = (...rows: readonly string[]): readonly string[] => {
    const text = [HEAD, ...polite, ...rows, ''].join('\n');
    const { definition } = propose(seen({ 'p.csv': text }));
    return frameOf(JSON.stringify(definition), { 'p.csv': text }).problems.map(({ rule, value }) =>
      `${rule} ${value ?? ''}`.trim(),
    );
  };

  it('find nothing where nothing is wrong', () => {
    expect(told()).toEqual([]);
  });

  it.each([
    ['a height that nobody has', 'X,17,2019-01-01,,2021-01-01,alive,24,9,R0,yes,MSS', 'out-of-range 17'],
    ['a death without its date', 'X,1.7,2019-01-01,,2021-01-01,dead,24,9,R0,yes,MSS', 'death-without-date'],
    [
      'a date of death of somebody alive',
      'X,1.7,2019-01-01,2021-01-01,2021-01-01,alive,24,9,R0,yes,MSS',
      'date-without-death',
    ],
    ['survival of nothing', 'X,1.7,2019-01-01,,2021-01-01,alive,0,0,R0,yes,MSS', 'overall-survival-zero'],
    ['survival below nothing', 'X,1.7,2019-01-01,,2021-01-01,alive,-3,1,R0,yes,MSS', 'negative-time -3'],
    [
      'survival without disease beyond survival',
      'X,1.7,2019-01-01,,2021-01-01,alive,24,50,R0,yes,MSS',
      'disease-free-beyond-overall',
    ],
    [
      'a death before the diagnosis',
      'X,1.7,2019-01-01,2018-01-01,2018-01-01,dead,24,9,R0,yes,MSS',
      'death-before-diagnosis',
    ],
    ['tumour left behind and nobody ill', 'X,1.7,2019-01-01,,2021-01-01,alive,24,9,R2,yes,MSS', 'r2-called-free'],
    ['a tumour of the other kind', 'X,1.7,2019-01-01,,2021-01-01,alive,24,9,R0,yes,MSI-H', 'msi-high'],
  ])('find %s', (_, row, rule) => {
    expect(told(row).some((problem) => problem.startsWith(rule))).toBe(true);
  });
});

describe('A draft from anything', () => {
  it('is one that PUT takes, whatever columns are called and hold', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.integer().map(String),
      fc.constantFrom('NA', '', '-999', '2020-01-01', 'yes', 'patient', 'row', '__proto__', '<5'),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.oneof(
            fc.string({ unit: 'binary', maxLength: 12 }),
            fc.constantFrom('row', 'patient', 'cut', '__proto__', 'constructor', 'OS', 'OS.time', '1', 'true'),
          ),
          { minLength: 1, maxLength: 8, selector: (name) => name.trim() },
        ),
        fc.array(fc.array(cell, { minLength: 8, maxLength: 8 }), { minLength: 1, maxLength: 12 }),
        (columns, rows) => {
          const names = columns.map((name) => name.trim());
          const table = {
            file: 'x.csv',
            columns: ['id', ...names.map((name) => (name === 'id' ? '' : name))],
            rows: rows.map((row, i) => [`p${i}`, ...row]),
            identifying: [],
          };
          const proposal = propose({
            cohort: 'c',
            tables: [table],
            alterations: [],
            dictionary: [],
            panels: [],
            alone: [],
            unread: [],
          });
          if ((proposal.definition['tables'] as unknown[]).length > 0) draftOf(proposal);
        },
      ),
      { numRuns: 150 },
    );
  });
});
