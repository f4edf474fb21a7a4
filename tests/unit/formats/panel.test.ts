import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPanel } from '../../../lib/formats/panel.ts';
import { faultOf, inPieces } from './read.ts';

const read = (file: string, content: string | Uint8Array) =>
  readPanel(inPieces(Buffer.from(content as string), 11), file);
const symbols = async (file: string, content: string) =>
  (await read(file, content)).panel.genes.map(({ symbol, id }) => (id === undefined ? symbol : `${symbol}#${id}`));

describe('A gene panel', () => {
  it('is read from JSON, with ids of genes', async () => {
    const { panel } = await read(
      'panels/a.json',
      '{"id":"v1","genes":["KRAS",{"symbol":"MLL2","id":8085}],"coveredMb":0.42,"build":"GRCh37"}',
    );
    expect(panel).toEqual({
      id: 'v1',
      genes: [{ symbol: 'KRAS' }, { symbol: 'MLL2', id: '8085' }],
      coveredMb: 0.42,
      build: 'GRCh37',
    });
    const theirs = '{"genePanelId":"IMPACT","genes":[{"hugoGeneSymbol":"TP53","entrezGeneId":7157}]}';
    expect((await read('panels/b.json', theirs)).panel).toEqual({
      id: 'IMPACT',
      genes: [{ symbol: 'TP53', id: '7157' }],
    });
    expect((await read('panels/c.json', '["KRAS"]')).panel.id).toBe('c');
  });

  it('is read from a BED, whose overlapping intervals count once', async () => {
    const bed =
      'track name="v2" description="x"\nchr1\t0\t1000000\tKRAS\nchr1\t500000\t1500000\tNRAS,BRAF\nchr2\t10\t10\t.\n';
    const { panel, notes } = await read('panels/x.bed', bed);
    expect(panel.id).toBe('v2');
    expect(panel.coveredMb).toBeCloseTo(1.5, 12);
    expect(panel.genes.map(({ symbol }) => symbol)).toEqual(['KRAS', 'NRAS', 'BRAF']);
    expect(notes).toEqual([]);
    expect((await read('panels/v3.bed.gz', gzipSync('1\t1\t5\tKRAS\n'))).panel.id).toBe('v3');
  });

  it('sets a line of a BED apart that is no interval', async () => {
    const { panel, notes } = await read('panels/x.bed', '1\t1\t5\tKRAS\n1\t9\t5\tTP53\nno\n');
    expect(panel.genes.map(({ symbol }) => symbol)).toEqual(['KRAS']);
    expect(notes.map(({ rule, line }) => [rule, line])).toEqual([
      ['no-interval', 2],
      ['no-interval', 3],
    ]);
  });

  it("is read from cBioPortal's text and from a symbol a line", async () => {
    const text = 'stable_id: IMPACT341\r\ndescription: 341 genes\r\ngene_list:\tKRAS\tTP53\r\n';
    expect((await read('panels/data.txt', text)).panel.id).toBe('IMPACT341');
    expect(await symbols('panels/data.txt', text)).toEqual(['KRAS', 'TP53']);
    expect(await symbols('panels/list.txt', '# ours\nGene\nKRAS\n\n"TP53"\nHLA-A\n')).toEqual([
      'KRAS',
      'TP53',
      'HLA-A',
    ]);
    expect((await read('panels/sub/list.v2.txt', 'KRAS\n')).panel.id).toBe('list.v2');
  });

  it.each([
    ['{"genes": [', 'the file begins like JSON and is none'],
    ['{"genes": []}', 'the file is JSON and no gene panel'],
    ['{"genes": [{"id": 1}]}', 'the file is JSON and no gene panel'],
    ['##fileformat=VCFv4.2\n#CHROM\n', 'holds no gene panel'],
    ['a sentence about genes\n', 'begins with no symbol'],
    ['gene\n', 'the file lists no gene'],
    ['gene_list:\nstable_id: x\n', 'lists no gene'],
  ])('is not made of %j', async (content, says) => {
    const fault = await faultOf(read('panels/x', content));
    expect([fault.code, fault.message]).toEqual(['other-format', expect.stringContaining(says)]);
  });

  it('is read or refused, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ maxLength: 80 }),
        fc.constantFrom('', '{"genes":', '1\t2\t3\t', 'gene_list:'),
        async (noise, begin) => {
          const came = await read('panels/x', begin + noise).then(
            ({ panel }) => panel.genes.every(({ symbol }) => symbol !== ''),
            (error: Error) => 'code' in error,
          );
          expect(came).toBe(true);
        },
      ),
    );
  });
});
