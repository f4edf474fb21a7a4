import type { CohortFrame } from '../cohort/index.ts';
import {
  type Asked,
  column,
  covariates,
  namesOf,
  outcomeOf,
  quoted,
  remark,
  scannedGenes,
  surv,
  valuesOf,
  vector,
} from './r-names.ts';

/** Characteristics by group: Wilcoxon or Kruskal-Wallis where medians are shown, Welch where means are, Pearson or Fisher of levels. */
export function tableLines(frame: CohortFrame, { item, request }: Asked): string[] {
  const by = request['by'];
  const groups = typeof by === 'string' ? valuesOf(frame, by, true) : undefined;
  if (groups === undefined) return [`  ${remark('no group that is a column of the file: nothing is tested')}`];
  const how = request['summary'] === 'mean' ? 'means' : 'ranks';
  return [
    `  g <- ${groups}`,
    ...namesOf(frame, request['variables']).map((name) => {
      const values = testedValues(frame, name);
      return values === undefined
        ? `  ${remark(`${name} is no column of the file: not repeated`)}`
        : `  compare(${quoted(item)}, ${quoted(name)}, ${values}, g, ${quoted(how)})`;
    }),
  ];
}

/** A yes or no is tested by its levels. */
function testedValues(frame: CohortFrame, name: string): string | undefined {
  const known = frame.variables().find((variable) => variable.name === name);
  return known?.type === 'boolean' ? `factor(${column(name)})` : valuesOf(frame, name);
}

/** Genes against an outcome by Fisher's test, against an endpoint by Cox and log-rank; of what `?genes=` put into the file. */
export function scanLines(frame: CohortFrame, asked: Asked): string[] {
  const { item, request } = asked;
  const genes = scannedGenes(asked);
  if (genes.length === 0 || request['strata'] !== undefined)
    return [`  ${remark('only scans of genes, without strata, are repeated')}`];
  const { lines, terms } = covariates(frame, namesOf(frame, request['adjust']));
  const model = ['x', ...terms].join(' + ');
  const tests =
    typeof request['endpoint'] === 'string'
      ? endpointTests(frame, item, request['endpoint'], model, terms)
      : outcomeTests(frame, item, String(request['outcome']), model, terms);
  return [
    ...lines,
    ...tests.before,
    `  for (gene in ${vector(genes)}) {`,
    '    d$x <- as.numeric(d[[paste0("gene.", gene)]])',
    '    if (length(unique(na.omit(d$x))) < 2) next',
    ...tests.each.map((line) => `    ${line}`),
    '  }',
  ];
}

interface Tests {
  readonly before: string[];
  readonly each: string[];
}

function endpointTests(frame: CohortFrame, item: string, endpoint: string, model: string, terms: string[]): Tests {
  const response = surv(endpoint, frame);
  const truncated = frame.endpoint(endpoint, '').entry !== undefined;
  return {
    before: [],
    each: [
      `hazard(${quoted(item)}, gene, cox(${response} ~ x, d))`,
      ...(truncated ? [] : [`logrank(${quoted(item)}, gene, survdiff(${response} ~ x, data = d))`]),
      ...(terms.length === 0
        ? []
        : [`hazard(${quoted(item)}, paste(gene, "adjusted"), cox(${response} ~ ${model}, d), "x")`]),
    ],
  };
}

function outcomeTests(frame: CohortFrame, item: string, outcome: string, model: string, terms: string[]): Tests {
  const values = outcomeOf(frame, outcome);
  if (values === undefined) return { before: [], each: [remark(`${outcome} is no column of the file`)] };
  return {
    before: [`  d$y <- ${values}`],
    each: [
      `say(${quoted(item)}, paste(gene, "Fisher"), NA, p = fisher.test(table(d$x, d$y))$p.value)`,
      ...(terms.length === 0
        ? []
        : [
            `m <- d[complete.cases(d[${vector(['x', 'y', ...terms])}]), ]`,
            `with_gene <- logistic(y ~ ${model}, m)`,
            `without_gene <- logistic(y ~ ${terms.join(' + ')}, m)`,
            `odds(${quoted(item)}, paste(gene, "adjusted"), with_gene, "x", pchisq(deviance(without_gene) - deviance(with_gene), 1, lower.tail = FALSE))`,
          ]),
    ],
  };
}
