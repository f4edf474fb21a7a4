import { readFileSync } from 'node:fs';
import type { CohortFrame } from '../../../../lib/cohort/index.ts';
import { alteration, frameOf } from '../../cohort/read.ts';

const DEFINITION = `title: Conversion (SYNTHETIC)
missing: [""]
tables:
  - { match: patients.csv, rows: specimen, patient: id, specimen: specimen, panel: panel, columns: {
      group: { codes: [FCTG, SCTG] }, age: integer, side: { codes: [right, left, rectum] },
      grade: { codes: [well, moderate, poor] }, cea: { type: number, unit: ng/ml, bounds: true }, tbs: number, rare: boolean } }
alterations: [{ match: m.maf, specimen: Tumor_Sample_Barcode, covers: listed }]
qualifying: { filters: any, minVaf: 0 }
derived:
  log2_cea: log2(cea)
  kras: altered("KRAS")
  apc: altered("APC")
  sctg: group == "SCTG"
groups:
  outcome: { by: sctg, labels: { "false": FCTG, "true": SCTG } }
plan:
  sets: { factors: [age, side, grade, cea, log2_cea, tbs, kras, rare], model: [age, side, log2_cea, tbs, kras] }
`;

const PANELS = {
  v1: ['APC', 'KRAS', 'TP53', 'SMAD4', 'PTEN', 'AMER1'],
  v2: ['APC', 'KRAS', 'TP53', 'PIK3CA', 'PTEN', 'AMER1'],
};

const text = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

/** A factor, or a model's covariates in their order, as glm has it. */
interface Odds {
  readonly n: number;
  readonly or: number | readonly number[];
  readonly low: number | readonly number[];
  readonly high: number | readonly number[];
  readonly wald: number | readonly number[];
  readonly lr: number;
}

/** A gene or pathway, as fisher.test and glm have it. */
interface Scanned {
  readonly altered: number;
  readonly covered: number;
  readonly withOutcome: number;
  readonly coveredWith: number;
  readonly p: number;
  readonly modelN: number;
  readonly modelOr: number;
  readonly modelP: number;
}

type Named<T> = Readonly<Record<string, T>>;

/** What R wrote; numbers of groups are in the order FCTG, SCTG. */
export const expected = JSON.parse(text('expected.json')) as {
  readonly table: {
    readonly n: readonly number[];
    readonly age: { readonly wilcoxon: number; readonly welch: number; readonly smd: number };
    readonly cea: Named<readonly number[]> & { readonly wilcoxon: readonly number[] };
    readonly side: number;
    readonly grade: number;
    readonly rare: number;
    readonly ageBySide: number;
    readonly share: readonly number[];
  };
  readonly one: Named<Odds>;
  readonly rare: { readonly lr: number };
  readonly oneAdjusted: Named<number>;
  readonly together: Odds;
  readonly bend: Named<number>;
  readonly genes: Named<Scanned>;
  readonly genesAdjusted: Named<number>;
  readonly genesModelAdjusted: Named<number>;
  readonly pathways: Named<Scanned>;
  readonly pathwaysAdjusted: Named<number>;
  readonly pairs: readonly {
    readonly first: string;
    readonly second: string;
    readonly both: number;
    readonly n: number;
    readonly p: number;
    readonly or: number;
    readonly adjusted: number;
  }[];
};

/** The patients of which `conversion.R` tells, through the readers of tables and alterations. */
export function conversionFrame(): CohortFrame {
  const panel = (id: string, genes: readonly string[]) => ({
    rows: [],
    facts: [{ panels: [{ id, genes: genes.map((symbol) => ({ symbol })) }] }],
  });
  const [, ...lines] = text('alterations.csv').trimEnd().split('\n');
  const rows = lines.map((line, i) => {
    const [specimen, gene, ofClass] = line.split(',') as [string, string, string];
    return alteration(specimen, gene, { class: ofClass, line: i + 2 });
  });
  const panels = Object.entries(PANELS).map(([id, genes]) => [`panels/${id}.json`, panel(id, genes)] as const);
  return frameOf(DEFINITION, {
    'patients.csv': text('patients.csv'),
    'm.maf': { rows },
    ...Object.fromEntries(panels),
  }).frame;
}
