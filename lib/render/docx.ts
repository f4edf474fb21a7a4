import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  Header,
  HeadingLevel,
  Packer,
  PageNumber,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import { printCount, type ResultDocument, type ResultTable } from '../result/index.ts';
import { type GridCell, gridOf } from './grid.ts';
import { documentLevel, levelOf } from './level.ts';
import { stampsOf } from './stamps.ts';

/** A manuscript's table holds so many rows; the CSV form of the result has all. */
const MOST_ROWS = 200;

/** Half points, as Word counts. */
const SIZE = { table: 17, note: 16, stamp: 22 };

const RULE = { style: BorderStyle.SINGLE, size: 8, color: '000000' } as const;
const NONE = { style: BorderStyle.NONE, size: 0, color: 'auto' } as const;

interface Labelled {
  readonly label: string;
  readonly table: ResultTable;
  readonly level: number | undefined;
}

/** What XML 1.0 can't hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function text(said: string, style: { bold?: boolean; size?: number; color?: string } = {}): TextRun {
  return new TextRun({ text: said.toWellFormed().replace(FORBIDDEN, '\ufffd'), ...style });
}

function cell({ text: said, number, again }: GridCell, place: 'head' | 'body' | 'last'): TableCell {
  const bold = place === 'head';
  return new TableCell({
    borders: {
      left: NONE,
      right: NONE,
      top: bold ? RULE : NONE,
      bottom: place === 'body' ? NONE : RULE,
    },
    margins: { left: 40, right: 80, top: 30, bottom: 30 },
    children: [
      new Paragraph({
        alignment: number ? AlignmentType.RIGHT : AlignmentType.LEFT,
        children: [text(again ? '' : said, { bold, size: SIZE.table })],
      }),
    ],
  });
}

function bodyRow(cells: readonly GridCell[], last: boolean): TableRow {
  const place = last ? 'last' : 'body';
  return new TableRow({ cantSplit: true, children: cells.map((each) => cell(each, place)) });
}

/** A table as journals set it: three rules, its caption above, its notes below, the head repeated on each page. */
function tableBlocks({ label, table, level }: Labelled): (Paragraph | Table)[] {
  const { title, columns, rows, notes } = table;
  const grid = gridOf(table, MOST_ROWS, level);
  const cut =
    rows.length > MOST_ROWS
      ? [`The first ${MOST_ROWS} of ${printCount(rows.length)} rows; the CSV form of this result has all.`]
      : [];
  const head = new TableRow({
    tableHeader: true,
    cantSplit: true,
    children: grid.head.map((each) => cell(each, 'head')),
  });
  const body = grid.body.map((row, i) => bodyRow(row, i === grid.body.length - 1));
  return [
    new Paragraph({
      heading: HeadingLevel.HEADING_2,
      keepNext: true,
      spacing: { before: 300, after: 80 },
      children: [text(`${label}. `, { bold: true }), text(title)],
    }),
    ...(columns.length === 0
      ? []
      : [new Table({ width: { size: 100, type: WidthType.PERCENTAGE }, rows: [head, ...body] })]),
    ...[...notes, ...cut].map(
      (note) => new Paragraph({ spacing: { before: 40 }, children: [text(note, { size: SIZE.note })] }),
    ),
  ];
}

/** The tables of a document under the labels that its page gives them. */
function labelled(document: ResultDocument): Labelled[] {
  const { tables, report } = document.findings;
  return [
    ...(report?.parts ?? []).flatMap(({ id, findings, request }) =>
      (findings?.tables ?? []).map((table, i) => ({ label: `${id}, table ${i + 1}`, table, level: levelOf(request) })),
    ),
    ...tables.map((table, i) => ({ label: `Table ${i + 1}`, table, level: documentLevel(document) })),
  ];
}

/** The properties of the file, without the clock that Word would put there. */
function coreProperties(title: string): string {
  const said = title.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${said}</dc:title></cp:coreProperties>`;
}

/**
 * All tables of a document as one file for a word processor (Office Open XML), each with its label, caption and notes, landscape A4. The
 * cohort's stamp, the digests of result and content stand on every page.
 */
export async function renderDocx(document: ResultDocument): Promise<Uint8Array> {
  const { findings, cohort, id, content } = document;
  const stamps = stampsOf(document).map((stamp) =>
    text(`${stamp}  `, { bold: true, size: SIZE.stamp, color: '8F1218' }),
  );
  const file = new Document({
    styles: { default: { document: { run: { font: 'Calibri', size: 20 } } } },
    sections: [
      {
        properties: {
          page: { size: { width: 16838, height: 11906 }, margin: { top: 900, bottom: 900, left: 900, right: 900 } },
        },
        headers: {
          default: new Header({
            children: [new Paragraph({ children: [...stamps, text(cohort.title, { size: SIZE.note })] })],
          }),
        },
        footers: {
          default: new Footer({
            children: [
              new Paragraph({
                children: [
                  text(`Result ${id}, content ${content}, page `, { size: 14 }),
                  new TextRun({ children: [PageNumber.CURRENT], size: 14 }),
                ],
              }),
            ],
          }),
        },
        children: [
          new Paragraph({ heading: HeadingLevel.HEADING_1, children: [text(findings.title)] }),
          ...labelled(document).flatMap(tableBlocks),
        ],
      },
    ],
  });
  const core = { path: 'docProps/core.xml', data: coreProperties(findings.title) };
  return new Uint8Array(await Packer.toBuffer(file, undefined, [core]));
}
