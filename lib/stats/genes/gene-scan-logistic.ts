import { type LogisticFailure, type LogisticSeparated, logistic } from '../logistic/logistic.ts';
import { checkLogistic, type LogisticRows, logisticDesign, logisticFrame } from '../logistic/logistic-likelihood.ts';
import { maximise } from '../logistic/logistic-newton.ts';
import { chiSquare } from '../numeric/distributions.ts';
import { carriersByCoverage, type GeneBits, rowOfPatient } from './gene-carriers.ts';
import { GeneLogit } from './gene-logit.ts';
import { emptyModels, GENE_OUTCOME, type ModelScan } from './gene-outcome.ts';

/** An adjusted odds ratio for each gene: a column a figure, an element a gene. */
export interface LogisticScan extends ModelScan {
  /** Where the covariates alone have no estimate among those covered: why. The genes' outcome is `noCovariateModel`. */
  readonly failures: readonly (LogisticFailure | LogisticSeparated)[];
}

/** A gene's name beside the covariates; a space keeps it apart from theirs. */
const GENE = 'the gene';

type Found = Partial<Record<'coefficient' | 'standardError' | 'score' | 'likelihoodRatio', number>> & {
  readonly outcome: number;
};

/**
 * Logistic model of each of many binary genes beside the same covariates. The covariates' model is fitted once (for each set of patients that genes
 * cover). A gene all of whose carriers have one outcome has no finite odds ratio, told by counting; others that separate, by the whole fit.
 * `patients[i]` is the patient of row i. Source: as {@link logistic}. Yardstick: stats::glm for each gene.
 */
export function logisticScan(rows: LogisticRows, genes: GeneBits, patients?: Int32Array): LogisticScan {
  const { outcome, covariates, names, weights } = rows;
  checkLogistic(rows);
  if (weights !== undefined) throw new RangeError('a logistic gene scan takes no weights');
  const scan = { ...emptyModels(genes.count), failures: [] as (LogisticFailure | LogisticSeparated)[] };
  for (const group of carriersByCoverage(genes, rowOfPatient(outcome.length, patients))) {
    const own: LogisticRows = {
      outcome: Uint8Array.from(group.covered, (i) => outcome[i]!),
      covariates: covariates.map((values) => Float64Array.from(group.covered, (i) => values[i]!)),
      names,
    };
    const fitter = fitterOf(own);
    if ('problem' in fitter) scan.failures.push(fitter);
    group.genes.forEach((gene, k) => {
      const members = group.carriers.subarray(0, group.take(k));
      let events = 0;
      for (const i of members) events += own.outcome[i]!;
      scan.covered[gene] = group.covered.length;
      scan.carriers[gene] = members.length;
      scan.carrierEvents[gene] = events;
      const found =
        'problem' in fitter ? { outcome: GENE_OUTCOME.noCovariateModel } : fitGene(fitter, own, members, events);
      scan.outcome[gene] = found.outcome;
      for (const name of ['coefficient', 'standardError', 'score', 'likelihoodRatio'] as const) {
        scan[name][gene] = found[name] ?? Number.NaN;
      }
      if (found.outcome === GENE_OUTCOME.estimated) {
        scan.wald[gene] = (scan.coefficient[gene]! / scan.standardError[gene]!) ** 2;
      }
    });
  }
  for (let gene = 0; gene < genes.count; gene++) {
    scan.p[gene] = chiSquare.upper(scan.wald[gene]!, 1);
    scan.scoreP[gene] = chiSquare.upper(scan.score[gene]!, 1);
    scan.likelihoodRatioP[gene] = chiSquare.upper(scan.likelihoodRatio[gene]!, 1);
  }
  return scan;
}

/** What the genes' fits begin with, or why the covariates have no fit. */
function fitterOf(rows: LogisticRows): GeneLogit | LogisticFailure | LogisticSeparated {
  const fit = logistic.fit(rows);
  if (!fit.ok) return fit;
  const design = logisticDesign(rows, logisticFrame(rows));
  const { beta, step } = maximise(design, { penalised: false })!; // there is one: the fit found it
  return new GeneLogit(
    rows.outcome,
    design.columns,
    beta.map((b, j) => b + step[j]!),
  );
}

function fitGene(fitter: GeneLogit, rows: LogisticRows, carriers: Int32Array, events: number): Found {
  const n = rows.outcome.length;
  if (carriers.length === 0 || carriers.length === n) return { outcome: GENE_OUTCOME.noInformation };
  const score = fitter.scoreTest(carriers);
  if (score === undefined) return { outcome: GENE_OUTCOME.collinear };
  if (events === 0 || events === carriers.length) {
    const direction = events === 0 ? -1 : 1;
    const limit = fitter.limit(carriers, direction);
    if (limit === undefined) return { score, ...wholeFit(rows, carriers, fitter.nullLogLikelihood) };
    return {
      outcome: direction > 0 ? GENE_OUTCOME.increasing : GENE_OUTCOME.decreasing,
      coefficient: direction * Number.POSITIVE_INFINITY,
      score,
      likelihoodRatio: Math.max(0, 2 * (limit - fitter.nullLogLikelihood)),
    };
  }
  const found = fitter.fit(carriers);
  if (found === undefined) return { score, ...wholeFit(rows, carriers, fitter.nullLogLikelihood) };
  return {
    outcome: GENE_OUTCOME.estimated,
    coefficient: found.coefficient,
    standardError: found.standardError,
    score,
    likelihoodRatio: Math.max(0, 2 * (found.logLikelihood - fitter.nullLogLikelihood)),
  };
}

/** Separated genes, and those whose fit takes long. */
function wholeFit(rows: LogisticRows, carriers: Int32Array, nullLogLikelihood: number): Found {
  const carried = new Float64Array(rows.outcome.length);
  for (const i of carriers) carried[i] = 1;
  const fit = logistic.fit({ ...rows, covariates: [...rows.covariates, carried], names: [...rows.names, GENE] });
  const ratio = (logLikelihood: number) => Math.max(0, 2 * (logLikelihood - nullLogLikelihood));
  if (fit.ok) {
    return {
      outcome: GENE_OUTCOME.estimated,
      coefficient: fit.coefficients.at(-1)!,
      standardError: fit.standardErrors.at(-1)!,
      likelihoodRatio: ratio(fit.logLikelihood),
    };
  }
  if (fit.problem !== 'separated') {
    return { outcome: fit.problem === 'collinear' ? GENE_OUTCOME.collinear : GENE_OUTCOME.notConverged };
  }
  const direction = fit.directions[fit.columns.indexOf(GENE)];
  if (direction === undefined) return { outcome: GENE_OUTCOME.notConverged };
  return {
    outcome: direction > 0 ? GENE_OUTCOME.increasing : GENE_OUTCOME.decreasing,
    coefficient: direction * Number.POSITIVE_INFINITY,
    likelihoodRatio: ratio(-fit.limit.deviance / 2),
  };
}
