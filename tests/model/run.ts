/**
 * `node tests/model/run.ts`: the protocol in every world, visited whole, and each wrong variant with the shortest way to its fault.
 * Some minutes and 4 GB; a change of the protocol is made and run here before it is made in lib/ingest.
 */
import { convergence, VARIANTS, WORLDS } from './convergence.ts';
import { type Exploration, explore } from './explore.ts';
import { GATE_VARIANTS, GATE_WORLDS, gate } from './gate.ts';

let unexpected = 0;

function report(name: string, { states, wrong }: Exploration, shouldHold: boolean): void {
  console.log(`${name}: ${states} states, ${wrong ? `WRONG: ${wrong.says}` : 'holds'}`);
  if (wrong) console.log(`    ${wrong.path.join(' > ')}`);
  if (shouldHold === Boolean(wrong)) unexpected += 1;
}

for (const [world, limits] of Object.entries(WORLDS)) report(`protocol, ${world}`, explore(convergence(limits)), true);
for (const [world, limits] of Object.entries(GATE_WORLDS)) report(`definition, ${world}`, explore(gate(limits)), true);
for (const [name, { off, world }] of Object.entries(VARIANTS))
  report(`${name}, ${world}`, explore(convergence(WORLDS[world], off)), false);
for (const [name, { off, world }] of Object.entries(GATE_VARIANTS))
  report(`${name}, ${world}`, explore(gate(GATE_WORLDS[world], off)), false);
process.exitCode = unexpected > 0 ? 1 : 0;
