import type { OncoprintFigure, PairsFigure } from '../../../lib/result/index.ts';

const CELLS = [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 3, -1];

/** `patients` patients, `genes` genes: every class of alteration, several at once, and every third gene off the panel of half of them. */
export function oncoprint(patients: number, genes: number): OncoprintFigure {
  const rows = Array.from({ length: genes }, (_, g) => {
    const cells = Array.from({ length: patients }, (__, i) =>
      g % 3 === 2 && i % 2 === 1 ? -1 : CELLS[(i * 7 + g * 5) % (CELLS.length - 1)]!,
    );
    const altered = cells.filter((cell) => cell > 0).length;
    return { label: `GENE${g}`, altered, covered: cells.filter((cell) => cell >= 0).length, cells };
  });
  return {
    kind: 'oncoprint',
    id: 'oncoprint',
    title: 'Genes altered in at least 5.0% of the covered patients',
    alt: `Oncoprint of ${genes} genes in ${patients} patients.`,
    patients,
    tracks: [
      {
        label: 'group',
        levels: ['FCTG', 'SCTG'],
        codes: Array.from({ length: patients }, (_, i) => (i % 11 === 0 ? -1 : i % 2)),
      },
    ],
    genes: rows,
  };
}

/** All pairs of `n`, at both edges and between. */
export function pairs(n: number): PairsFigure {
  const found = Array.from({ length: n }, (_, second) =>
    Array.from({ length: second }, (__, first) => {
      const at = (first * 5 + second * 3) % 9;
      const edge = at === 0 ? ('low' as const) : at === 8 ? ('high' as const) : ('none' as const);
      return { first, second, edge, log2: edge === 'none' ? at - 4 : 0, p: 0.01 * (at + 1), adjusted: 0.02 * (at + 1) };
    }),
  ).flat();
  return {
    kind: 'pairs',
    id: 'pairs',
    title: 'Genes altered together, and apart',
    alt: `Heat map of ${found.length} pairs of genes.`,
    labels: Array.from({ length: n }, (_, i) => `GENE${i}`),
    pairs: found,
    threshold: 0.05,
  };
}
