import type { PrimaryEstimate, Report, ReportPart, ResultDocument } from '../result/index.ts';
import { printCount, printEstimate, printNumber, printP, printRatio, printShare } from '../result/index.ts';
import { figureBlock, list, patientsBlock, section } from './html-blocks.ts';
import { htmlTable } from './html-table.ts';
import { type Markup, markup } from './markup.ts';
import { stamped } from './stamps.ts';

const PRINT = { number: printNumber, ratio: printRatio, share: printShare };

/** A part's place on the page: what a link goes to, and what sets the ids of its figures apart. */
function anchorOf({ id }: ReportPart): string {
  return `part-${id.replace(/[^A-Za-z0-9_-]+/g, '-')}`;
}

function primarySentence({ says, format, estimate, low, high, p, n, events, why }: PrimaryEstimate): string {
  const number = printEstimate(estimate, { low, high }, why ?? '', PRINT[format]);
  const counted = `${printCount(n)} patients${events === null ? '' : `, ${printCount(events)} events`}`;
  return `${says}: ${number}${p === null ? '' : `, p ${p < 0.001 ? '' : '= '}${printP(p)}`} (${counted}).`;
}

/** The items as links, with what each is. */
function contents({ parts, primary }: Report): Markup[] {
  const items = parts
    .filter(({ sensitivity }) => sensitivity === undefined)
    .map(
      (part) =>
        markup`<li><a href="#${anchorOf(part)}"><b>${part.id}</b> ${part.findings?.title ?? part.analysis}</a>${part.id === primary ? ' (primary)' : ''}${part.findings === null ? ': not answered' : ''}</li>\n`,
    );
  return [markup`<ul class="contents">\n${items}</ul>\n`];
}

function warningsBlock(part: ReportPart): Markup | undefined {
  const warnings = part.findings?.warnings ?? [];
  if (warnings.length === 0) return undefined;
  return markup`<div class="notice">
${list(warnings.map(({ says }) => says))}</div>
`;
}

function answerBlocks(part: ReportPart, document: ResultDocument): Markup[] {
  const { id, findings, refused, request, sensitivity } = part;
  if (findings === null)
    return [
      markup`<p class="refused">Not answered: ${refused?.says ?? ''}${refused?.pointer ? ` (${refused.pointer})` : ''}</p>\n`,
    ];
  const { figures, tables, counts, method, assumptions, primary } = findings;
  const level = typeof request['level'] === 'number' ? request['level'] : undefined;
  const name = anchorOf(part);
  // a sensitivity is read beside the item's own pictures; its own can be had as SVG
  const drawn = sensitivity === undefined ? figures : [];
  return [
    ...(primary ? [markup`<p class="primary">${primarySentence(primary)}</p>\n`] : []),
    ...[warningsBlock(part)].filter((block) => block !== undefined),
    ...drawn.map((figure, i) => figureBlock(stamped(figure, document), `${id}, figure ${i + 1}`, `${name}-${i + 1}`)),
    ...tables.map((table, i) => htmlTable(table, `${id}, table ${i + 1}`, level)),
    ...patientsBlock(counts),
    ...(method.length === 0 ? [] : [markup`<p class="method"><b>Method.</b> ${method.join(' ')}</p>\n`]),
    ...list(assumptions.map(({ says }) => says)),
  ];
}

/**
 * An item under a sensitivity: folded to a line. Of the primary analysis the line has its estimate, which the table of sensitivity repeats;
 * any other is unfolded, so that it is printed too.
 */
function variedBlock(part: ReportPart, document: ResultDocument): Markup {
  const { id, item, sensitivity, findings } = part;
  const estimate = findings?.primary ? `: ${primarySentence(findings.primary)}` : '';
  const open = item === document.findings.report?.primary ? undefined : markup` open=""`;
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

/** What a report says of its cohort, its contents, and each item of the plan in its order. */
export function reportSections(report: Report, document: ResultDocument): Markup[] {
  const { parts, about, plan, primary } = report;
  const said = Object.entries(about).map(([name, text]) => markup`<dt>${name}</dt><dd>${text}</dd>\n`);
  const main = parts.find(({ id }) => id === primary)?.findings?.primary;
  const planned = parts.filter(({ sensitivity }) => sensitivity === undefined);
  return [
    markup`<dl class="provenance">
${said}<dt>Plan of analyses</dt><dd><code>${plan}</code></dd>
</dl>
`,
    ...(main
      ? [markup`<p class="primary"><b>Primary analysis (${primary ?? ''}).</b> ${primarySentence(main)}</p>\n`]
      : []),
    ...[section('Contents', contents(report))].filter((block) => block !== undefined),
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
