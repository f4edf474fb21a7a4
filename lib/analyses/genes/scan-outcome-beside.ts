import type { Cell, ResultColumn } from '../../result/index.ts';
import type { GeneTest } from './gene-test.ts';

/** Of a model's cells, those that say of its patients what the test's cells say already. */
const COUNTS = /^(altered|covered|n_)/;

const LABEL = { key: 'model_odds_ratio', label: 'Odds ratio', format: 'ratio' } as const;

const COLUMNS: readonly ResultColumn[] = [
  { ...LABEL, low: 'model_odds_ratio_low', high: 'model_odds_ratio_high', why: 'model_odds_ratio_why' },
  { key: 'model_p', label: 'Likelihood-ratio p', format: 'p', why: 'model_p_why' },
];

/** A test with a model beside it that is of the patients for whom its covariates are known: cells under `model_`. */
export function withModelBeside(test: GeneTest, model: GeneTest): GeneTest {
  return {
    ...test,
    beside: COLUMNS,
    run(genes) {
      const plain = test.run(genes);
      const adjusted = model.run(genes);
      return {
        ...plain,
        tested(gene) {
          const found = plain.tested(gene);
          if (found === undefined) return undefined;
          const beside = oneSided(adjusted.carriers[gene]!, adjusted.covered[gene]!)
            ? undefined
            : adjusted.tested(gene);
          const counts = { model_n: adjusted.covered[gene]!, model_altered: adjusted.carriers[gene]! };
          const cells = beside === undefined ? absent(model.silent) : prefixed(beside.cells);
          return { ...found, modelP: beside?.p ?? Number.NaN, cells: { ...found.cells, ...counts, ...cells } };
        },
      };
    },
  };
}

function oneSided(carriers: number, covered: number): boolean {
  return carriers === 0 || carriers === covered;
}

function absent(why: string): Record<string, Cell> {
  return {
    model_odds_ratio: null,
    model_odds_ratio_low: null,
    model_odds_ratio_high: null,
    model_odds_ratio_why: why,
    model_p: null,
    model_p_why: why,
  };
}

function prefixed(cells: Readonly<Record<string, Cell>>): Record<string, Cell> {
  return Object.fromEntries(
    Object.entries(cells).flatMap(([key, value]) => (COUNTS.test(key) ? [] : [[`model_${key}`, value]])),
  );
}
