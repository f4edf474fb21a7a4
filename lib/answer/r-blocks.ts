import type { CohortFrame } from '../cohort/index.ts';
import { type Asked, column, covariates, namesOf, outcomeOf, quoted, remark, surv, valuesOf } from './r-names.ts';
import { scanLines, tableLines } from './r-tests.ts';

const missing = (name: string): string => `  ${remark(`${name} is no column of the file: not repeated`)}`;

/** More than one value is needed of a factor alone. */
const varied = (line: string): string => `  if (length(unique(na.omit(d$x))) > 1) ${line}`;

function survivalLines(frame: CohortFrame, asked: Asked): string[] {
  const { request } = asked;
  const by = request['by'];
  if (by === undefined) return curveLines(frame, asked);
  if (typeof by === 'string' && frame.definition.groups?.[by]?.known !== undefined) return laterLines(frame, asked, by);
  const names = namesOf(frame, by);
  if (names.length === 1 && names[0] === by)
    return [...factorLines(frame, asked, by, true), ...adjustedLines(frame, asked, by)];
  return [...names.flatMap((name) => factorLines(frame, asked, name, false)), ...togetherLines(frame, asked)];
}

function curveLines(frame: CohortFrame, { item, request }: Asked): string[] {
  const times = (request['times'] as number[]).join(', ');
  return [
    `  curve <- summary(survfit(${surv(String(request['endpoint']), frame)} ~ 1, data = d), times = c(${times}), extend = TRUE)`,
    `  say(${quoted(item)}, paste("survival at", curve$time), curve$surv, curve$lower, curve$upper)`,
  ];
}

/** A factor alone: Cox, and the log-rank test of its levels, which of a number is the score test. */
function factorLines(frame: CohortFrame, { item, request }: Asked, name: string, asGroup: boolean): string[] {
  const values = valuesOf(frame, name, asGroup);
  if (values === undefined) return [missing(name)];
  const endpoint = String(request['endpoint']);
  const response = surv(endpoint, frame);
  const truncated = frame.endpoint(endpoint, '').entry !== undefined;
  const number = frame.variables().find((variable) => variable.name === name)?.type === 'number';
  return [
    `  d$x <- ${values}`,
    varied(`hazard(${quoted(item)}, ${quoted(name)}, cox(${response} ~ x, d))`),
    ...(truncated || (number && values.startsWith('as.numeric'))
      ? []
      : [varied(`logrank(${quoted(item)}, ${quoted(name)}, survdiff(${response} ~ x, data = d))`)]),
  ];
}

function adjustedLines(frame: CohortFrame, { item, request }: Asked, name: string): string[] {
  const adjust = namesOf(frame, request['adjust']);
  if (adjust.length === 0) return [];
  const { lines, terms } = covariates(frame, [name, ...adjust], name);
  return [
    ...lines,
    `  hazard(${quoted(item)}, "adjusted", cox(${surv(String(request['endpoint']), frame)} ~ ${terms.join(' + ')}, d))`,
  ];
}

/** The factors that the document has together, which leaves out what is made of others or known of few. */
function togetherLines(frame: CohortFrame, { item, request, findings }: Asked): string[] {
  const titles = new Set(
    (findings.tables.find(({ id }) => id === 'together')?.rows ?? []).map((row) => row['covariate']),
  );
  const names = frame.variables().flatMap(({ name, label }) => (titles.has(label ?? name) ? [name] : []));
  const asked = namesOf(frame, request['by']).filter((name) => names.includes(name));
  if (asked.length === 0 || asked.length !== titles.size) return [];
  const { lines, terms } = covariates(frame, asked);
  return [
    ...lines,
    `  hazard(${quoted(item)}, "together", cox(${surv(String(request['endpoint']), frame)} ~ ${terms.join(' + ')}, d))`,
  ];
}

