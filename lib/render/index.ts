export { renderCsv } from './csv.ts';
export { renderDocx } from './docx.ts';
export { renderHtml } from './html.ts';
export { renderNotice } from './notice.ts';
export { renderProblems, type ShownProblem } from './problems.ts';
export { renderSvg } from './svg.ts';
