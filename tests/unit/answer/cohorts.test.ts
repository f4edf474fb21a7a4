import { expect, it } from 'vitest';
import { describeCohort, documentName, listSources } from '../../../lib/answer/index.ts';
import type { Column } from '../../../lib/cohort/index.ts';
import { writeParquet } from '../../../lib/formats/index.ts';
import { SourceList } from '../../../lib/http/bodies/index.ts';
import { World } from './world.ts';

const TABLE = {
  rows: 2,
  columns: new Map<string, Column>([
    ['patient', { type: 'text', values: ['p1', 'p2'] }],
    ['specimen', { type: 'text', values: [null, null] }],
    ['cea', { type: 'number', unit: 'ng/ml', label: 'CEA', values: Float64Array.of(3, Number.NaN) }],
    ['cea.bound', { type: 'text', values: [null, '>1000'] }],
    ['stage', { type: 'category', levels: ['I', 'II'], codes: Int32Array.of(0, 1) }],
    ['set_aside', { type: 'text', values: ['stage', null] }],
  ]),
};

it('lists the variables that can be asked about, with unit, label and levels, and no other column', async () => {
  const world = new World();
  world.pointer = { frame: 'f', revision: 'r', definition: 'd', listing: 'l', waiting: 0, sources: 1, at: '' };
  world.stored.set(`a/crlm/${documentName.frame('f', 'patients.parquet')}`, writeParquet(TABLE, {}));
  const definition = { title: 'CRLM', endpoints: { os: { origin: 'resection' } }, groups: { late: { by: 'stage' } } };
  world.stored.set(`a/crlm/${documentName.definition('d')}`, Buffer.from(JSON.stringify(definition)));
  const view = await describeCohort({ site: 'a', cohort: 'crlm' }, world);
  expect(view).toMatchObject({
    title: 'CRLM',
    patients: 2,
    variables: [
      { name: 'cea', type: 'number', label: 'CEA', unit: 'ng/ml' },
      { name: 'stage', type: 'category', levels: ['I', 'II'] },
    ],
    endpoints: [{ name: 'os', origin: 'resection' }],
    groups: [{ name: 'late', by: 'stage' }],
  });
  expect(view.variables.map(({ name }) => name)).toEqual(['cea', 'stage']);
});

it('says of a source that is not mapped what it is by its content', async () => {
  const world = new World();
  const counts = { patients: 0, specimens: 0, alterations: 0, problems: 0 };
  world.states = [{ key: 'report.csv', verdict: 'unmapped', holds: 'a PDF', counts, at: '2026-01-01T00:00:00.000Z' }];
  world.pointer = { listing: 'l', waiting: 0, sources: 1, at: '' };
  const list = await listSources({ site: 'a', cohort: 'crlm' }, world);
  expect(SourceList.parse(list).sources).toMatchObject([{ name: 'report.csv', verdict: 'unmapped', holds: 'a PDF' }]);
});
