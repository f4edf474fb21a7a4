import type { Rule } from '../rules/rule.ts';
import { RULES } from '../rules/rules.ts';
import { RULE_TEMPLATES } from './rule-templates.ts';

const LEVELS: readonly (readonly [Rule['level'], string])[] = [
  ['file', 'The source is refused as a whole: an older version that was good answers on.'],
  ['error', 'The row is set apart.'],
  ['cell', 'The cell is set aside and counts as missing.'],
  ['warning', 'Kept and flagged.'],
];

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** `docs/rules.md`: the same list that `GET /rules` answers. */
export function rulesPage(): string {
  const always = LEVELS.flatMap(([level, says]) => [
    `### ${level}`,
    '',
    says,
    '',
    '| rule | says | remedy |',
    '| --- | --- | --- |',
    ...RULES.filter((rule) => rule.level === level).map(
      (rule) => `| \`${rule.id}\` | ${cell(rule.says)} | ${cell(rule.remedy)} |`,
    ),
    '',
  ]);
  const templates = RULE_TEMPLATES.map(
    ({ id, level, says, remedy, roles, cel }) =>
      `| \`${id}\` | ${level} | ${cell(says)} | ${roles.join(', ')} | \`${cell(cel)}\` | ${cell(remedy)} |`,
  );
  return [
    '# Rules',
    '',
    'What data are held against. Written by `node tools/rules.ts` from `lib/cohort/rules/rules.ts` and `lib/cohort/templates/rule-templates.ts`; `GET /rules`',
    'answers the same list. A problem names its rule, the place, the value and what to do.',
    '',
    '## Rules that always run',
    '',
    ...always,
    '## Templates by role',
    '',
    'Rules over several columns run where the `checks` of a definition have them. A proposal writes those whose columns it found; what is',
    'missing is not wrong. A role in angle brackets stands for the column that plays it.',
    '',
    '| rule | level | says | roles | true is wrong | remedy |',
    '| --- | --- | --- | --- | --- | --- |',
    ...templates,
    '',
  ].join('\n');
}
