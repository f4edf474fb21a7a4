import { readFileSync } from 'node:fs';
import wabt from 'wabt';

const SOURCE = new URL('../../lib/stats/vectors.wat', import.meta.url);

/** The text of lib/stats/vectors-code.ts as its source says it. */
export async function vectorsCode(): Promise<string> {
  const assembler = await wabt();
  const module = assembler.parseWat('vectors.wat', readFileSync(SOURCE, 'utf8'), { simd: true });
  const { buffer } = module.toBinary({});
  module.destroy();
  const lines = Buffer.from(buffer)
    .toString('base64')
    .replace(/.{1,110}/g, (line) => `  '${line}',\n`);
  return `/** What \`vectors.wat\` is assembled to, in base64: made by \`node tools/vectors.ts\`. */
export const VECTORS_CODE = [
${lines}].join('');
`;
}
