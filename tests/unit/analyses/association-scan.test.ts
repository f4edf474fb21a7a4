import { describe, expect, it } from 'vitest';
import { tcgaRead } from './cohorts.ts';
import { findingsOf, refusalOf, rowsOf } from './findings.ts';
import { frameOf } from './frames.ts';

const analysis = 'association-scan';

/**
 * Computed with R 4.2.2: fisher.test, survival::survdiff and coxph, p.adjust, with genes by their current symbols. As the file writes them, two
 * names of one gene count apart: 1,623 tested against stage, 1,677 against survival.
 */
describe('The scan of rectal cancer', () => {
  it('against stage finds the genes and p values that R gives', async () => {
    const findings = await findingsOf(tcgaRead(), { analysis, outcome: 'stage' });
    const genes = rowsOf(findings, 'genes');
    expect([findings.counts.used, genes.length]).toEqual([143, 1624]);
    const smallest = genes.filter(({ p }) => Number(p).toPrecision(3) === '0.00714');
    expect(smallest.length).toBe(5);
    expect(genes[0]!['p']).toBe(smallest[0]!['p']);
    expect(Number(genes[0]!['adjusted_p']).toFixed(3)).toBe('0.824');
    expect(JSON.stringify(findings.tables)).toContain('13,521 genes are altered');
  });

  it('against survival does too, and names the genes whose carriers all lived', async () => {
    const findings = await findingsOf(tcgaRead(), { analysis, endpoint: 'os' });
    const genes = rowsOf(findings, 'genes');
    const [first] = genes;
    expect([genes.length, first!['gene']]).toEqual([1678, 'EPHA7']);
    const told = [first!['p'], first!['wald_p'], first!['adjusted_p']].map((p) => Number(p).toPrecision(3));
    expect(told).toEqual(['0.00203', '0.00886', '0.719']);
    expect(genes.filter(({ hazard_ratio: ratio }) => ratio === null).length).toBe(1017);
  });

  it('accounts for every gene: tested or left out for a reason', async () => {
    const findings = await findingsOf(tcgaRead(), { analysis, outcome: 'stage' });
    const leftOut = rowsOf(findings, 'left-out').reduce((sum, { genes }) => sum + Number(genes), 0);
    expect(leftOut + rowsOf(findings, 'genes').length).toBe(tcgaRead().genes().symbols.length);
  });
});

describe('A scan', () => {
  const frame = frameOf({
    time: [1, 2, 3, 4, 5, 6],
    event: [1, 1, 1, 0, 0, 0],
    genes: { KRAS: { altered: [0, 1, 2] }, BRAF: { altered: [3], covered: [0, 3] }, NRAS: { altered: [] } },
    groups: { half: { labels: ['no', 'yes'], codes: [1, 1, 1, 0, 0, 0] } },
  });

  it('takes a gene for missing where it is not covered, and adjusts by the procedure asked for', async () => {
    const request = { analysis, outcome: 'half', minAltered: 1, adjustment: 'bonferroni' };
    const genes = rowsOf(await findingsOf(frame, request), 'genes');
    const told = Object.fromEntries(
      genes.map(({ gene, altered, covered, adjusted_p: p }) => [gene, [altered, covered, p]]),
    );
    expect(told['BRAF']!.slice(0, 2)).toEqual([1, 2]);
    expect(told['KRAS']![2]).toBeCloseTo(0.2, 12); // twice 2 in 20
    expect(told['NRAS']).toBeUndefined();
  });

  it('in which no gene can be tested says so', async () => {
    const { warnings } = await findingsOf(frame, { analysis, outcome: 'half', minAltered: 6 });
    expect(warnings.map(({ code }) => code)).toContain('no-gene-tested');
  });

  it('against what is not there is refused at its place', async () => {
    expect(await refusalOf(findingsOf(frame, { analysis, endpoint: 'dfs' }))).toEqual([
      'unknown-endpoint',
      '/endpoint',
    ]);
  });
});
