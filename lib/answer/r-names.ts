import type { CohortFrame } from '../cohort/index.ts';
import type { Findings, ResultDocument } from '../result/index.ts';

type Request = ResultDocument['request'];

/** An analysis of a document: the item it is of, as it was asked, and what was found. */
export interface Asked {
  readonly item: string;
  readonly request: Request;
  readonly findings: Findings;
}

/** A text as R writes it. */
export const quoted = (text: string): string => JSON.stringify(text);
/** Texts as a vector of R. */
export const vector = (texts: readonly string[]): string => `c(${texts.map(quoted).join(', ')})`;
/** A column of patients.csv. */
export const column = (name: string): string => `d[[${quoted(name)}]]`;
/** A remark that can't end its line. */
export const remark = (text: string): string => `# ${text.replace(/[\r\n]+/g, ' ')}`;

/**
 * What R needs of a covariate: the expression that gives its values, with the levels in the order that Signet has them; undefined of what is no
 * column. Of a name that is both, a covariate is the variable where that is a number, and `asGroup` the group.
 */
export function valuesOf(frame: CohortFrame, name: string, asGroup = false): string | undefined {
  const known = frame.variables().find((variable) => variable.name === name);
  const group = Object.hasOwn(frame.definition.groups ?? {}, name);
  if (group && (asGroup || known?.type !== 'number'))
    return `factor(${column(`group.${name}`)}, levels = ${vector(frame.group(name, '').labels)})`;
  if (known === undefined) return undefined;
  const values = frame.variable(name, '');
  if (values.type === 'category') return `factor(${column(name)}, levels = ${vector(values.levels)})`;
  return values.type === 'number' || values.type === 'boolean' ? `as.numeric(${column(name)})` : undefined;
}

/** An outcome of two as 0 and 1; undefined of what is no column. */
export function outcomeOf(frame: CohortFrame, name: string): string | undefined {
  const values = valuesOf(frame, name, true);
  return values?.startsWith('factor') ? `as.numeric(${values}) - 1` : values;
}

/** Names that a request's list comes to, sets of the plan taken apart. */
export function namesOf(frame: CohortFrame, asked: unknown): string[] {
  const sets = frame.definition.plan?.sets ?? {};
  const list = typeof asked === 'string' ? [asked] : Array.isArray(asked) ? asked : [];
  const names = list.flatMap((each): unknown[] =>
    typeof each === 'string' && Object.hasOwn(sets, each) ? sets[each]! : [each],
  );
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

/** Columns of covariates that R can be given, and the names it has for them: x1, x2 … `group` is the one that stands for a group. */
export function covariates(
  frame: CohortFrame,
  names: readonly string[],
  group?: string,
): { readonly lines: string[]; readonly terms: string[] } {
  const lines: string[] = [];
  const terms: string[] = [];
  for (const name of names) {
    const values = valuesOf(frame, name, name === group);
    if (values === undefined) {
      lines.push(`  ${remark(`${name} is no column of the file: not repeated`)}`);
      continue;
    }
    terms.push(`x${terms.length + 1}`);
    lines.push(`  d$${terms.at(-1)!} <- ${values} ${remark(name)}`);
  }
  return { lines, terms };
}

/** A survival response of an endpoint's columns. */
export function surv(endpoint: string, frame: CohortFrame): string {
  const { entry } = frame.endpoint(endpoint, '');
  const [time, event] = [column(`${endpoint}.time`), `as.numeric(${column(`${endpoint}.event`)} == 1)`];
  return entry ? `Surv(pmax(0, ${column(`${endpoint}.entry`)}), ${time}, ${event})` : `Surv(${time}, ${event})`;
}

/** The genes that a scan of genes tested, by p. */
export function scannedGenes({ request, findings }: Asked): string[] {
  if (request['analysis'] !== 'association-scan' || request['scan'] === 'pathways') return [];
  const rows = findings.tables.find(({ id }) => id === 'genes')?.rows ?? [];
  return rows.flatMap(({ gene }) => (typeof gene === 'string' ? [gene] : []));
}
