import { readFileSync } from 'node:fs';
import wabt from 'wabt';

/** Sources of WebAssembly beside the modules that run them, and the constant of the file that each is assembled into. */
export const SOURCES = [
  { source: 'lib/stats/numeric/vectors.wat', code: 'lib/stats/numeric/vectors-code.ts', name: 'VECTORS_CODE' },
  { source: 'lib/formats/vcf/parter.wat', code: 'lib/formats/vcf/parter-code.ts', name: 'PARTER_CODE' },
] as const;

/** A file of the tree. */
export const inTree = (file: string): URL => new URL(`../../${file}`, import.meta.url);

/** The text of a file of code as its source says it. */
export async function assembled({ source, name }: (typeof SOURCES)[number]): Promise<string> {
  const file = source.slice(source.lastIndexOf('/') + 1);
  const assembler = await wabt();
  const module = assembler.parseWat(file, readFileSync(inTree(source), 'utf8'), { simd: true });
  const { buffer } = module.toBinary({});
  module.destroy();
  const lines = Buffer.from(buffer)
    .toString('base64')
    .replace(/.{1,110}/g, (line) => `  '${line}',\n`);
  return `/** What \`${file}\` is assembled to, in base64: made by \`node tools/vectors.ts\`. */
export const ${name} = [
${lines}].join('');
`;
}