/** Rows of (start, stop]: a patient counts as not yet joined until the day she joins; then the landmarks, at which who joined by then counts so. */
function laterLines(frame: CohortFrame, { item, request }: Asked, by: string): string[] {
  const endpoint = String(request['endpoint']);
  const { lines, terms } = covariates(frame, namesOf(frame, request['adjust']));
  const { entry } = frame.endpoint(endpoint, '');
  const joined = frame.group(by, '').labels[1]!;
  const landmarks = Array.isArray(request['landmarks']) ? request['landmarks'] : [];
  const cox = (response: string, data: string, beside: readonly string[]): string =>
    `cox(${response} ~ ${['exposed', ...beside].join(' + ')}, ${data})`;
  const beside = terms.length > 0;
  return [
    ...lines,
    `  d$stop <- ${column(`${endpoint}.time`)}; d$event <- ${column(`${endpoint}.event`)}`,
    `  d$start <- ${entry ? `pmax(0, ${column(`${endpoint}.entry`)})` : '0'}`,
    `  d$joined <- ifelse(${column(`group.${by}`)} == ${quoted(joined)}, ${column(`${endpoint}.joined.${by}`)}, NA)`,
    `  d <- d[!is.na(d$stop) & !is.na(d$event) & !is.na(${column(`group.${by}`)}) & d$start < d$stop, ]`,
    '  moves <- !is.na(d$joined) & d$joined < d$stop',
    '  before <- d; before$exposed <- 0; before$stop[moves] <- d$joined[moves]; before$event[moves] <- 0',
    '  after <- d[moves, ]; after$exposed <- rep(1, nrow(after)); after$start <- pmax(after$start, after$joined)',
    '  long <- rbind(before, after); long <- long[long$start < long$stop, ]',
    `  hazard(${quoted(item)}, ${quoted(by)}, ${cox('Surv(start, stop, event)', 'long', [])})`,
    ...(beside ? [`  hazard(${quoted(item)}, "adjusted", ${cox('Surv(start, stop, event)', 'long', terms)})`] : []),
    ...(landmarks.length === 0
      ? []
      : [
          `  for (at in c(${landmarks.join(', ')})) {`,
          '    m <- d[d$stop > at & d$start <= at, ]',
          '    m$exposed <- as.numeric(!is.na(m$joined) & m$joined <= at)',
          '    m$stop <- m$stop - at',
          `    hazard(${quoted(item)}, paste("landmark", at), ${cox('Surv(stop, event)', 'm', [])}, p = NA)`,
          `    logrank(${quoted(item)}, paste("landmark", at), survdiff(Surv(stop, event) ~ exposed, data = m))`,
          ...(beside
            ? [
                `    hazard(${quoted(item)}, paste("landmark", at, "adjusted"), ${cox('Surv(stop, event)', 'm', terms)}, "exposed")`,
              ]
            : []),
          '  }',
        ]),
  ];
}

function coxLines(frame: CohortFrame, { item, request }: Asked): string[] {
  const { lines, terms } = covariates(frame, namesOf(frame, request['covariates']));
  if (terms.length === 0) return lines;
  return [
    ...lines,
    `  hazard(${quoted(item)}, "model", cox(${surv(String(request['endpoint']), frame)} ~ ${terms.join(' + ')}, d))`,
  ];
}

function logisticLines(frame: CohortFrame, { item, request }: Asked): string[] {
  const outcome = String(request['outcome']);
  const values = outcomeOf(frame, outcome);
  if (values === undefined) return [missing(outcome)];
  const { lines, terms } = covariates(frame, namesOf(frame, request['adjust'] ?? request['covariates']));
  const alone = namesOf(frame, request['univariable']).flatMap((name) => {
    const factor = valuesOf(frame, name);
    return factor === undefined
      ? [missing(name)]
      : [`  d$x <- ${factor}`, varied(`odds(${quoted(item)}, ${quoted(name)}, logistic(y ~ x, d))`)];
  });
  return [
    `  d$y <- ${values}`,
    ...alone,
    ...lines,
    ...(terms.length === 0 ? [] : [`  odds(${quoted(item)}, "model", logistic(y ~ ${terms.join(' + ')}, d))`]),
  ];
}

