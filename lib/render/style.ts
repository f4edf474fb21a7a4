import { markup } from './markup.ts';

/**
 * How a page looks. Fonts that systems bring along; prose in a serif at a readable measure, tables and figures in a sans with figures of one
 * width; rules as journals set them. Contrast of text on white is 7:1 and more.
 */
export const STYLE = markup`<style>
:root { color-scheme: light; --text: #1a1a1a; --quiet: #4d4d4d; --rule: #c8c8c8; --alarm: #8f1218;
  --serif: Charter, 'Bitstream Charter', 'Sitka Text', Cambria, Georgia, serif;
  --sans: system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; }
* { box-sizing: border-box; }
html { background: #fff; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; color: var(--text); font: 1.0625rem/1.55 var(--serif); overflow-wrap: break-word; }
h1 { margin: 0 0 .4rem; font-size: 1.9rem; line-height: 1.2; text-wrap: balance; }
h2 { margin: 2.75rem 0 .75rem; font-size: 1.25rem; line-height: 1.3; }
p, ul, ol { max-width: 42rem; margin: 0 0 .75rem; }
ul, ol { padding-left: 1.4rem; }
li { margin-bottom: .35rem; }
.lead { color: var(--quiet); font-family: var(--sans); font-size: .95rem; }
.stamp { display: inline-block; max-width: none; margin: .75rem 0 0; padding: .3rem .7rem; border: 2px solid var(--alarm); color: var(--alarm); font: 700 .95rem/1.3 var(--sans); }
.counts { display: flex; flex-wrap: wrap; gap: .75rem 2.5rem; margin: 1.5rem 0 0; padding: .9rem 0; border: solid var(--rule); border-width: 1px 0; font-family: var(--sans); }
.counts div { display: flex; flex-direction: column-reverse; }
.counts dt { color: var(--quiet); font-size: .85rem; }
.counts dd { margin: 0; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: lining-nums tabular-nums; }
.warnings { margin: 1.75rem 0 0; padding: .1rem 1.1rem .5rem; border-left: 4px solid var(--alarm); background: #fbf3f3; }
.warnings h2 { margin: .75rem 0 .4rem; color: var(--alarm); font: 700 1rem/1.3 var(--sans); }
figure { max-width: 50rem; margin: 0 0 2rem; }
.picture { overflow: hidden; }
.picture svg { display: block; width: 104.4%; max-width: none; height: auto; margin: 0 -2.2%; }
figcaption { max-width: 42rem; margin-top: .6rem; font: .9rem/1.45 var(--sans); color: var(--quiet); }
figcaption b, caption b { color: var(--text); }
.table { position: relative; margin: 0 0 2.25rem; overflow-x: auto; }
table { width: 100%; border-collapse: collapse; border-bottom: 1.5px solid var(--text); font: .875rem/1.4 var(--sans); font-variant-numeric: lining-nums tabular-nums; }
caption { padding-bottom: .5rem; text-align: left; font-size: .9rem; }
thead th { border: solid var(--text); border-width: 1.5px 0 1px; vertical-align: bottom; font-weight: 600; text-wrap: balance; }
th, td { padding: .38rem .9rem .38rem 0; text-align: left; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
tbody th { min-width: 7.5rem; font-weight: 400; }
tbody tr + tr > * { border-top: 1px solid #e4e4e4; }
/* there to be heard and copied, not seen: what the row above says already */
.again { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
tbody tr:has(.again) > * { border-top-color: transparent; }
.number { text-align: right; }
td.number { white-space: nowrap; }
.note { margin: .4rem 0 0; color: var(--quiet); font: .82rem/1.4 var(--sans); }
.references, .provenance { font-size: .92rem; }
.provenance { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem 1.25rem; margin: 0; font: .82rem/1.45 var(--sans); }
.provenance dt { color: var(--quiet); }
.provenance dd { margin: 0; overflow-wrap: anywhere; }
.part { border-top: 1px solid var(--rule); margin-top: 2.75rem; }
.contents { list-style: none; padding: 0; font-family: var(--sans); font-size: .95rem; }
.contents a { color: var(--text); }
.primary { margin-top: 1rem; font-size: 1.1rem; }
.notice { margin: 0 0 1.25rem; padding: .5rem 1rem .1rem; border-left: 3px solid var(--alarm); font-size: .95rem; }
.refused { color: var(--alarm); }
.method { color: var(--quiet); font-size: .95rem; }
.varied { margin: 1.5rem 0 0; padding-left: 1rem; border-left: 3px solid var(--rule); }
.varied summary { max-width: 42rem; margin-bottom: .75rem; cursor: pointer; }
code { font: .92em/1.45 ui-monospace, Menlo, Consolas, monospace; }
@media screen and (max-width: 40rem) {
  .picture { overflow-x: auto; }
  .picture svg { width: 42rem; margin: 0; }
}
@media print {
  @page { size: A4; margin: 18mm 17mm 20mm; }
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; font-size: 1rem; line-height: 1.42; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h1 { font-size: 1.6rem; }
  h2, h3 { margin-top: 1.6rem; break-after: avoid; break-inside: avoid; }
  p, ul, ol, figcaption, figure { max-width: none; orphans: 3; widows: 3; }
  figure, .warnings, .counts, tr, li { break-inside: avoid; }
  .picture svg { max-height: 205mm; }
  .flat svg { max-height: 100mm; }
  .short { break-inside: avoid; }
  thead { break-after: avoid; }
  tbody tr:nth-child(-n + 2) { break-before: avoid; }
  th, td { padding-top: .22rem; padding-bottom: .22rem; }
  .wide table { font-size: .7rem; }
  .wide th, .wide td { padding-right: .5rem; }
  .wide tbody th { min-width: 6rem; }
  .varied summary { max-width: none; }
  tbody th { min-width: 0; }
  thead { display: table-header-group; }
  .table { overflow: visible; }
  caption { break-after: avoid; }
  table { font-size: .8rem; }
  td.number { white-space: normal; }
}
</style>`;
