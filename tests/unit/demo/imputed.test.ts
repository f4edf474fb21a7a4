import { beforeAll, describe, expect, it } from 'vitest';
import { syntheticCohort } from '../../../demo/crlm-synthetic/cohort.ts';
import { filesOf } from '../../../demo/crlm-synthetic/files.ts';
import { conversionStudy } from '../../../demo/crlm-synthetic/frame.ts';
import { planItemFaults } from '../../../lib/analyses/index.ts';
import { type CohortFrame, parseDefinition } from '../../../lib/cohort/index.ts';
import type { Findings } from '../../../lib/result/index.ts';
import { ask, codes, row, rowsOf } from '../analyses/asking.ts';
import { expectHonest } from '../analyses/honest.ts';
import { throughIngestion } from './reading.ts';

const YAML = conversionStudy();

it('The plan of the conversion study can be asked, imputation included', () => {
  expect(planItemFaults(parseDefinition(YAML, 'cohort.yaml'))).toEqual([]);
});

describe('The synthetic conversion cohort', () => {
  let frame: CohortFrame;
  const item = (id: string, more: object = {}) => {
    const { id: _, ...request } = frame.definition.plan!.items.find((each) => each.id === id)!;
    return ask(frame, { ...request, ...more });
  };
  const left = ({ counts }: Findings, what: RegExp) =>
    counts.excluded.filter(({ reason }) => what.test(reason)).map(({ patients }) => patients);
  let undetermined: number;
  beforeAll(async () => {
    const { tables } = syntheticCohort({ seed: 1, patients: 286, clean: false });
    ({ frame } = await throughIngestion(YAML, await filesOf(tables)));
    const { codes: groups } = frame.group('group', '/by');
    undetermined = frame.eligibility().eligible.filter((eligible) => groups[eligible]! < 0).length;
  });

  it('leaves patients of no determined group out of T3 and T4, and keeps them in T6', async () => {
    expect(undetermined).toBeGreaterThan(0);
    const group = /^without (group|Conversion group)$/;
    for (const id of ['T3', 'T4-genes', 'T4-pathways'])
      expect(left(await item(id, id === 'T3' ? { bootstrap: 0 } : {}), group), id).toEqual([undetermined]);
    const t6 = await item('T6');
    expect(left(t6, /xposure|onversion/)).toEqual([]);
    const known = frame.endpoint('os', '/endpoint').time;
    const { eligible } = frame.eligibility();
    expect(t6.counts.used).toBe(eligible.filter((each) => !Number.isNaN(known[each]!)).length);
  });

  it('is imputed in T3: whom a missing size or CEA left out, while the outcome and the genes never are', async () => {
    const findings = await item('T3', { sensitivity: 'imputed', bootstrap: 0 });
    const lacking = rowsOf(findings, 'imputed-covariates');
    const imputed = lacking.filter(({ missing }) => Number(missing) > 0);
    expect(imputed.map(({ manner }) => manner)).toEqual(['predictive mean matching', 'predictive mean matching']);
    expect(lacking.filter(({ manner }) => manner === 'never: rests on genes')).toHaveLength(2);
    const of = rowsOf(findings, 'imputed')[0]!;
    expect(of['imputed_n']).toBe(286 - undetermined);
    expect(of['complete_n']).toBeLessThan(286 - undetermined);
    expect(left(findings, /group/i)).toEqual([undetermined]);
    expect(findings.figures.map(({ id }) => id)).toContain('forest-imputed');
    expectHonest(findings);
  });

  it('is imputed in T6: the one estimate is pooled, of all whose survival is known, each landmark too', async () => {
    const [planned, findings] = [await item('T6'), await item('T6', { sensitivity: 'imputed' })];
    expect(findings.primary!.says).toContain('multiple imputation (20)');
    expect(findings.primary!.n).toBe(findings.counts.used);
    expect(findings.primary!.n).toBeGreaterThan(planned.primary!.n);
    const own = row(findings, 'imputed', {
      covariate: rowsOf(findings, 'imputed')[0]!['covariate']!,
      level: 'converted',
    });
    expect(own).toMatchObject({
      imputed_hazard_ratio: findings.primary!.estimate,
      complete_hazard_ratio: planned.primary!.estimate,
      complete_n: planned.primary!.n,
    });
    expect(rowsOf(findings, 'landmarks-imputed').map(({ covariate }) => covariate)).toEqual([
      'from month 9',
      'from month 6',
      'from month 12',
    ]);
    expect(codes(findings)).not.toContain('nothing-imputed');
    expect(rowsOf(findings, 'e-values')[0]!['hazard_ratio']).toBe(findings.primary!.estimate);
    expectHonest(findings);
  });
});
