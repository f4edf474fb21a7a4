import { beforeAll, describe, expect, it } from 'vitest';
import { syntheticCohort } from '../../demo/crlm-synthetic/cohort.ts';
import { conversionStudy } from '../../demo/crlm-synthetic/frame.ts';
import { syntheticUploads } from '../../demo/uploads.ts';
import { expectedPlaces, foundPlaces } from '../planted.ts';
import { ask } from './client.ts';
import { give, problems, result, table } from './cohort.ts';

const { expected } = syntheticCohort({ seed: 1, patients: 286, clean: false });

describe('The synthetic conversion cohort, put into the bucket as a site would put it', () => {
  let sources: Awaited<ReturnType<typeof give>>;
  beforeAll(async () => {
    const { name, files } = await syntheticUploads();
    sources = await give(name, Object.fromEntries(files.map(({ key, body }) => [key, body])));
  });

  it('is accepted file by file, and says in its title what it is', async () => {
    const verdicts = new Map([...sources].map(([name, { verdict }]) => [name, verdict]));
    expect([...new Set(verdicts.values())].sort()).toEqual(['accepted', 'accepted with problems']);
    expect(verdicts.get('mutations.maf')).toBe('accepted with problems');
    expect(verdicts.get('treatment.csv')).toBe('accepted');
    const { json } = await ask('/cohorts/crlm-synthetic');
    expect(json).toMatchObject({ title: expect.stringContaining('SYNTHETIC'), patients: 314 });
  });

  it('tells exactly of the planted faults, each at its file and line', async () => {
    expect(foundPlaces(await problems('crlm-synthetic'))).toEqual(expectedPlaces(expected));
  });

  it('has a definition that is accepted over HTTP too, every item of its plan and every sensitivity of it', async () => {
    const { status, json } = await ask('/cohorts/crlm-synthetic/definition', {
      method: 'PUT',
      body: conversionStudy(),
    });
    expect([status, json.problems]).toEqual([202, undefined]);
  });

  it('answers the primary analysis with what is missing imputed', async () => {
    const { status, json } = await result('crlm-synthetic', {
      analysis: 'survival',
      endpoint: 'os',
      by: 'exposure',
      adjust: 't6',
      landmarks: [9, 6, 12],
      sensitivity: 'imputed',
    });
    expect(status).toBe(200);
    expect(json.findings.primary.says).toContain('multiple imputation (20)');
    expect(table(json, 'landmarks-imputed').rows).toHaveLength(3);
  });

  it('comes to 286 by the flow that was planted', async () => {
    const { status, json } = await result('crlm-synthetic', { analysis: 'eligibility' });
    expect(status).toBe(200);
    const steps = table(json, 'flow').rows.map(({ no, notRecorded, remaining: remain }: Record<string, number>) => ({
      no,
      notRecorded,
      remain,
    }));
    const flow = expected.flow.map(({ no, notRecorded, remain }) => ({ no, notRecorded, remain }));
    expect(steps.slice(-flow.length)).toEqual(flow);
  });
});
