import { SignetError } from '../base/index.ts';
import type { CohortFrame } from '../cohort/index.ts';
import type { ResultDocument } from '../result/index.ts';
import { readDocument } from './document.ts';
import type { AnswerPorts, CohortName } from './ports.ts';
import { finishedItem, frameOfResult } from './result-frame.ts';

type Request = ResultDocument['request'];

/** An analysis of the document: the item it is of, and as it was asked. */
interface Asked {
  readonly item: string;
  readonly request: Request;
}

/** A text as R writes it. */
const quoted = (text: string): string => JSON.stringify(text);
/** A column of patients.csv. */
const column = (name: string): string => `d[[${quoted(name)}]]`;

/** What R needs of a covariate: the expression that gives its values, with the levels in the order that Signet has them. */
function valuesOf(frame: CohortFrame, name: string): string | undefined {
  const known = frame.variables().find((variable) => variable.name === name);
  const group = Object.hasOwn(frame.definition.groups ?? {}, name);
  if (group && known?.type !== 'number') {
    const levels = frame.group(name, '').labels.map(quoted);
    return `factor(${column(`group.${name}`)}, levels = c(${levels.join(', ')}))`;
  }
  if (known === undefined) return undefined;
  const values = frame.variable(name, '');
  if (values.type === 'category') return `factor(${column(name)}, levels = c(${values.levels.map(quoted).join(', ')}))`;
  return values.type === 'number' || values.type === 'boolean' ? `as.numeric(${column(name)})` : undefined;
}

