import { printCount } from '../result/index.ts';
import { type Markup, markup } from './markup.ts';
import { htmlPage } from './page.ts';

/** What is wrong with a cohort's files, as it is shown: the place, the value, what is wrong and what to do. */
export interface ShownProblem {
  readonly level: string;
  readonly rule: string;
  readonly file: string;
  readonly sheet?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: string | undefined;
  readonly value?: string | undefined;
  readonly says: string;
  readonly remedy: string;
  readonly rows?: number | undefined;
}

/** A list of problems, or a part of one. */
export interface ShownProblems {
  /** Whose they are: a cohort's, or a source's. */
  readonly of: string;
  readonly total: number;
  /** The place of the first in the whole list, from 0. */
  readonly from: number;
  readonly problems: readonly ShownProblem[];
}

/** Levels as a data manager thinks of them, the gravest first. */
const LEVELS: readonly (readonly [level: string, title: string, says: string])[] = [
  ['file', 'Refused', 'The file is not read as a whole: where an older version was good, that one answers.'],
  ['error', 'Rows set apart', 'The row is in no table until it is mended.'],
  ['cell', 'Cells set aside', 'The cell counts as missing.'],
  ['warning', 'Kept and flagged', 'Nothing is left out that is not said to be.'],
];

/** Problems as a page that stands alone, without script or anything to fetch, by level. */
export function renderProblems({ of, total, from, problems }: ShownProblems): string {
  const title = `Problems of ${of}`;
  return htmlPage(
    title,
    markup`<header>
<h1>${title}</h1>
<p class="lead">${extent(total, from, problems.length)}</p>
<dl class="counts">${LEVELS.map(([level, name]) => count(name, problems.filter((problem) => problem.level === level).length))}</dl>
</header>
<main>
${LEVELS.map(([level, name, says]) =>
  section(
    name,
    says,
    problems.filter((problem) => problem.level === level),
  ),
)}</main>`,
  );
}

function extent(total: number, from: number, here: number): string {
  if (total === 0) return 'Nothing is wrong with what was read.';
  if (here === total) return 'All that was found. The same list as CSV opens in a spreadsheet.';
  return `${printCount(from + 1)} to ${printCount(from + here)} of ${printCount(total)}: from= and limit= in the address show the others.`;
}

function count(name: string, n: number): Markup {
  return markup`<div><dt>${name.toLowerCase()}</dt><dd>${printCount(n)}</dd></div>`;
}

function section(title: string, says: string, problems: readonly ShownProblem[]): Markup | undefined {
  if (problems.length === 0) return undefined;
  return markup`<section>
<h2>${title}</h2>
<p>${says}</p>
<div class="table wide"><table>
<thead><tr>${['Where', 'Column', 'Value', 'What is wrong', 'What to do', 'Rule'].map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${problems.map(row)}</tbody>
</table></div>
</section>
`;
}

function row({ file, sheet, line, column, value, says, remedy, rule, rows }: ShownProblem): Markup {
  const where = [file, ...(sheet === undefined ? [] : [sheet]), ...(line === undefined ? [] : [`line ${line}`])].join(
    ', ',
  );
  const many = rows === undefined || rows < 2 ? says : `${says} (${printCount(rows)} rows)`;
  return markup`<tr><th scope="row">${where}</th><td>${column}</td><td>${value}</td><td>${many}</td><td>${remedy}</td><td><code>${rule}</code></td></tr>
`;
}
