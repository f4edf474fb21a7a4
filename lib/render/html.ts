import { printCount, type ResultDocument } from '../result/index.ts';
import { figureBlock, list, patientsBlock, section } from './html-blocks.ts';
import { checklistSections, reportSections, SUMMARY } from './html-report.ts';
import { htmlTable } from './html-table.ts';
import { documentLevel } from './level.ts';
import { type Markup, markup } from './markup.ts';
import { htmlPage } from './page.ts';
import { stamped, stampsOf } from './stamps.ts';

function header(document: ResultDocument): Markup {
  const { cohort, findings, release } = document;
  const { patients, used, events } = findings.counts;
  const count = (name: string, n: number) => markup`<div><dt>${name}</dt><dd>${printCount(n)}</dd></div>`;
  return markup`<header>
<h1>${findings.title}</h1>
${findings.title.includes(cohort.title) ? undefined : markup`<p class="lead">${cohort.title}</p>\n`}${stampsOf(document).map((stamp) => markup`<p class="stamp">${stamp}</p>\n`)}<dl class="counts">${release ? undefined : count('patients in the cohort', patients)}${count('analysed', used)}${events === null ? undefined : count('events', events)}</dl>
</header>
`;
}

/** What a reader must know before the numbers. */
function warnings({ findings, refused }: ResultDocument): Markup | undefined {
  const texts = [
    ...findings.warnings.map(({ says }) => says),
    ...refused.map(({ source, reason, answeredFrom }) =>
      answeredFrom === 'nothing'
        ? `${source} was refused (${reason}): nothing of it is in this result.`
        : `The newest version of ${source} was refused (${reason}): this result is from an older version.`,
    ),
  ];
  if (texts.length === 0) return undefined;
  return markup`<aside class="warnings">
<h2>Before you read the numbers</h2>
${list(texts)}</aside>
`;
}

/** What the numbers are of: a cohort, the sets of patients that the sites of a study approved, or a result that a site released. */
function origin({ cohort, frame, study, release }: ResultDocument): [string, string][] {
  if (release !== undefined)
    return [
      [
        'Released by',
        `${release.owner}, for ${release.receiver === 'link' ? 'whoever has the link' : release.receiver}`,
      ],
      ['Digest of the release', release.digest],
      ['Shown until', release.until],
    ];
  if (study === undefined)
    return [
      ['Cohort', `${cohort.name}: ${printCount(frame.patients)} patients`],
      ['Revision of the cohort', frame.revision],
      ['Digest of the cohort', frame.digest],
    ];
  return [
    ['Protocol', study.protocol],
    ...study.sites.map(({ site, patients, set, approval }): [string, string] => [
      `Patients of ${site}`,
      `${printCount(patients)}, set ${set}, approval ${approval}`,
    ]),
  ];
}

function provenance(document: ResultDocument): Markup {
  const { id, content, engine, analysis, request, release } = document;
  const rows: [string, string][] = [
    ...origin(document),
    ['Analysis', analysis],
    ['Request', JSON.stringify(request)],
    ['Engine', engine],
    ['Result', id],
    ...(release ? [] : [['Digest of the result', content] satisfies [string, string]]),
  ];
  return markup`<dl class="provenance">
${rows.map(([name, text]) => markup`<dt>${name}</dt><dd><code>${text}</code></dd>\n`)}</dl>
`;
}

/** How it was done; of a report a paragraph each, and by which version, since that of its items stands with each. */
function methods({ findings: { method, report }, engine }: ResultDocument): Markup[] {
  if (report === undefined) return method.length === 0 ? [] : [markup`<p>${method.join(' ')}</p>\n`];
  return [...method, `Everything was computed with ${engine.replace('signet/', 'Signet ')}.`].map(
    (text) => markup`<p>${text}</p>\n`,
  );
}

/** The whole document as a page that stands alone: styled, with its figures within, without script or anything to fetch; prints on A4. */
export function renderHtml(document: ResultDocument): string {
  const { findings } = document;
  const { title, counts, assumptions, citations, tables, figures, report } = findings;
  const level = documentLevel(document);
  return htmlPage(
    `${title} \u2013 ${document.cohort.title}`,
    markup`${header(document)}${warnings(document)}<main>
${report === undefined ? undefined : reportSections(report, document)}${section(
  'Figures',
  figures.map((figure, i) => figureBlock(stamped(figure, document), `Figure ${i + 1}`, `figure-${i + 1}`)),
)}${section(
  report === undefined ? 'Tables' : SUMMARY,
  tables.map((table, i) => htmlTable(table, `Table ${i + 1}`, level)),
)}${section('Patients', patientsBlock(counts))}${section(
  'Methods',
  methods(document),
)}${section('Assumptions', list(assumptions.map(({ says }) => says)))}${
  report === undefined ? undefined : checklistSections(report)
}${section('References', list(citations, 'ol'))}${section('Provenance', [provenance(document)])}</main>`,
  );
}
