import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ANALYSES } from '../../../lib/analyses/index.ts';
import { ask, demoFrame } from './asking.ts';

const GUIDE = readFileSync(new URL('../../../docs/analyses.md', import.meta.url), 'utf8');
const REQUEST = /```json ([\w-]+)\n([\s\S]*?)```\n\n([\s\S]*)/;

const sections = GUIDE.split(/^## (?=`)/m)
  .slice(1)
  .map((section) => {
    const [, cohort, request, holds] = REQUEST.exec(section)!;
    return {
      name: /^`([\w-]+)`/.exec(section)![1]!,
      cohort: cohort as 'crlm-tcia' | 'tcga-read',
      request: JSON.parse(request!) as Record<string, unknown>,
      holds: holds!.trim().replaceAll('\n', ' '),
    };
  });

/** What an answer holds, as the guide says it. */
function holding(tables: readonly { readonly id: string }[], figures: readonly { readonly id: string }[]): string {
  const list = (of: readonly { readonly id: string }[]) => of.map(({ id }) => `\`${id}\``).join(', ');
  return `Tables ${list(tables)}; ${figures.length > 0 ? `pictures ${list(figures)}` : 'no picture of its own'}.`;
}

const cellsOf = (line: string) => line.split(/\s*\|\s*/).slice(1, -1);

/** The names of a request's parts, as its JSON schema has them. */
function fieldsOf(request: z.ZodType): Set<string> {
  const schema = z.toJSONSchema(request, { io: 'input' });
  const root = schema.$ref === undefined ? schema : schema.$defs![schema.$ref.split('/').at(-1)!]!;
  return new Set(Object.keys(root.properties!));
}

describe('The guide of the analyses', () => {
  it('has a section for each', () => {
    expect(sections.map(({ name }) => name).sort()).toEqual(ANALYSES.map(({ name }) => name).sort());
  });

  it('tells which parts each takes as its schema does', () => {
    const [head, ...lines] = GUIDE.split('### Who takes which\n\n')[1]!.split('\n\n')[0]!.split('\n').map(cellsOf);
    const parts = head!.slice(1).map((part) => part.replaceAll('`', ''));
    const told = lines
      .slice(1)
      .map(([name, ...cells]) => [
        name!.replaceAll('`', ''),
        parts.filter((_, i) => cells[i] === 'yes'),
        cells.filter((cell) => cell !== 'yes' && !cell.startsWith('no: ')),
      ]);
    const taken = ANALYSES.map(({ name, request }) => [name, parts.filter((part) => fieldsOf(request).has(part)), []]);
    expect(Object.fromEntries(told.map(([name, ...of]) => [name, of]))).toEqual(
      Object.fromEntries(taken.map(([name, ...of]) => [name, of])),
    );
  });

  it.each(sections.map((section) => [section.name, section] as const))(
    'asks its question of %s and holds what comes',
    async (_, section) => {
      expect(section.request['analysis']).toBe(section.name);
      const { tables, figures } = await ask(demoFrame(section.cohort), section.request);
      expect(section.holds).toBe(holding(tables, figures));
    },
  );
});