/** Names that a request's list comes to, sets of the plan taken apart; only those that are columns of the file. */
function namesOf(frame: CohortFrame, asked: unknown): string[] {
  const sets = frame.definition.plan?.sets ?? {};
  const list = typeof asked === 'string' ? [asked] : Array.isArray(asked) ? asked : [];
  const names = list.flatMap((each): unknown[] =>
    typeof each === 'string' && Object.hasOwn(sets, each) ? sets[each]! : [each],
  );
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

/** A data frame of the covariates that R can be given, and the names it has for them: x1, x2 … */
function covariates(
  frame: CohortFrame,
  names: readonly string[],
): { readonly lines: string[]; readonly terms: string[] } {
  const lines: string[] = [];
  const terms: string[] = [];
  for (const name of names) {
    const values = valuesOf(frame, name);
    if (values === undefined) {
      lines.push(`# ${name} is no column of the file: not repeated`);
      continue;
    }
    terms.push(`x${terms.length + 1}`);
    lines.push(`d$${terms.at(-1)!} <- ${values} # ${name}`);
  }
  return { lines, terms };
}

const START = '  d <- eligible';

function surv(endpoint: string, frame: CohortFrame): string {
  const { entry } = frame.endpoint(endpoint, '');
  const [time, event] = [column(`${endpoint}.time`), `as.numeric(${column(`${endpoint}.event`)} == 1)`];
  return entry ? `Surv(pmax(0, ${column(`${endpoint}.entry`)}), ${time}, ${event})` : `Surv(${time}, ${event})`;
}

function survivalLines(frame: CohortFrame, { item, request }: Asked): string[] {
  const endpoint = String(request['endpoint']);
  const by = request['by'];
  if (by === undefined) {
    const times = (request['times'] as number[]).join(', ');
    return [
      `  curve <- summary(survfit(${surv(endpoint, frame)} ~ 1, data = d), times = c(${times}), extend = TRUE)`,
      `  say(${quoted(item)}, paste("survival at", curve$time), curve$surv, curve$lower, curve$upper)`,
    ];
  }
  const later = typeof by === 'string' ? frame.definition.groups?.[by]?.known : undefined;
  if (typeof by === 'string' && later !== undefined) return laterLines(frame, { item, request }, by);
  return namesOf(frame, by).flatMap((name) => {
    const values = valuesOf(frame, name);
    if (values === undefined) return [`  # ${name} is no column of the file: not repeated`];
    return [
      `  d$x <- ${values}`,
      `  if (length(unique(na.omit(d$x))) > 1) hazard(${quoted(item)}, ${quoted(name)}, coxph(${surv(endpoint, frame)} ~ x, data = d, ties = "efron"))`,
    ];
  });
}

/** Rows of (start, stop]: a patient counts as not yet joined until the day she joins. */
function laterLines(frame: CohortFrame, { item, request }: Asked, by: string): string[] {
  const endpoint = String(request['endpoint']);
  const { lines, terms } = covariates(frame, namesOf(frame, request['adjust']));
  const { entry } = frame.endpoint(endpoint, '');
  const joined = frame.group(by, '').labels[1]!;
  return [
    ...lines.map((line) => `  ${line}`),
    `  d$stop <- ${column(`${endpoint}.time`)}; d$event <- ${column(`${endpoint}.event`)}`,
    `  d$start <- ${entry ? `pmax(0, ${column(`${endpoint}.entry`)})` : '0'}`,
    `  d$joined <- ifelse(${column(`group.${by}`)} == ${quoted(joined)}, ${column(`${endpoint}.joined.${by}`)}, NA)`,
    `  d <- d[!is.na(d$stop) & !is.na(d$event) & !is.na(${column(`group.${by}`)}) & d$start < d$stop, ]`,
    '  moves <- !is.na(d$joined) & d$joined < d$stop',
    '  before <- d; before$exposed <- 0; before$stop[moves] <- d$joined[moves]; before$event[moves] <- 0',
    '  after <- d[moves, ]; after$exposed <- rep(1, nrow(after)); after$start <- pmax(after$start, after$joined)',
    '  long <- rbind(before, after); long <- long[long$start < long$stop, ]',
    `  hazard(${quoted(item)}, ${quoted(by)}, coxph(Surv(start, stop, event) ~ ${['exposed', ...terms].join(' + ')}, data = long, ties = "efron"))`,
  ];
}

function coxLines(frame: CohortFrame, { item, request }: Asked): string[] {
  const { lines, terms } = covariates(frame, namesOf(frame, request['covariates']));
  if (terms.length === 0) return lines.map((line) => `  ${line}`);
  return [
    ...lines.map((line) => `  ${line}`),
    `  hazard(${quoted(item)}, "model", coxph(${surv(String(request['endpoint']), frame)} ~ ${terms.join(' + ')}, data = d, ties = "efron"))`,
  ];
}

function logisticLines(frame: CohortFrame, { item, request }: Asked): string[] {
  const outcome = String(request['outcome']);
  const values = valuesOf(frame, outcome);
  if (values === undefined) return [`  # ${outcome} is no column of the file: not repeated`];
  const model = namesOf(frame, request['adjust'] ?? request['covariates']);
  const { lines, terms } = covariates(frame, model);
  const alone = namesOf(frame, request['univariable']).flatMap((name) => {
    const factor = valuesOf(frame, name);
    return factor === undefined
      ? [`  # ${name} is no column of the file: not repeated`]
      : [
          `  d$x <- ${factor}`,
          `  if (length(unique(na.omit(d$x))) > 1) odds(${quoted(item)}, ${quoted(name)}, glm(y ~ x, binomial, d))`,
        ];
  });
  return [
    `  d$y <- ${values.startsWith('factor') ? `as.numeric(${values}) - 1` : values}`,
    ...alone,
    ...lines.map((line) => `  ${line}`),
    ...(terms.length === 0 ? [] : [`  odds(${quoted(item)}, "model", glm(y ~ ${terms.join(' + ')}, binomial, d))`]),
  ];
}

function competingLines(frame: CohortFrame, { item, request }: Asked): string[] {
  const endpoint = String(request['endpoint']);
  const labels = frame.endpoint(endpoint, '').competing?.labels ?? [];
  const times = (request['times'] as number[]).join(', ');
  const levels = [0, 1, ...labels.map((_, i) => i + 2)].join(', ');
  return [
    `  d <- d[!is.na(${column(`${endpoint}.time`)}) & !is.na(${column(`${endpoint}.event`)}), ]`,
    `  curve <- summary(survfit(Surv(${column(`${endpoint}.time`)}, factor(${column(`${endpoint}.event`)}, levels = c(${levels}))) ~ 1, data = d), times = c(${times}), extend = TRUE)`,
    `  say(${quoted(item)}, paste("incidence at", curve$time), curve$pstate[, 2], curve$lower[, 2], curve$upper[, 2])`,
  ];
}

const REPEATS: Readonly<Record<string, (frame: CohortFrame, asked: Asked) => string[]>> = {
  survival: survivalLines,
  cox: coxLines,
  logistic: logisticLines,
  'competing-risks': competingLines,
};

function blockOf(frame: CohortFrame, asked: Asked): string[] {
  const { item, request } = asked;
  const analysis = String(request['analysis']);
  const repeats = Object.hasOwn(REPEATS, analysis) ? REPEATS[analysis] : undefined;
  if (repeats === undefined) return [`# ${oneLine(item)}: ${analysis} is not repeated here`];
  if (request['where'] !== undefined)
    return [`# ${oneLine(item)}: of a subgroup in Signet's own language, not repeated here`];
  return [`# ${oneLine(item)}: ${analysis}`, 'local({', START, ...repeats(frame, asked), '})'];
}

function askedOf({ analysis, request, findings: { report } }: ResultDocument): Asked[] {
  if (report === undefined) return [{ item: analysis, request }];
  return report.parts
    .filter(({ findings, sensitivity }) => findings !== null && sensitivity === undefined)
    .map(({ item, request: asked }) => ({ item, request: asked }));
}

/**
 * A script for R that reads the frame's patients as CSV (`…/frame/patients.csv`) and repeats the main numbers of a result with the survival
 * package: survival and incidence at times, hazard and odds ratios with Wald intervals. It writes them as a table: item, term, estimate, low,
 * high, p. What it can't repeat it names. `frame` is the one that the result is of, under its sensitivity. Throws what the frame throws of names.
 */
export function rScript(document: ResultDocument, frame: CohortFrame): string {
  const { id, cohort, frame: of, findings, request } = document;
  const sensitivity = typeof request['sensitivity'] === 'string' ? request['sensitivity'] : undefined;
  const query = sensitivity === undefined ? '' : `?sensitivity=${encodeURIComponent(sensitivity)}`;
  return `${[
    `# ${oneLine(findings.title)}`,
    `# ${oneLine(cohort.title)}`,
    `# Repeats the main numbers of Signet's result ${id}`,
    `# from GET /cohorts/${cohort.name}/frame/patients.csv${query} of the frame ${of.digest}.`,
    '# Rscript SCRIPT patients.csv repeated.csv',
    'library(survival)',
    'args <- commandArgs(TRUE)',
    'file <- if (length(args) > 0) args[1] else "patients.csv"',
    'patients <- read.csv(file, check.names = FALSE, na.strings = "", stringsAsFactors = FALSE)',
    'eligible <- patients[patients$eligible, ]',
    'repeated <- NULL',
    'say <- function(item, term, estimate, low = NA, high = NA, p = NA)',
    '  repeated <<- rbind(repeated, data.frame(item, term, estimate, low, high, p, row.names = NULL))',
    'wald <- function(item, term, beta, se) say(item, paste(term, names(beta)), exp(beta), exp(beta - qnorm(0.975) * se), exp(beta + qnorm(0.975) * se), 2 * pnorm(-abs(beta / se)))',
    'hazard <- function(item, term, fit) wald(item, term, coef(fit), sqrt(diag(vcov(fit))))',
    'odds <- function(item, term, fit) wald(item, term, coef(fit)[-1], sqrt(diag(vcov(fit)))[-1])',
    '',
    ...askedOf(document).flatMap((asked) => [...blockOf(frame, asked), '']),
    'print(repeated, digits = 6)',
    'if (length(args) > 1) write.csv(format(repeated, digits = 17), args[2], row.names = FALSE)',
  ].join('\n')}\n`;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
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