/** Of all, or group by group; with covariates the models alone, since curves are then of those with all of them known. */
function competingLines(frame: CohortFrame, asked: Asked): string[] {
  const { request } = asked;
  const endpoint = String(request['endpoint']);
  return [
    `  d <- d[!is.na(${column(`${endpoint}.time`)}) & !is.na(${column(`${endpoint}.event`)}), ]`,
    ...(request['covariates'] === undefined
      ? incidenceLines(frame, asked, endpoint)
      : causeLines(frame, asked, endpoint)),
  ];
}

/** Cumulative incidence by Aalen and Johansen, of all or group by group. */
function incidenceLines(frame: CohortFrame, { item, request }: Asked, endpoint: string): string[] {
  const labels = frame.endpoint(endpoint, '').competing?.labels ?? [];
  const times = (request['times'] as number[]).join(', ');
  const levels = [0, 1, ...labels.map((_, i) => i + 2)].join(', ');
  const incidence = (term: string): string[] => [
    `curve <- summary(survfit(Surv(${column(`${endpoint}.time`)}, factor(${column(`${endpoint}.event`)}, levels = c(${levels}))) ~ 1, data = d), times = c(${times}), extend = TRUE)`,
    `say(${quoted(item)}, paste(${term}, "incidence at", curve$time), curve$pstate[, 2])`,
  ];
  const by = typeof request['by'] === 'string' ? valuesOf(frame, request['by'], true) : undefined;
  if (by === undefined) return incidence('"all"').map((line) => `  ${line}`);
  return [
    `  d$x <- ${by}`,
    '  whole <- d',
    '  for (level in levels(d$x)) {',
    '    d <- whole[which(whole$x == level), ]',
    ...incidence('level').map((line) => `    ${line}`),
    '  }',
  ];
}

/** Cause-specific Cox models: each event in turn, the others censored. */
function causeLines(frame: CohortFrame, { item, request }: Asked, endpoint: string): string[] {
  const { lines, terms } = covariates(frame, namesOf(frame, request['covariates']));
  if (terms.length === 0) return lines;
  return [
    ...lines,
    `  hazard(${quoted(item)}, "cause-specific", cox(Surv(${column(`${endpoint}.time`)}, ${column(`${endpoint}.event`)} == 1) ~ ${terms.join(' + ')}, d))`,
  ];
}

const REPEATS: Readonly<Record<string, (frame: CohortFrame, asked: Asked) => string[]>> = {
  'association-scan': scanLines,
  'competing-risks': competingLines,
  cox: coxLines,
  'group-comparison': tableLines,
  logistic: logisticLines,
  survival: survivalLines,
  'table-one': tableLines,
};

/** The item of the plan whose column of patients.csv says who is in a subgroup. */
function subgroupColumn(frame: CohortFrame, where: string): string | undefined {
  const item = frame.definition.plan?.items.find((each) => each.where === where);
  return item === undefined ? undefined : `where.${item.id}`;
}

/** What R does again of an analysis, as a block of its own; a remark where it doesn't. */
export function repeatedBlock(frame: CohortFrame, asked: Asked): string[] {
  const { item, request } = asked;
  const { analysis, where } = request;
  const repeats = Object.hasOwn(REPEATS, String(analysis)) ? REPEATS[String(analysis)] : undefined;
  if (repeats === undefined) return [remark(`${item}: ${analysis} is not repeated here`)];
  const subgroup = typeof where === 'string' ? subgroupColumn(frame, where) : undefined;
  if (typeof where === 'string' && subgroup === undefined)
    return [remark(`${item}: of a subgroup that is none of the plan's, not repeated here`)];
  const start = subgroup === undefined ? 'eligible' : `eligible[which(eligible[[${quoted(subgroup)}]]), ]`;
  return [remark(`${item}: ${analysis}`), 'local({', `  d <- ${start}`, ...repeats(frame, asked), '})'];
}
