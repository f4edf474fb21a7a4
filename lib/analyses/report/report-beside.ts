import type { Cell, ReportPart, ResultColumn, ResultTable } from '../../result/index.ts';

type Row = ResultTable['rows'][number];

/** The columns of tables that can be set side by side: what their lines are, the ratio, and its p value. */
interface Shape {
  readonly names: readonly ResultColumn[];
  readonly ratio: ResultColumn;
  readonly p: ResultColumn | undefined;
}

/**
 * The ratios of items as planned beside those under each sensitivity, a table for each of an item's tables of ratios. Not of the primary item, of
 * which the table of sensitivity tells the one estimate, and not of sensitivities that `apart` names: theirs stand side by side in their own tables.
 */
export function besideTables(
  parts: readonly ReportPart[],
  primary: string | undefined,
  apart: (sensitivity: string) => boolean,
): ResultTable[] {
  return parts
    .filter(({ sensitivity, item, findings }) => sensitivity === undefined && item !== primary && findings !== null)
    .flatMap((planned) => {
      const varied = parts.filter(
        ({ item, sensitivity, findings }) =>
          item === planned.item && sensitivity !== undefined && findings !== null && !apart(sensitivity.id),
      );
      if (varied.length === 0) return [];
      return planned.findings!.tables.flatMap((table) => {
        const same = varied.map(({ findings }) => findings!.tables.find(({ id }) => id === table.id));
        const shape = shapeOf(table, [table, ...same]);
        return shape === undefined ? [] : [beside(table, same, shape, planned, varied)];
      });
    });
}

function shapeOf({ columns }: ResultTable, tables: readonly (ResultTable | undefined)[]): Shape | undefined {
  const ratio = columns.find(({ format, low }) => format === 'ratio' && low !== undefined);
  const texts = columns.slice(
    0,
    columns.findIndex(({ format }) => format !== 'text'),
  );
  if (ratio === undefined || texts.length === 0) return undefined;
  // so many of the first texts as tell all lines apart
  const enough = texts.findIndex((_, i) =>
    tables.every((table) => {
      const rows = table?.rows ?? [];
      return new Set(rows.map((row) => keyOf(row, texts.slice(0, i + 1)))).size === rows.length;
    }),
  );
  const after = columns.slice(columns.indexOf(ratio) + 1);
  return {
    names: texts.slice(0, enough < 0 ? texts.length : enough + 1),
    ratio,
    p: after.find(({ format }) => format === 'p'),
  };
}

function keyOf(row: Row, names: readonly ResultColumn[]): string {
  return JSON.stringify(names.map((column) => row[column.key] ?? null));
}

function beside(
  table: ResultTable,
  same: readonly (ResultTable | undefined)[],
  shape: Shape,
  planned: ReportPart,
  varied: readonly ReportPart[],
): ResultTable {
  const { names, ratio, p } = shape;
  const lines = [table, ...same].map((each) => new Map((each?.rows ?? []).map((row) => [keyOf(row, names), row])));
  const keys = [...new Set(lines.flatMap((own) => [...own.keys()]))].filter((line) =>
    lines.some((own) => own.has(line) && cellOf(own.get(line), ratio.why) !== 'reference'),
  );
  return {
    id: `beside-${planned.item}-${table.id}`,
    title: `${planned.item} as planned and under sensitivities: ${table.title}`,
    columns: [
      ...names,
      ...[planned, ...varied].flatMap(({ sensitivity }, k) => columnsOf(shape, sensitivity?.id ?? 'as planned', k)),
    ],
    rows: keys.map((line) => {
      const own = lines.map((each) => each.get(line));
      const any = own.find((row) => row !== undefined)!;
      return {
        ...Object.fromEntries(names.map((column) => [column.key, any[column.key] ?? null])),
        ...Object.assign({}, ...own.map((row, k) => cellsOf(row, { ratio, p }, k))),
      };
    }),
    notes: varied.map(
      ({ sensitivity, findings }) =>
        `${sensitivity!.id}: ${sensitivity!.says}; ${findings!.counts.used} patients, as planned ${planned.findings!.counts.used}.`,
    ),
  };
}

function columnsOf({ ratio, p }: Shape, called: string, k: number): ResultColumn[] {
  const [low, high, why] = [`low_${k}`, `high_${k}`, `why_${k}`];
  return [
    { key: `ratio_${k}`, label: `${ratio.label}, ${called}`, format: 'ratio', low, high, why },
    ...(p === undefined
      ? []
      : [{ key: `p_${k}`, label: `${p.label}, ${called}`, format: 'p' as const, why: `p_why_${k}` }]),
  ];
}

const ABSENT = 'not in this analysis';

function cellsOf(row: Row | undefined, { ratio, p }: Pick<Shape, 'ratio' | 'p'>, k: number): Row {
  return {
    [`ratio_${k}`]: cellOf(row, ratio.key),
    [`low_${k}`]: cellOf(row, ratio.low),
    [`high_${k}`]: cellOf(row, ratio.high),
    [`why_${k}`]: row === undefined ? ABSENT : (cellOf(row, ratio.why) ?? ''),
    ...(p === undefined
      ? {}
      : { [`p_${k}`]: cellOf(row, p.key), [`p_why_${k}`]: row === undefined ? ABSENT : (cellOf(row, p.why) ?? '') }),
  };
}

function cellOf(row: Row | undefined, key: string | undefined): Cell {
  return key === undefined ? null : (row?.[key] ?? null);
}
