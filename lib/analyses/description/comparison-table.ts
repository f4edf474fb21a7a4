import type { ForestFigure, ResultColumn, ResultTable } from '../../result/index.ts';
import type { Compared } from './comparison-groups.ts';
import { type Characteristic, groupKeys, verdictCells } from './comparison-rows.ts';

/** A standardised difference beyond this is usually called an imbalance. */
const IMBALANCE = 0.1;

/** How the table is made. */
interface Manner {
  readonly id: string;
  readonly title: string;
  /** p values adjusted for their number, by variable. */
  readonly adjusted: Float64Array | undefined;
  /** Names tests by letters that footnotes explain, as journals do; else in a column. */
  readonly letters: boolean;
}

/** Which test was used for what, in the order of the table. */
function testsOf(characteristics: readonly Characteristic[]): [name: string, of: readonly Characteristic[]][] {
  return [
    ...Map.groupBy(
      characteristics.filter(({ test }) => test.name !== ''),
      ({ test }) => test.name,
    ),
  ];
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** A row a variable and level: everybody, each group, and what sets the groups apart. */
export function comparisonTable({ characteristics, groups }: Compared, manner: Manner): ResultTable {
  const { id, title, adjusted, letters } = manner;
  const compared = groups.labels.length > 1;
  const sizes = groups.labels.map((_, g) => groups.codes.reduce((sum, code) => sum + (code === g ? 1 : 0), 0));
  const heads = [`All (n = ${groups.codes.length})`, ...groups.labels.map((label, g) => `${label} (n = ${sizes[g]})`)];
  const keys = groupKeys(groups);
  const tests = testsOf(characteristics);
  const columns: ResultColumn[] = [
    { key: 'variable', label: 'Variable', format: 'text' },
    { key: 'level', label: 'Level', format: 'text' },
    ...keys
      .slice(0, compared ? keys.length : 1)
      .map((key, k): ResultColumn => ({ key, label: heads[k]!, format: 'text' })),
    ...(compared
      ? ([
          { key: 'p', label: 'p', format: 'p', why: 'p_why' },
          ...(adjusted
            ? [{ key: 'adjusted_p', label: 'Adjusted p', format: 'p', why: 'adjusted_p_why' } as const]
            : []),
          { key: letters ? 'test_note' : 'test', label: 'Test', format: 'text' },
          { key: 'difference', label: 'Standardised difference', format: 'number', why: 'difference_why' },
        ] as const)
      : []),
  ];
  const rows = characteristics.flatMap((each, c) => {
    const letter = LETTERS[tests.findIndex(([name]) => name === each.test.name)];
    const verdict = { ...verdictCells(each, adjusted?.[c]), ...(letters && { test_note: letter ?? null }) };
    return each.rows.map((row, i) => (i > 0 || !compared ? row : { ...row, ...verdict }));
  });
  const told = tests.map(([name, of], t) => {
    const what = of.map(({ title: variable }) => variable).join('; ');
    return letters ? `${LETTERS[t]} ${name}: ${what}.` : `${name}: ${what}.`;
  });
  const bounded = characteristics.flatMap(({ bounded: says }) => says ?? []);
  return {
    id,
    title,
    columns,
    rows: compared
      ? rows
      : rows.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => !key.startsWith('group_')))),
    notes: [
      'Percentages are of those with a value; who has none is counted in a row of its own.',
      ...bounded,
      ...(compared ? told : []),
      ...(groups.labels.length > 2 ? ['The standardised difference is the largest between any two groups.'] : []),
    ],
  };
}

/** The variables by how far apart the groups are in them; none where nothing tells. */
export function differencesFigure(characteristics: readonly Characteristic[], title: string): ForestFigure[] {
  const shown = characteristics.filter(({ difference }) => Number.isFinite(difference.difference));
  if (shown.length === 0) return [];
  const rows = [...shown]
    .sort((a, b) => b.difference.difference - a.difference.difference)
    .map(({ title: label, difference: { difference } }) => ({
      label,
      n: '',
      estimate: difference,
      low: null,
      high: null,
      text: difference.toFixed(2),
    }));
  const beyond = rows.filter(({ estimate }) => estimate > IMBALANCE).length;
  return [
    {
      kind: 'forest',
      id: 'differences',
      title: `${title}: standardised differences`,
      alt: `Standardised differences of ${rows.length} variables, largest first. ${title}. ${rows
        .slice(0, 5)
        .map(({ label, text }) => `${label} ${text}`)
        .join('; ')}. ${beyond} are beyond ${IMBALANCE}.`,
      xLabel: `Standardised difference (beyond ${IMBALANCE}: imbalance)`,
      rows,
      scale: 'linear',
    },
  ];
}
