import {
  type ForestFigure,
  printCount,
  printEstimate,
  printP,
  printRatio,
  type ResultTable,
} from '../../result/index.ts';
import type { SubgroupEffect } from '../../stats/index.ts';
import { cell, pCells } from '../parts/cells.ts';
import type { Divided } from './subgroups-divided.ts';

function effectCells(effect: SubgroupEffect, key: string) {
  const { n, events } = effect;
  if (!effect.ok)
    return {
      n,
      events,
      [key]: null,
      [`${key}_low`]: null,
      [`${key}_high`]: null,
      [`${key}_why`]: effect.problem,
      p: null,
      p_why: effect.problem,
    };
  return {
    n,
    events,
    [key]: cell(effect.ratio),
    [`${key}_low`]: cell(effect.lower),
    [`${key}_high`]: cell(effect.upper),
    [`${key}_why`]: '',
    ...pCells('p', effect.p, Math.log(effect.p)),
  };
}

/** The effect in all patients and in each subgroup: a row each. */
export function effectTable(
  whole: SubgroupEffect,
  divided: readonly Divided[],
  key: string,
  ratio: string,
): ResultTable {
  return {
    id: `${key.replaceAll('_', '-')}s`,
    title: `${ratio}s in subgroups`,
    columns: [
      { key: 'factor', label: 'Divided by', format: 'text' },
      { key: 'subgroup', label: 'Subgroup', format: 'text' },
      { key: 'n', label: 'Patients', format: 'count' },
      { key: 'events', label: 'Events', format: 'count' },
      { key, label: ratio, format: 'ratio', low: `${key}_low`, high: `${key}_high`, why: `${key}_why` },
      { key: 'p', label: 'Wald p', format: 'p', why: 'p_why' },
    ],
    rows: [
      { factor: '', subgroup: 'All patients', ...effectCells(whole, key) },
      ...divided.flatMap(({ grouping, found }) =>
        found.effects
          .filter(({ n }) => n > 0)
          .map((effect) => ({ factor: grouping.title, subgroup: effect.level, ...effectCells(effect, key) })),
      ),
    ],
    notes: [
      'A p value in one subgroup, and none in another, is no sign that the effects differ: see the tests of interaction.',
    ],
  };
}

/** Whether the effect is the same in all parts: a row a factor. */
export function interactionTable(divided: readonly Divided[]): ResultTable {
  return {
    id: 'interactions',
    title: 'Tests of interaction: whether the effect is the same in all parts',
    columns: [
      { key: 'factor', label: 'Divided by', format: 'text' },
      { key: 'missing', label: 'Patients of no known part', format: 'count' },
      { key: 'statistic', label: 'Chi-square', format: 'number', why: 'p_why' },
      { key: 'degrees_of_freedom', label: 'Degrees of freedom', format: 'count' },
      { key: 'p', label: 'Likelihood-ratio p', format: 'p', why: 'p_why' },
      { key: 'adjusted_p', label: 'Adjusted for their number (Holm)', format: 'p', why: 'p_why' },
    ],
    rows: divided.map(({ grouping, found: { missing, interaction }, adjusted }) => ({
      factor: grouping.title,
      missing,
      ...(interaction.ok
        ? {
            statistic: cell(interaction.statistic),
            degrees_of_freedom: interaction.degreesOfFreedom,
            ...pCells('p', interaction.p, interaction.logP),
            adjusted_p: cell(adjusted),
          }
        : { statistic: null, degrees_of_freedom: null, p: null, p_why: interaction.problem, adjusted_p: null }),
    })),
    notes: [],
  };
}

/** The effects as a picture. */
export function subgroupForest(
  whole: SubgroupEffect,
  divided: readonly Divided[],
  of: { readonly title: string; readonly ratio: string; readonly stamp: string | undefined },
): ForestFigure {
  const line = (label: string, effect: SubgroupEffect) => ({
    label,
    n: `${printCount(effect.events)}/${printCount(effect.n)}`,
    ...(effect.ok
      ? {
          estimate: cell(effect.ratio),
          low: cell(effect.lower) === 0 ? null : cell(effect.lower),
          high: cell(effect.upper),
          text: printEstimate(
            cell(effect.ratio),
            { low: cell(effect.lower), high: cell(effect.upper) },
            'no limit',
            printRatio,
          ),
        }
      : { estimate: null, low: null, high: null, text: effect.problem }),
  });
  const rows = divided.flatMap(({ grouping, found: { effects, interaction } }) => [
    {
      label: grouping.title,
      n: '',
      estimate: null,
      low: null,
      high: null,
      text: interaction.ok
        ? `interaction p ${interaction.p < 0.001 ? '< 0.001' : `= ${printP(interaction.p)}`}`
        : 'no test',
      mark: 'none' as const,
    },
    ...effects.filter(({ n }) => n > 0).map((effect) => line(`– ${effect.level}`, effect)),
  ]);
  const told = [line('All patients', whole), ...rows].map(({ label, text }) => `${label.replace(/^– /, '')} ${text}`);
  return {
    kind: 'forest',
    id: 'forest',
    title: of.title,
    alt: `Forest plot of subgroups. ${of.title}. ${told.slice(0, 16).join('; ')}${told.length > 16 ? '; and others' : ''}.`,
    xLabel: `${of.ratio} (logarithmic axis)`,
    rows: [line('All patients', whole), ...rows],
    ...(of.stamp === undefined ? {} : { stamp: of.stamp }),
  };
}
