import { readFileSync } from 'node:fs';
import { describe, expect, inject, it } from 'vitest';
import { ask, put } from './client.ts';
import { give, problems, settled } from './cohort.ts';
import { CANARIES, leaksIn } from './privacy.ts';

const { name, born, cea, identifier, specimen, file } = CANARIES;

const DEFINITION = `title: Private
tables:
  - match: "*.csv"
    rows: patient
    patient: id
    ignore: [name]
    columns:
      seen: { type: date }
      cea: { type: number, range: [0, 1000] }
      os_time: { from: months, type: duration, unit: months }
      died: { type: boolean }
alterations:
  - { match: "*.maf", specimen: Tumor_Sample_Barcode, covers: listed, panel: exome, build: GRCh37 }
endpoints:
  os: { origin: diagnosis, time: os_time, event: died }
`;

describe('The log', () => {
  it('would show a leak: the search finds a line that holds one', () => {
    expect(leaksIn(`{"level":"INFO"}\n{"message":"patient ${identifier}"}\n{"key":"TCGA-AF-2689-01A"}`)).toHaveLength(
      1,
    );
  });

  it('holds no identifier and no value of a patient, whatever is wrong with her file or asked of it', async () => {
    await give('private', {
      'cohort.yaml': DEFINITION,
      [`${file}.csv`]: `id,name,seen,cea,months,died\n${identifier},${name},${born},${cea},12,1\nb,${name},${born},5,-3,1\nc,x,${born}x,5,9,${name}\n`,
      [`${file}.maf`]: `Hugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\nKRAS\tMissense_Mutation\t${specimen}\n`,
    });
    // A source that is refused for whom it tells of: no line of the log repeats a value of it.
    await put('private', 'who.csv', `id,born,name\n${identifier},${born},${name}\nb,1950-01-01,Other\n`);
    await put('private', `${file} broken.csv`, `id,name,name\n${identifier},${name},${born}\n`);
    await settled('private', [`${file}.csv`]);
    expect(JSON.stringify(await problems('private'))).toContain(cea); // the steward is told
    const post = (body: object) => ask('/cohorts/private/results', { body });
    await post({ analysis: 'survival', endpoint: 'os', where: `seen == date("${born}")` });
    await post({ analysis: 'survival', endpoint: identifier });
    await post({ analysis: 'survival', endpoint: 'os', where: `cea > ${cea} && ${name} > 1` });
    await ask(`/cohorts/private/patients/${identifier}`);
    await ask(`/cohorts/private/genes/${specimen}`);
    await ask(`/cohorts/private/sources/${file}.csv/problems`);
    await ask(`/cohorts/private/uploads`, { body: { name: `${file}.csv`, bytes: -1, type: name, sha256: identifier } });
    await ask('/cohorts/private/definition', { method: 'PUT', body: `title: ${name}\ntables: ${identifier}` });

    const log = readFileSync(inject('logFile'), 'utf8');
    expect(log.split('\n').length).toBeGreaterThan(10);
    expect(leaksIn(log)).toEqual([]);
  });
});
