import * as fc from 'fast-check';
import { type Definition, parseDefinition } from '../../lib/cohort/index.ts';
import { type Checked, check, SIGNET } from './check.ts';
import { type Mutation, mutated, mutations } from './edits.ts';
import { shortDigest } from './packing.ts';
import { type Seed, seeds } from './seeds.ts';

/** What a batch came to. */
export interface BatchOutcome {
  readonly inputs: number;
  readonly read: number;
  readonly refused: number;
  /** Lines that say what broke, and how to have it again. */
  readonly failure?: readonly string[];
}

/** Told of each input before it is looked at. */
type Watch = (input: string) => void;

/** One input in so many is held against all promises. */
const THOROUGH = 4;

/** Files and what may befall them, ready to be drawn from. */
export class Fuzzer {
  readonly #seeds: readonly Seed[];
  readonly #contents: readonly Buffer[];
  readonly #definitions = new Map<string, Definition>();
  readonly #checked: Checked;

  private constructor(of: readonly Seed[], checked: Checked) {
    this.#seeds = of;
    this.#checked = checked;
    this.#contents = of.map(({ parts }) => parts[0]!.content).filter(({ length }) => length < 8_000);
    for (const { definition } of of) this.#definitions.set(definition, parseDefinition(definition, 'cohort.yaml'));
  }

  /** `of`: which seeds, all where absent. */
  static async open(checked: Checked = SIGNET, of: (seed: Seed) => boolean = () => true): Promise<Fuzzer> {
    return new Fuzzer((await seeds()).filter(of), checked);
  }

  /** Checks so many inputs; the same for the same seed. The first that fails is made as small as it goes. */
  async batch(inputs: number, seed: number, watch: Watch = () => {}): Promise<BatchOutcome> {
    const counts = { read: 0, refused: 0 };
    const property = fc.asyncProperty(mutations(this.#seeds.length), async (mutation) => {
      watch(JSON.stringify(mutation));
      counts[await this.#check(mutation)] += 1;
    });
    const details = await fc.check(property, { numRuns: inputs, seed, path: '' });
    const outcome = { inputs: details.numRuns, ...counts };
    if (!details.failed) return outcome;
    const [mutation] = details.counterexample!;
    return { ...outcome, failure: this.#told(mutation, seed, inputs, details.errorInstance) };
  }

  /** What an input is made of, for one that nobody came back from. */
  async #check(mutation: Mutation): Promise<'read' | 'refused'> {
    const seed = this.#seeds[mutation.seed]!;
    const bytes = mutated(mutation, seed, this.#contents);
    const definition = this.#definitions.get(seed.definition)!;
    return check({ seed, bytes, definition }, this.#checked, mutation.member % THOROUGH === 0);
  }

  #told(mutation: Mutation, seed: number, inputs: number, error: unknown): readonly string[] {
    const { file } = this.#seeds[mutation.seed]!;
    const bytes = mutated(mutation, this.#seeds[mutation.seed]!, this.#contents);
    return [
      `FAILED on ${file}, ${bytes.length} bytes (${shortDigest(bytes)}), --seed ${seed} --inputs ${inputs}`,
      JSON.stringify(mutation),
      error instanceof Error ? (error.stack ?? error.message) : String(error),
      `bytes: ${JSON.stringify(bytes.toString('latin1').slice(0, 2_000))}`,
    ];
  }
}
