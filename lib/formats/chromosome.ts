/** NCBI's sequences of the human chromosomes, of any assembly: NC_000007.14 is 7. */
const REFSEQ = /^NC_0000(\d\d)\.\d+$/;

const LETTERS: ReadonlyMap<string, string> = new Map([
  ['23', 'X'],
  ['24', 'Y'],
  ['M', 'MT'],
  ['NC_012920.1', 'MT'],
]);

/** A chromosome under one name, whatever a file calls it: `chr7`, `7` and `NC_000007.14` are one, so are `chrM` and `MT`. */
export function oneChromosome(name: string): string {
  const bare = name.replace(/^chr/i, '');
  const number = REFSEQ.exec(bare)?.[1];
  const plain = number === undefined ? bare.toUpperCase() : String(Number(number));
  return LETTERS.get(plain) ?? plain;
}
