import type { GeneLikelihood } from './gene-likelihood.ts';
import type { GeneNull } from './gene-null.ts';

/** The information of one gene and the covariates where a {@link GeneLikelihood} was last evaluated, for many genes in turn: it keeps its arrays. */
export class GeneInformation {
  private readonly model: GeneNull;
  private readonly likelihood: GeneLikelihood;
  private readonly values: Float64Array;
  private readonly later: Float64Array;
  /** By column and event time: sums of r x over those at risk, and over the tied, and both weighed for the information. */
  private readonly all: Float64Array;
  private readonly tied: Float64Array;
  private readonly onAll: Float64Array;
  private readonly onTied: Float64Array;
  private readonly weighted: Float64Array;

  constructor(model: GeneNull, likelihood: GeneLikelihood) {
    const { rows, p, from } = model;
    this.model = model;
    this.likelihood = likelihood;
    this.values = new Float64Array((p + 1) ** 2);
    this.later = new Float64Array(rows + 1);
    const byColumn = () => new Float64Array(from.length * (p + 1));
    this.all = byColumn();
    this.tied = byColumn();
    this.onAll = byColumn();
    this.onTied = byColumn();
    this.weighted = new Float64Array(rows);
  }

  /** Of the first `size` columns, row-major; the gene is the last of p + 1. O(n p²). */
  of(carriers: Int32Array, size: number): Float64Array {
    this.likelihood.weigh();
    this.makeSums(carriers);
    this.fill(carriers);
    const width = this.model.p + 1;
    const out = new Float64Array(size * size);
    for (let j = 0; j < size; j++) {
      for (let k = j; k < size; k++) out[j * size + k] = out[k * size + j] = this.values[j * width + k]!;
    }
    return out;
  }

  private makeSums(carriers: Int32Array): void {
    const { rows, p, x, from, eventFrom, to, passed, event } = this.model;
    const { later, all, tied, onAll, onTied } = this;
    const { risk, a, b, c } = this.likelihood;
    const m = from.length;
    for (let j = 0; j < p; j++) {
      const o = j * rows;
      for (let i = rows - 1, sum = 0; i >= 0; i--) {
        sum += risk[i]! * x[o + i]!;
        later[i] = sum;
      }
      for (let g = 0, q = j * m; g < m; g++, q++) {
        all[q] = later[from[g]!]!;
        tied[q] = later[eventFrom[g]!]! - later[to[g]!]!;
      }
    }
    const q = p * m;
    all.fill(0, q);
    tied.fill(0, q);
    for (let k = 0; k < carriers.length; k++) {
      const i = carriers[k]!;
      const g = passed[i]! - 1;
      if (g < 0) continue;
      all[q + g]! += risk[i]!;
      if (event[i] === 1) tied[q + g]! += risk[i]!;
    }
    for (let g = m - 1, sum = 0; g >= 0; g--) {
      sum += all[q + g]!;
      all[q + g] = sum;
    }
    for (let j = 0; j <= p; j++) {
      for (let g = 0, k = j * m; g < m; g++, k++) {
        onAll[k] = a[g]! * all[k]! - b[g]! * tied[k]!;
        onTied[k] = c[g]! * tied[k]! - b[g]! * all[k]!;
      }
    }
  }

  private fill(carriers: Int32Array): void {
    const { rows, p, x, from } = this.model;
    const { weighted, values, all, tied, onAll, onTied } = this;
    const { lived } = this.likelihood;
    const m = from.length;
    const width = p + 1;
    for (let j = 0; j < p; j++) {
      const o = j * rows;
      for (let i = 0; i < rows; i++) weighted[i] = lived[i]! * x[o + i]!;
      for (let k = j; k < p; k++) {
        const n = k * rows;
        let sum = 0;
        for (let i = 0; i < rows; i++) sum += weighted[i]! * x[n + i]!;
        values[j * width + k] = sum;
      }
      let sum = 0;
      for (let k = 0; k < carriers.length; k++) sum += weighted[carriers[k]!]!;
      values[j * width + p] = sum;
    }
    let own = 0;
    for (let k = 0; k < carriers.length; k++) own += lived[carriers[k]!]!;
    values[p * width + p] = own;
    for (let j = 0; j < width; j++) {
      for (let k = j; k < width; k++) {
        let sum = 0;
        const [u, v] = [j * m, k * m];
        for (let g = 0; g < m; g++) sum += onAll[u + g]! * all[v + g]! + onTied[u + g]! * tied[v + g]!;
        values[j * width + k]! -= sum;
      }
    }
  }
}
