import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inPieces } from '../read.ts';
import { CHROMOSOMES, readVcf, vcf } from './read.ts';

const bed = CHROMOSOMES;

/** A genome of one chromosome as FASTA, with lines of `width`. */
function fasta(sequence: string, width = 7, size = 5) {
  const lines = [
    '>chr2 other',
    'ACGT',
    '>chr1 first',
    ...(sequence.match(new RegExp(`.{1,${width}}`, 'g')) ?? []),
    '>chr3',
    'AAAA',
    '',
  ];
  return [{ file: 'g.fa', open: async () => inPieces(Buffer.from(lines.join('\n')), size) }];
}

/** Places an allele of `1`: `at` is of its first base, as a VCF writes it. */
async function placed(genome: string, at: number, ref: string, alt: string) {
  const { alterations, rejected } = await readVcf(vcf([`1 ${at} . ${ref} ${alt} . . . GT 0/1`]), {
    bed,
    fastas: fasta(genome),
  });
  const [{ position, ref: before, alt: after }] = alterations as [(typeof alterations)[number]];
  return { place: [position, before, after], rules: rejected.map(({ rule }) => rule) };
}

describe('An indel', () => {
  it('goes as far left as the genome lets it', async () => {
    // GGGCACACACAGGG, as in Tan 2015: CAC > C wherever it is written
    for (const [at, ref] of [
      [8, 'CAC'],
      [6, 'CAC'],
      [3, 'GCA'],
      [4, 'CAC'],
    ] as const)
      expect((await placed('GGGCACACACAGGG', at, ref, ref[0]!)).place).toEqual([4, 'CA', '-']);
  });

  it('that is put in goes left too', async () => {
    expect((await placed('GGGCACACACAGGG', 11, 'A', 'ACA')).place).toEqual([3, '-', 'CA']);
  });

  it('at the very beginning stays', async () => {
    expect((await placed('AAAAAG', 5, 'AG', 'G')).place).toEqual([1, 'A', '-']);
  });

  it('without a genome stays where it is, flagged and counted', async () => {
    const file = vcf(['1 8 . CAC C . . . GT 0/1', '1 30 . A T . . . GT 0/1', '1 40 . A AT . . . GT 0/1']);
    const { alterations, rejected } = await readVcf(file, { bed });
    expect(alterations[0]).toMatchObject({ position: 8, ref: 'CA', alt: '-' });
    expect(rejected).toContainEqual(
      expect.objectContaining({ rule: 'indel-not-normalised', level: 'warning', rows: 2 }),
    );
  });

  it('where the genome has something else is left, and told of', async () => {
    expect(await placed('GGGCACACACAGGG', 8, 'CTC', 'C')).toMatchObject({
      place: [8, 'CT', '-'],
      rules: expect.arrayContaining(['ref-mismatch', 'indel-beyond-reach']),
    });
  });

  it('gives the same genome, moved or not, and could go no further', async () => {
    const genomes = fc.string({ unit: fc.constantFrom('A', 'C'), minLength: 12, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        genomes,
        fc.nat(1000),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        async (genome, seed, length, out) => {
          const at = 1 + (seed % (genome.length - 6));
          const anchor = genome[at - 1]!;
          const bases = out ? genome.slice(at, at + length) : 'ACAC'.slice(0, length);
          const [ref, alt] = out ? [anchor + bases, anchor] : [anchor, anchor + bases];
          const { place } = await placed(genome, at, ref, alt);
          const [position, before, after] = place as [number, string, string];
          const apply = (start: number, taken: string, put: string): string =>
            genome.slice(0, start - 1) + put + genome.slice(start - 1 + taken.length);
          const moved = before === '-' ? apply(position + 1, '', after) : apply(position, before, '');
          expect(moved).toBe(apply(at, ref, alt));
          const start = before === '-' ? position + 1 : position;
          const sequence = before === '-' ? after : before;
          if (start > 1) expect(genome[start - 2]).not.toBe(sequence.at(-1));
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('A record of several alleles', () => {
  it('is the same as a record for each of them', async () => {
    const bases = fc.string({ unit: fc.constantFrom('A', 'C', 'G'), minLength: 1, maxLength: 5 });
    const record = fc
      .tuple(bases, fc.uniqueArray(bases, { minLength: 1, maxLength: 4 }))
      .filter(([ref, alts]) => !alts.includes(ref));
    await fc.assert(
      fc.asyncProperty(record, async ([ref, alts]) => {
        const read = async (...records: string[]) =>
          (await readVcf(vcf(records), { bed })).alterations.map(({ line: _, ...alteration }) => alteration);
        const named = alts.map((_, i) => i + 1).join('/');
        const apart = alts.map((alt) => `1 20 . ${ref} ${alt} . PASS . GT 1`);
        expect(await read(`1 20 . ${ref} ${alts.join(',')} . PASS . GT ${named}`)).toEqual(await read(...apart));
      }),
      { numRuns: 100 },
    );
  });
});

describe('A genome', () => {
  it('is read the same however its lines are cut', async () => {
    const genome = 'GGGCACACACAGGGTTTTTTTTACACACACACAC';
    const file = vcf(['1 8 . CAC C . . . GT 0/1', '1 32 . C CAC . . . GT 0/1']);
    const read = async (width: number, size: number) =>
      (await readVcf(file, { bed, fastas: fasta(genome, width, size) })).alterations.map(({ position, ref, alt }) => [
        position,
        ref,
        alt,
      ]);
    const whole = await read(1000, 1000);
    expect(whole).toEqual([
      [4, 'CA', '-'],
      [22, '-', 'AC'],
    ]);
    for (const width of [1, 2, 7, 34]) for (const size of [1, 3, 1000]) expect(await read(width, size)).toEqual(whole);
  });

  it('in gzip, with line ends of Windows, is the same', async () => {
    const text = '>1\r\nGGGCACA\r\nCACAGGG\r\n';
    const fastas = [{ file: 'g', open: async () => Readable.from([Buffer.from(text)]) }];
    const { alterations } = await readVcf(vcf(['1 8 . CAC C . . . GT 0/1']), { bed, fastas });
    expect(alterations).toMatchObject([{ position: 4, ref: 'CA' }]);
  });
});

describe('Of several genomes', () => {
  const file = vcf(['1 8 . CAC C . . . GT 0/1', '2 2 . C T . . . GT 0/1']);
  const genome = (name: string, one: string, two?: string) => ({
    file: `${name}.fa`,
    open: async () => inPieces(Buffer.from(`>1 ${name}\n${one}\n${two === undefined ? '' : `>2 ${name}\n${two}\n`}`)),
  });
  const shifted = genome('of GRCh38', 'TTTTTTTTTTTTTTTTTTTT', 'GGGGGG');
  const right = genome('of GRCh37', 'GGGCACACACAGGG', 'ACGT');
  const read = async (fastas: readonly ReturnType<typeof genome>[], build?: string) => {
    const { alterations, rejected } = await readVcf(file, { bed, fastas, ...(build !== undefined && { build }) });
    return [
      alterations[0]!.position,
      rejected.some(({ rule }) => rule === 'vcf-ref-mismatch' || rule === 'ref-mismatch'),
    ];
  };

  it('the one counts that is of the build, whichever comes first', async () => {
    for (const fastas of [
      [shifted, right],
      [right, shifted],
    ]) {
      expect(await read(fastas, 'GRCh37')).toEqual([4, false]);
      expect((await read(fastas, 'GRCh38'))[1]).toBe(true); // REF isn't what that build has: told, and not hidden by the other
    }
  });

  it('the one counts that agrees with the file, where nothing tells the build', async () => {
    const [other, fitting] = [genome('x', 'TTTTTTTTTTTTTTTT', 'GGGG'), genome('y', 'GGGCACACACAGGG', 'ACGT')];
    for (const fastas of [
      [other, fitting],
      [fitting, other],
    ])
      expect(await read(fastas)).toEqual([4, false]);
  });

  it('each counts where it alone has the chromosome', async () => {
    const two = { file: '2.fa', open: async () => inPieces(Buffer.from('>chr2\nACGT\n')) };
    expect(await read([two, genome('1', 'GGGCACACACAGGG')])).toEqual([4, false]);
  });
});
