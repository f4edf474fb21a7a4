import { describe, expect, it } from 'vitest';
import { SignetError } from '../../../lib/base/index.ts';
import { Fuzzer } from '../../../tools/fuzz/batch.ts';
import { type Checked, SIGNET } from '../../../tools/fuzz/check.ts';
import { CountedBytes, type Outcome } from '../../../tools/fuzz/reading.ts';
import { seeds } from '../../../tools/fuzz/seeds.ts';

/** How many inputs the short run has, and with which seed: `npm run fuzz` has a hundred thousand. */
const INPUTS = 300;

/** Reads as Signet does, with something wrong. */
const broken = (change: (outcome: Outcome) => Outcome | Promise<Outcome>): Checked => ({
  ...SIGNET,
  read: async (file, size) => change(await SIGNET.read(file, size)),
});

const only =
  (name: string) =>
  ({ file }: { readonly file: string }) =>
    file === name;

/** What a batch of the mutated file says of readers or a writer that are wrong. */
async function found(checked: Checked, file: string, inputs = 60): Promise<string> {
  const { failure = [] } = await (await Fuzzer.open(checked, only(file))).batch(inputs, 1);
  return failure.join('\n');
}

describe('A short run of the fuzzer', () => {
  it('finds nothing wrong in any reader', { timeout: 120_000 }, async () => {
    const { failure, inputs, read, refused } = await (await Fuzzer.open()).batch(INPUTS, 7);
    expect(failure).toBeUndefined();
    expect(inputs).toBe(INPUTS);
    expect(Math.min(read, refused)).toBeGreaterThan(INPUTS / 5); // neither all refused nor all left as it was
  });

  it('has a file of each kind, read as it is before anything befalls it', async () => {
    const kinds = new Set<string>();
    for (const seed of await seeds()) {
      const { packed } = await import('../../../tools/fuzz/packing.ts');
      const { parseDefinition } = await import('../../../lib/cohort/index.ts');
      const bytes = packed(seed.packing, seed.parts);
      const outcome = await SIGNET.read({ seed, bytes, definition: parseDefinition(seed.definition, 'cohort.yaml') });
      expect([seed.file, outcome.refused]).toEqual([seed.file, undefined]);
      kinds.add(outcome.content);
    }
    expect([...kinds].sort()).toEqual(
      [
        'annotated-vcf',
        'archive',
        'bed',
        'discrete-copy-number',
        'fasta',
        'fusions',
        'log2-copy-number',
        'maf',
        'panel',
        'panel-matrix',
        'redcap-dictionary',
        'segments',
        'structural-variants',
        'study-text',
        'table',
        'vcf',
        'workbook',
      ].sort(),
    );
  });
});

describe('The fuzzer finds', () => {
  it('a reader that throws what is no error of ours', async () => {
    const crashes = broken(({ content }) => {
      throw new TypeError(`Cannot read properties of undefined (reading '${content}')`);
    });
    expect(await found(crashes, 'data_mutations.txt')).toContain('TypeError: Cannot read properties');
  });

  it('an error that nobody told how to deal with', async () => {
    const untold = broken(() => {
      throw new SignetError('never-heard-of', 'something is wrong');
    });
    expect(await found(untold, 'data_mutations.txt')).toContain('something is wrong');
  });

  it('a problem without a remedy', async () => {
    const curt = broken((outcome) => ({
      ...outcome,
      problems: outcome.problems.map((problem) => ({ ...problem, remedy: ' ' })),
    }));
    expect(await found(curt, 'data_clinical_patient.txt', 200)).toContain('a problem tells too little');
  });

  it('a row that vanishes without a word', async () => {
    const forgetful = broken((outcome) => ({
      ...outcome,
      records: { ...outcome.records, alterations: outcome.records.alterations.slice(1) },
    }));
    expect(await found(forgetful, 'read.maf')).toContain('is neither a record nor a problem');
  });

  it('a value that is another once it was written and read again', async () => {
    const rounds = {
      ...SIGNET,
      write: (columns: readonly string[], rows: readonly (readonly string[])[]) =>
        SIGNET.write(
          columns,
          rows.map((row) => row.map((cell) => cell.replace(/(\.\d)\d+$/, '$1'))),
        ),
    };
    expect(await found(rounds, 'annotation.tsv')).toBe(''); // whole numbers only: nothing is lost
    expect(await found(rounds, 'clinical.csv')).toContain('not the same written and read again');
  });

  it('a writer that quotes nothing', async () => {
    const unquoted = {
      ...SIGNET,
      write: (columns: readonly string[], rows: readonly (readonly string[])[]) =>
        [columns, ...rows].map((row) => `${row.join(',')}\r\n`).join(''),
    };
    expect(await found(unquoted, 'data_timeline_treatment.txt', 1_000)).not.toBe('');
  });

  it('a reader to which it matters in what pieces a file comes', async () => {
    const piecemeal: Checked = {
      ...SIGNET,
      read: async (file, size) => {
        const outcome = await SIGNET.read(file);
        return size === undefined ? outcome : { ...outcome, problems: [] };
      },
    };
    expect(await found(piecemeal, 'data_clinical_patient.txt', 400)).toContain('not the same in small pieces');
  });

  it('a reader that looks at a file too often', async () => {
    const counted = new CountedBytes(Buffer.from('a,b\n1,2\n'), 4);
    const look = async (): Promise<void> => {
      for await (const _ of await counted.open());
    };
    for (let i = 0; i < 20; i += 1) await look();
    await expect(look()).rejects.toThrow('opened more than 20 times');
  });

  it('the same input again by its seed, and makes it as small as it goes', async () => {
    const choosy: Checked = {
      ...SIGNET,
      read: async (file, size) => {
        if (file.bytes.includes('__proto__')) throw new RangeError('a name made to break');
        return SIGNET.read(file, size);
      },
    };
    const once = await found(choosy, 'data_sv.txt', 3_000);
    expect(once).toContain('a name made to break');
    expect(await found(choosy, 'data_sv.txt', 3_000)).toBe(once);
    expect(JSON.parse(once.split('\n')[1]!).inside).toHaveLength(1);
  });
});
