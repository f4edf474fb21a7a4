/** `node tools/vectors.ts`: makes lib/stats/vectors-code.ts of lib/stats/vectors.wat. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { vectorsCode } from './vectors/assemble.ts';

writeFileSync(fileURLToPath(new URL('../lib/stats/vectors-code.ts', import.meta.url)), await vectorsCode());
