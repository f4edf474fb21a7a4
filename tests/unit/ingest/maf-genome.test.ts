import { describe, expect, it } from 'vitest';
import { DEFINITION_KEY } from '../../../lib/ingest/index.ts';
import { drain } from './settle.ts';
import { World } from './world.ts';

const DEFINITION = `title: A MAF and its genome
tables:
  - { match: p.csv, rows: patient, patient: id, columns: { age: number } }
alterations:
  - { match: a.maf, covers: present, panel: exome, build: GRCh37 }
`;
const HEAD =
  'Hugo_Symbol\tChromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\tVariant_Classification\tTumor_Sample_Barcode\n';

function maf(rows: readonly (readonly [chromosome: string, position: number, ref: string])[]): string {
  return (
    HEAD +
    rows.map(([at, position, ref], i) => `G${i}\t${at}\t${position}\t${ref}\tT\tMissense_Mutation\tp1\n`).join('')
  );
}

async function putAll(world: World, files: Readonly<Record<string, string>>): Promise<World> {
  for (const [key, content] of Object.entries(files)) {
    world.put(key, content);
    world.hint(key);
  }
  await drain(world);
  return world;
}

const mismatches = (world: World) =>
  world.attempts
    .get(world.heads.get('a.maf')!.looked.attempt!)!
    .problems.filter(({ rule }) => rule === 'ref-mismatch')
    .map(({ line, rows, level, column }) => [line, rows, level, column]);

describe('Reference alleles of a MAF', () => {
  const rows = maf([
    ['1', 2, 'C'],
    ['chr1', 3, 'GT'],
    ['1', 3, 'C'],
    ['1', 7, '-'],
    ['X', 3, 'A'],
    ['1', 1, 'acg'],
    ['1', 2, 'CCC'],
  ]);

  it('are held against a genome as soon as it comes, and no longer than it stays', async () => {
    const world = await putAll(new World(), {
      [DEFINITION_KEY]: DEFINITION,
      'p.csv': 'id,age\np1,50\n',
      'a.maf': rows,
    });
    expect(mismatches(world)).toEqual([]);
    const before = world.current!.revision;
    await putAll(world, { 'genome.fa': '>1\nACGTACGT\n' });
    expect(mismatches(world)).toEqual([[4, 2, 'warning', 'Reference_Allele']]);
    expect(world.heads.get('a.maf')!.looked.verdict).toBe('accepted with problems');
    await putAll(world, { 'genome.fa': '>1\nTTTTTTTT\n' });
    expect(mismatches(world)).toEqual([[2, 5, 'warning', 'Reference_Allele']]);
    world.delete('genome.fa');
    world.hint('genome.fa');
    await drain(world);
    expect(mismatches(world)).toEqual([]);
    expect(world.current!.revision).toBe(before);
  });

  it('are held against the genome of two that they agree with', async () => {
    const world = await putAll(new World(), {
      'one.fa': '>1\nTTTTTTTT\n',
      'two.fa': '>1\nACGTACGT\n',
      [DEFINITION_KEY]: DEFINITION,
      'p.csv': 'id,age\np1,50\n',
      'a.maf': rows,
    });
    expect(mismatches(world)).toEqual([[4, 2, 'warning', 'Reference_Allele']]);
  });
});
