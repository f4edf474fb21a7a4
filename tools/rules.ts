/** `node tools/rules.ts`: writes docs/rules.md, the list of rules, from their one source. */
import { writeFileSync } from 'node:fs';
import { rulesPage } from '../lib/cohort/index.ts';

writeFileSync(new URL('../docs/rules.md', import.meta.url), rulesPage());
