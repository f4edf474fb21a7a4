/** `node tools/vectors.ts`: assembles each `.wat` into the file of code beside it. */
import { writeFileSync } from 'node:fs';
import { assembled, inTree, SOURCES } from './vectors/assemble.ts';

for (const each of SOURCES) writeFileSync(inTree(each.code), await assembled(each));
