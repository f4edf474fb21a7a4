export { renderCsv } from './csv.ts';
export { renderHtml } from './html.ts';
export { renderSvg } from './svg.ts';
