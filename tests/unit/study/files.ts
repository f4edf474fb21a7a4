const tsv = (...rows: readonly string[]): string => rows.map((row) => `${row.replaceAll(/ +/g, '\t')}\n`).join('');

const YAML = `
title: A study with all there is
missing: [unk]
tables:
  - match: patients.csv
    rows: patient
    patient: id
    columns:
      age: { type: number, unit: years, label: Age }
      sex: { codes: { m: male, f: female } }
      cea: { type: number, bounds: true }
      found: date
      os: { type: duration, unit: months }
      dead: boolean
      note: text
  - match: specimens.csv
    rows: specimen
    patient: id
    specimen: sample
    panel: panel
    date: taken
    columns: { taken: date, site: { codes: [primary, liver] } }
  - match: courses.csv
    name: course
    rows: event
    patient: id
    date: start
    columns: { start: date, drug: { codes: [a, b] } }
alterations:
  - { match: m.maf, covers: listed, build: GRCh37 }
  - { match: cna.txt, covers: file }
  - { match: log2.txt, covers: file }
  - { match: sv.txt, covers: present }
specimens: { counts: site == "primary" }
qualifying: { filters: any, minVaf: 0.05 }
derived:
  kras: altered("KRAS")
  old: age >= 60
  treated: exists(course, drug == "a")
endpoints:
  os: { origin: diagnosis, time: os, event: dead }
groups:
  kras: { by: kras, labels: { "false": wild type, "true": altered } }
`;

/** A small cohort with a file of every kind that a study is made of. */
export const FILES: Readonly<Record<string, string>> = {
  'cohort.yaml': YAML,
  'patients.csv':
    'id,age,sex,cea,found,os,dead,note\np1,61.5,m,<5,2019-02-01,12.25,yes,=1+1\np2,x,f,7,2018-12-01,3,no,plain\np3,40,unk,>200,,9,no,\np4,50,m,1,2019-11-01,1,yes,\n',
  'specimens.csv':
    'id,sample,panel,taken,site\np1,s1,v1,2020-01-01,primary\np1,s1b,exome,2020-02-01,liver\np2,s2,v1,2020-01-01,primary\np2,s2b,v1,2019-01-01,primary\np3,s3,exome,2020-01-01,primary\np4,s4,v1,2020-01-01,liver\n',
  'courses.csv': 'id,start,drug\np1,2020-03-01,a\np1,2020-01-15,b\np3,2021-01-01,b\n',
  'panels/v1.json': '{"id":"v1","genes":["KRAS","FAM123B","TP53","ALK","EML4","ERBB2"],"coveredMb":1.25}',
  'm.maf':
    'Hugo_Symbol\tEntrez_Gene_Id\tChromosome\tStart_Position\tVariant_Classification\tReference_Allele\tTumor_Seq_Allele2\tTumor_Sample_Barcode\tHGVSp_Short\tt_ref_count\tt_alt_count\tFILTER\n' +
    'KRAS\t3845\t12\t25398284\tMissense_Mutation\tC\tT\ts1\tp.G12D\t70\t30\tPASS\n' +
    'WTX\t\tX\t63410000\tFrame_Shift_Del\tCA\t-\ts2b\tp.A1fs\t90\t10\t.\n' +
    'TP53\t7157\t17\t7577120\tMissense_Mutation\tC\tT\ts3\tp.R273H\t99\t1\twga;x\n' +
    'MLL2\t\t\t\t\t\t\ts3\t\t\t\t\n' +
    'BRAF\t673\t7\t1\tMissense_Mutation\tA\tT\ts1b\tp.V600E\t\t\t\n' +
    'KRAS\t3845\t12\t25378562\tMissense_Mutation\tC\tT\ts1b\tp.A146T;p.K147N,+p.D33E\t\t\t\n' +
    'TP53\t7157\t17\t1\tMissense_Mutation\tA\tT\ts2\tcut\n',
  'cna.txt': tsv('Hugo_Symbol Entrez_Gene_Id s1 s2 s3', 'ERBB2 2064 2 0 NA', 'CDKN2A 1029 -2 0 -2'),
  'log2.txt': tsv('Hugo_Symbol s2b s3', 'TP53 -1.75 0.2', 'KRAS 0 1.5'),
  'sv.txt': tsv(
    'Sample_Id SV_Status Site1_Hugo_Symbol Site1_Chromosome Site1_Position Site2_Hugo_Symbol Site2_Chromosome Site2_Position Class Tumor_Read_Count Tumor_Variant_Count',
    's1 SOMATIC EML4 2 42522656 ALK 2 29446394 INVERSION 100 20',
    's3 SOMATIC TP53 17 7577120 TP53 17 7577200 DELETION NA NA',
    's3 SOMATIC WTX X 63410000 C10ORF68 10 32735068 TRANSLOCATION 40 10',
  ),
  'x.seg': tsv(
    'ID chrom loc.start loc.end num.mark seg.mean',
    's1 1 1 20000000 9 0.01',
    's1 1 20000001 45000000 9 0.75',
    's3 2 1 5000000 9 -0.5',
  ),
};
