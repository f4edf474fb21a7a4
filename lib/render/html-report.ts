import { printPrimary, type Report, type ReportPart, type ResultDocument } from '../result/index.ts';
import { anchorName, figureBlock, list, patientsBlock, section } from './html-blocks.ts';
import { htmlTable } from './html-table.ts';
import { levelOf } from './level.ts';
import { type Markup, markup } from './markup.ts';
import { stamped } from './stamps.ts';

/** The heading of the tables that are of the whole report. */
export const SUMMARY = 'Summary tables';
/** What follows the items on the page. */
const REST = [SUMMARY, 'Methods', 'Checklists', 'References', 'Provenance'];

/** A part's place on the page: what a link goes to, and what sets the ids of its figures apart. */
function anchorOf({ id }: ReportPart): string {
  return `part-${anchorName(id)}`;
}

/** The items as links, with what each is. */
function contents({ parts, primary }: Report, cited: boolean): Markup[] {
  const items = parts
    .filter(({ sensitivity }) => sensitivity === undefined)
    .map(
      (part) =>
        markup`<li><a href="#${anchorOf(part)}"><b>${part.id}</b> ${part.findings?.title ?? part.analysis}</a>${part.id === primary ? ' (primary)' : ''}${part.findings === null ? ': not answered' : ''}</li>\n`,
    );
  const rest = REST.filter((heading) => cited || heading !== 'References').map(
    (heading) => markup`<li><a href="#${anchorName(heading)}">${heading}</a></li>\n`,
  );
  return [markup`<ul class="contents">\n${items}${rest}</ul>\n`];
}

function warningsBlock(part: ReportPart): Markup | undefined {
  const warnings = part.findings?.warnings ?? [];
  if (warnings.length === 0) return undefined;
  return markup`<div class="notice">
${list(warnings.map(({ says }) => says))}</div>
`;
}

/** Which of the references at the end are those of an item. */
function referring(citations: readonly string[], { findings }: ResultDocument): string {
  const numbers = citations.map((each) => findings.citations.indexOf(each) + 1).filter((n) => n > 0);
  if (numbers.length === 0) return '';
  return ` (${numbers.length === 1 ? 'Reference' : 'References'} ${numbers.sort((a, b) => a - b).join(', ')}.)`;
}

function answerBlocks(part: ReportPart, document: ResultDocument): Markup[] {
  const { id, findings, refused, request, sensitivity } = part;
  if (findings === null)
    return [
      markup`<p class="refused">Not answered: ${refused?.says ?? ''}${refused?.pointer ? ` (${refused.pointer})` : ''}</p>\n`,
    ];
  const { figures, tables, counts, method, citations, assumptions, primary } = findings;
  const level = levelOf(request);
  const name = anchorOf(part);
  // a sensitivity is read beside the item's own pictures; its own can be had as SVG
  const drawn = sensitivity === undefined ? figures : [];
  return [
    ...(primary ? [markup`<p class="primary">${printPrimary(primary)}</p>\n`] : []),
    ...[warningsBlock(part)].filter((block) => block !== undefined),
    ...drawn.map((figure, i) => figureBlock(stamped(figure, document), `${id}, figure ${i + 1}`, `${name}-${i + 1}`)),
    ...tables.map((table, i) => htmlTable(table, `${id}, table ${i + 1}`, level)),
    ...patientsBlock(counts),
    ...(method.length === 0
      ? []
      : [markup`<p class="method"><b>Method.</b> ${method.join(' ')}${referring(citations, document)}</p>\n`]),
    ...list(assumptions.map(({ says }) => says)),
  ];
}

/** Whether a table of the whole report sets what a sensitivity gives beside what was planned. */
function isBeside({ item, sensitivity }: ReportPart, { findings: { tables, report } }: ResultDocument): boolean {
  if (item === report?.primary) return true;
  return tables.some(
    ({ id, columns }) =>
      id.startsWith(`beside-${item}-`) && columns.some(({ label }) => label.endsWith(`, ${sensitivity?.id}`)),
  );
}

/** An item under a sensitivity: folded to a line where a table has it beside the planned; else unfolded, so that it is printed too. */
function variedBlock(part: ReportPart, document: ResultDocument): Markup {
  const { id, sensitivity, findings } = part;
  const estimate = findings?.primary ? `: ${printPrimary(findings.primary)}` : '';
  const open = isBeside(part, document) ? undefined : markup` open=""`;
  return markup`<details class="varied" id="${anchorOf(part)}"${open}>
<summary><b>${id}.</b> ${sensitivity?.says ?? ''}${estimate}</summary>
${answerBlocks(part, document)}</details>
`;
}

/** An item of the plan with what varies it beneath. */
function partSection(part: ReportPart, varied: readonly ReportPart[], document: ResultDocument): Markup {
  const primary = document.findings.report?.primary;
  const title = part.findings?.title ?? part.analysis;
  return markup`<section class="part" id="${anchorOf(part)}">
<h2>${part.id}. ${title}${part.id === primary ? ' (primary analysis)' : ''}</h2>
${answerBlocks(part, document)}${varied.map((each) => variedBlock(each, document))}</section>
`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What a report says of its cohort, its contents, and each item of the plan in its order. */
export function reportSections(report: Report, document: ResultDocument): Markup[] {
  const { parts, about, plan, primary } = report;
  const said = Object.entries(about).map(([name, text]) => markup`<dt>${capital(name)}</dt><dd>${text}</dd>\n`);
  const main = parts.find(({ id }) => id === primary)?.findings?.primary;
  const planned = parts.filter(({ sensitivity }) => sensitivity === undefined);
  return [
    markup`<dl class="provenance">
${said}<dt>Plan of analyses</dt><dd><code>${plan}</code></dd>
</dl>
`,
    ...(main
      ? [markup`<p class="primary"><b>Primary analysis (${primary ?? ''}).</b> ${printPrimary(main)}</p>\n`]
      : []),
    ...[section('Contents', contents(report, document.findings.citations.length > 0))].filter(
      (block) => block !== undefined,
    ),
    ...planned.map((part) =>
      partSection(
        part,
        parts.filter(({ item, sensitivity }) => item === part.item && sensitivity !== undefined),
        document,
      ),
    ),
  ];
}

/** The checklists, each item with the place that answers it. */
export function checklistSections({ checklists }: Report): Markup | undefined {
  return section(
    'Checklists',
    checklists.map(({ name, citation, items }) =>
      htmlTable(
        {
          id: name,
          title: citation,
          columns: [
            { key: 'item', label: 'Item', format: 'text' },
            { key: 'says', label: 'What it asks', format: 'text' },
            { key: 'where', label: 'Where in this report', format: 'text' },
          ],
          rows: items.map(({ item, says, where }) => ({ item, says, where: where ?? 'to be written by the authors' })),
          notes: [],
        },
        name,
        undefined,
      ),
    ),
  );
}
