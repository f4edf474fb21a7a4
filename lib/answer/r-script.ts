import { SignetError } from '../base/index.ts';
import type { CohortFrame } from '../cohort/index.ts';
import type { ResultDocument } from '../result/index.ts';
import { readDocument } from './document.ts';
import { MOST_GENES } from './patients-csv.ts';
import type { AnswerPorts, CohortName } from './ports.ts';
import { repeatedBlock } from './r-blocks.ts';
import { type Asked, remark, scannedGenes } from './r-names.ts';
import { finishedItem, frameOfResult } from './result-frame.ts';

/** What every script begins with. Fits run until nothing changes, so that numbers agree to many digits; what has no plain estimate says so. */
const PRELUDE = `library(survival)
args <- commandArgs(TRUE)
file <- if (length(args) > 0) args[1] else "patients.csv"
patients <- read.csv(file, check.names = FALSE, na.strings = "", stringsAsFactors = FALSE)
eligible <- patients[patients$eligible, ]
repeated <- NULL
say <- function(item, term, estimate, low = NA, high = NA, p = NA)
  repeated <<- rbind(repeated, data.frame(item, term, estimate, low, high, p, row.names = NULL))
wald <- function(item, term, beta, se, p = 2 * pnorm(-abs(beta / se)))
  say(item, paste(term, names(beta)), exp(beta), exp(beta - qnorm(0.975) * se), exp(beta + qnorm(0.975) * se), p)
told <- function(item, term, beta, se, only, p) {
  if (any(!is.finite(se) | se > 20)) return(say(item, paste(term, "has no plain estimate"), NA))
  kept <- if (is.null(only)) seq_along(beta) else which(names(beta) %in% only)
  if (is.null(p)) wald(item, term, beta[kept], se[kept]) else wald(item, term, beta[kept], se[kept], p)
}
cox <- function(formula, data) suppressWarnings(coxph(formula, data, ties = "efron", control = coxph.control(eps = 1e-12, iter.max = 50)))
logistic <- function(formula, data) suppressWarnings(glm(formula, binomial, data, control = glm.control(epsilon = 1e-15, maxit = 50)))
hazard <- function(item, term, fit, only = NULL, p = NULL) told(item, term, coef(fit), sqrt(diag(vcov(fit))), only, p)
odds <- function(item, term, fit, only = NULL, p = NULL) told(item, term, coef(fit)[-1], sqrt(diag(vcov(fit)))[-1], only, p)
logrank <- function(item, term, test)
  say(item, paste(term, "log-rank"), test$chisq, p = pchisq(test$chisq, sum(test$exp > 0) - 1, lower.tail = FALSE))
compare <- function(item, term, x, g, how) {
  known <- !is.na(x) & !is.na(g); x <- x[known]; g <- droplevels(factor(g[known]))
  if (nlevels(g) < 2 || length(unique(x)) < 2) return()
  if (is.factor(x)) {
    counts <- table(droplevels(x), g)
    pearson <- suppressWarnings(chisq.test(counts, correct = FALSE))
    p <- if (any(pearson$expected < 5)) fisher.test(counts, workspace = 2e7)$p.value else pearson$p.value
  } else if (how == "ranks")
    p <- if (nlevels(g) == 2) suppressWarnings(wilcox.test(x ~ g))$p.value else kruskal.test(x, g)$p.value
  else p <- if (nlevels(g) == 2) t.test(x ~ g)$p.value else oneway.test(x ~ g)$p.value
  say(item, paste(term, "by group"), NA, p = p)
}
`;

function askedOf({ request, findings }: ResultDocument): Asked[] {
  if (findings.report === undefined) return [{ item: String(request['analysis']), request, findings }];
  return findings.report.parts.flatMap(({ item, request: asked, findings: answered, sensitivity }) =>
    answered === null || sensitivity !== undefined ? [] : [{ item, request: asked, findings: answered }],
  );
}

/** What the file of patients is asked for with. */
function queryOf(request: ResultDocument['request'], asked: readonly Asked[]): string {
  const query = new URLSearchParams();
  if (typeof request['sensitivity'] === 'string') query.set('sensitivity', request['sensitivity']);
  const genes = [...new Set(asked.flatMap(scannedGenes))].slice(0, MOST_GENES);
  if (genes.length > 0) query.set('genes', genes.join(','));
  return query.size === 0 ? '' : `?${query}`;
}

/**
 * A script for R that reads the frame's patients as CSV (`…/frame/patients.csv`) and repeats the main numbers of a result with the survival
 * package: survival and incidence at times, hazard and odds ratios with Wald intervals, tests between groups. It writes them as a table: item,
 * term, estimate, low, high, p. What it can't repeat it names. `frame` is the one that the result is of, under its sensitivity. Throws what the
 * frame throws of names.
 */
export function rScript(document: ResultDocument, frame: CohortFrame): string {
  const { id, cohort, frame: of, findings, request } = document;
  const asked = askedOf(document);
  return `${[
    remark(findings.title),
    remark(cohort.title),
    `# Repeats the main numbers of Signet's result ${id}`,
    `# from GET /cohorts/${cohort.name}/frame/patients.csv${queryOf(request, asked)}`,
    `# of the frame ${of.digest}.`,
    '# Rscript SCRIPT patients.csv repeated.csv',
    PRELUDE,
    ...asked.flatMap((each) => [...repeatedBlock(frame, each), '']),
    'print(repeated, digits = 6)',
    'if (length(args) > 1) write.csv(format(repeated, digits = 17), args[2], row.names = FALSE)',
  ].join('\n')}\n`;
}

/** {@link rScript} of a finished result. Throws `not-found`, `result-unfinished`, `lost-document`. */
export async function readRScript(cohort: CohortName, id: string, ports: AnswerPorts): Promise<string> {
  const item = await finishedItem(cohort, id, ports);
  const [document, { frame }] = await Promise.all([
    readDocument(cohort, id, ports),
    frameOfResult(cohort, item, ports),
  ]);
  if (!document) throw new SignetError('not-found', 'There is no such result');
  return rScript(document, frame);
}
