import { WHOLE_PANELS } from '../definition/schema.ts';
import type { FrameSource } from '../people/people.ts';
import type { Problem } from '../values/problem.ts';
import type { PanelRecord } from '../values/record.ts';
import { buildCalled } from './builds.ts';
import { geneName, isGene } from './gene-names.ts';
import { GeneResolution } from './gene-resolution.ts';
import type { Panel } from './genes.ts';

/** The panels that the cohort's objects describe, by id, and what is wrong with them. */
interface Panels {
  readonly panels: ReadonlyMap<string, Panel>;
  readonly problems: readonly Problem[];
}

interface OpenPanel {
  readonly genes: Set<string>;
  coveredMb?: { readonly value: number; readonly file: string };
  build?: { readonly value: string; readonly file: string };
}

/** Joins what objects say of panels: those of one id are one panel, whose genes are those of all of them. Genes by current symbols. */
export function panelsOf(sources: readonly FrameSource[]): Panels {
  const open = new Map<string, OpenPanel>();
  const problems: Problem[] = [];
  for (const { key, records } of sources)
    for (const { panels = [] } of records.facts ?? [])
      for (const record of panels) {
        const panel = open.get(record.id) ?? { genes: new Set() };
        open.set(record.id, panel);
        problems.push(...takeGenes(panel, record, key), ...takeMeasures(panel, record, key));
      }
  const panels = new Map<string, Panel>();
  for (const [id, { genes, coveredMb }] of open) {
    const whole = WHOLE_PANELS.some((known) => known === id);
    panels.set(id, {
      genes: whole ? null : [...genes].sort(),
      ...(coveredMb && { coveredMb: coveredMb.value }),
    });
  }
  return { panels, problems };
}

function takeGenes({ genes }: OpenPanel, record: PanelRecord, file: string): Problem[] {
  const resolution = new GeneResolution(file);
  const unknown: Problem[] = [];
  for (const { symbol: written, id, chromosome, line } of record.genes) {
    const symbol = resolution.symbol({
      gene: nameIn(written),
      ...(id !== undefined && { id }),
      ...(chromosome !== undefined && { chromosome }),
      ...(line !== undefined && { line }),
    });
    if (symbol === '') continue;
    genes.add(symbol);
    if (geneName(symbol).how === 'current' && !isGene(symbol))
      unknown.push({
        rule: 'panel-gene-unknown',
        level: 'warning',
        file,
        ...(line !== undefined && { line }),
        value: written.slice(0, 200),
        says: `${written} is no symbol of a human gene, and none that a gene had`,
        remedy: 'Correct the symbol.',
      });
  }
  return [...resolution.problems(), ...unknown];
}

/** Files of intervals write what they please beside the gene: `KRAS_ex2`, `KRAS:NM_004985`. */
function nameIn(written: string): string {
  const [, first] = /^([A-Za-z][\w-]*?)[_:.(\s]/.exec(written.trim()) ?? [];
  if (first === undefined || isGene(written.trim()) || geneName(written).how !== 'current') return written;
  return isGene(first) || geneName(first).how === 'renamed' ? first : written;
}

function takeMeasures(panel: OpenPanel, { id, coveredMb, build }: PanelRecord, file: string): Problem[] {
  const problems: Problem[] = [];
  const differs = (what: string, before: { readonly value: string | number; readonly file: string }): Problem => ({
    rule: 'panels-disagree',
    level: 'warning',
    file,
    value: id,
    says: `${file} and ${before.file} tell otherwise of the ${what} of the panel ${id}: ${before.value} counts`,
    remedy: 'Correct one of the two, or give them ids of their own.',
  });
  if (coveredMb !== undefined) {
    if (panel.coveredMb && Math.abs(panel.coveredMb.value - coveredMb) > 0.01 * panel.coveredMb.value)
      problems.push(differs('covered megabases', panel.coveredMb));
    panel.coveredMb ??= { value: coveredMb, file };
  }
  if (build !== undefined) {
    const value = buildCalled(build) ?? build;
    if (panel.build && panel.build.value !== value) problems.push(differs('build', panel.build));
    panel.build ??= { value, file };
  }
  return problems;
}
