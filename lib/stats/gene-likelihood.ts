import type { GeneNull } from './gene-null.ts';

/** Up to this size of change of the linear predictor, exp is a polynomial of degree 7 with an error below 1e-16. */
const SMALL_CHANGE = 0.06;

/**
 * Efron's partial likelihood of one gene beside the covariates, for many genes in turn: it keeps its arrays. The gene is column p, the last.
 * A row's risk is that of the covariates' own model times the exponential of the change, times the gene's hazard ratio in carriers.
 */
export class GeneLikelihood {
  /** Of the last evaluation; the gene last. */
  readonly score: Float64Array;
  /** Upper triangle, row-major. */
  readonly information: Float64Array;
  private readonly model: GeneNull;
  private readonly risk: Float64Array;
  private readonly lived: Float64Array;
  /** By row, sums over it and all later ones; by column. */
  private readonly later: Float64Array;
  /** By event time: sums of v, v² and their shares over the slots. */
  private readonly slots: {
    hazard: Float64Array;
    spared: Float64Array;
    a: Float64Array;
    b: Float64Array;
    c: Float64Array;
  };
  /** By column and event time: sums of r x over those at risk, and over the tied, and both weighed for the information. */
  private readonly all: Float64Array;
  private readonly tied: Float64Array;
  private readonly onAll: Float64Array;
  private readonly onTied: Float64Array;
  private readonly weighted: Float64Array;

  constructor(model: GeneNull) {
    const { rows, p, from } = model;
    const m = from.length;
    this.model = model;
    this.score = new Float64Array(p + 1);
    this.information = new Float64Array((p + 1) ** 2);
    this.risk = new Float64Array(rows);
    this.lived = new Float64Array(rows);
    this.later = new Float64Array(rows + 1);
    const byTime = () => new Float64Array(m);
    this.slots = { hazard: byTime(), spared: byTime(), a: byTime(), b: byTime(), c: byTime() };
    const byColumn = () => new Float64Array(m * (p + 1));
    this.all = byColumn();
    this.tied = byColumn();
    this.onAll = byColumn();
    this.onTied = byColumn();
    this.weighted = new Float64Array(rows);
  }

  /** Log likelihood at these coefficients; leaves score and information. `events` of the carriers have the event. */
  at(beta: Float64Array, carriers: Int32Array, events: number): number {
    const logLikelihood = this.scoreAt(beta, carriers, events);
    this.makeSums(carriers);
    this.makeInformation(carriers);
    return logLikelihood;
  }

  /** As {@link at} without the information, in half the time. */
  scoreAt(beta: Float64Array, carriers: Int32Array, events: number): number {
    const { p, eventTotals } = this.model;
    this.makeRisks(beta, carriers);
    let logLikelihood = beta[p]! * events - this.makeSlots();
    for (let j = 0; j < p; j++) logLikelihood += beta[j]! * eventTotals[j]!;
    this.makeLived();
    this.makeScore(carriers, events);
    return logLikelihood;
  }

  /** The information's quadratic form in `direction`, where the last evaluation was. O(n p). */
  curvatureAlong(direction: Float64Array, carriers: Int32Array): number {
    const { rows, p, x, from, eventFrom, to } = this.model;
    const { weighted, risk, lived, later } = this;
    const { a, b, c } = this.slots;
    weighted.fill(0);
    for (let j = 0; j < p; j++) {
      const v = direction[j]!;
      for (let i = 0, o = j * rows; i < rows; i++, o++) weighted[i]! += v * x[o]!;
    }
    for (let k = 0; k < carriers.length; k++) weighted[carriers[k]!]! += direction[p]!;
    let form = 0;
    for (let i = rows - 1, sum = 0; i >= 0; i--) {
      const value = weighted[i]!;
      form += lived[i]! * value * value;
      sum += risk[i]! * value;
      later[i] = sum;
    }
    for (let g = 0; g < from.length; g++) {
      const all = later[from[g]!]!;
      const tied = later[eventFrom[g]!]! - later[to[g]!]!;
      form -= all * (a[g]! * all - 2 * b[g]! * tied) + c[g]! * tied * tied;
    }
    return form;
  }

  private makeRisks(beta: Float64Array, carriers: Int32Array): void {
    const { rows, p, x, reach, risk: before, beta: origin } = this.model;
    const { risk } = this;
    let most = 0;
    for (let j = 0; j < p; j++) most += Math.abs(beta[j]! - origin[j]!) * reach[j]!;
    if (most === 0) risk.set(before);
    else {
      risk.fill(0);
      let j = 0;
      for (; j + 1 < p; j += 2) {
        const [b, c] = [beta[j]! - origin[j]!, beta[j + 1]! - origin[j + 1]!];
        const o = j * rows;
        for (let i = 0; i < rows; i++) risk[i]! += b * x[o + i]! + c * x[o + rows + i]!;
      }
      if (j < p) {
        const b = beta[j]! - origin[j]!;
        const o = j * rows;
        for (let i = 0; i < rows; i++) risk[i]! += b * x[o + i]!;
      }
      if (most < SMALL_CHANGE) {
        for (let i = 0; i < rows; i++) {
          const y = risk[i]!;
          const rest = 1 / 24 + y * (1 / 120 + y * (1 / 720 + y * (1 / 5040)));
          risk[i] = before[i]! * (1 + y * (1 + y * (1 / 2 + y * (1 / 6 + y * rest))));
        }
      } else for (let i = 0; i < rows; i++) risk[i] = before[i]! * Math.exp(risk[i]!);
    }
    const ratio = Math.exp(beta[p]!);
    for (let k = 0; k < carriers.length; k++) risk[carriers[k]!]! *= ratio;
  }

  /** Sums over slots; answers the sum of the logarithms of their risks. */
  private makeSlots(): number {
    const { rows, from, eventFrom, to } = this.model;
    const { risk, later } = this;
    const { hazard, spared, a, b, c } = this.slots;
    later[rows] = 0;
    for (let i = rows - 1, sum = 0; i >= 0; i--) {
      sum += risk[i]!;
      later[i] = sum;
    }
    let logarithm = 0;
    let product = 1;
    for (let g = 0; g < from.length; g++) {
      const d = to[g]! - eventFrom[g]!;
      const all = later[from[g]!]!;
      if (d === 1) {
        const v = 1 / all;
        product *= all;
        hazard[g] = v;
        spared[g] = 0;
        a[g] = v * v;
        b[g] = 0;
        c[g] = 0;
      } else {
        const step = (later[eventFrom[g]!]! - later[to[g]!]!) / d;
        let [h, s, aa, bb, cc] = [0, 0, 0, 0, 0];
        for (let l = 0; l < d; l++) {
          const size = all - l * step;
          const v = 1 / size;
          product *= size;
          if (product > 1e200 || product < 1e-200) {
            logarithm += Math.log(product);
            product = 1;
          }
          h += v;
          s += l * v;
          aa += v * v;
          bb += l * v * v;
          cc += l * l * v * v;
        }
        hazard[g] = h;
        spared[g] = s / d;
        a[g] = aa;
        b[g] = bb / d;
        c[g] = cc / (d * d);
      }
      if (product > 1e200 || product < 1e-200) {
        logarithm += Math.log(product);
        product = 1;
      }
    }
    return logarithm + Math.log(product);
  }

  private makeLived(): void {
    const { rows, from, eventFrom, to } = this.model;
    const { risk, lived } = this;
    const { hazard, spared } = this.slots;
    let sum = 0;
    lived.fill(0, 0, from[0] ?? rows);
    for (let g = 0; g < from.length; g++) {
      sum += hazard[g]!;
      const own = sum - spared[g]!;
      const end = from[g + 1] ?? rows;
      for (let i = from[g]!; i < eventFrom[g]!; i++) lived[i] = risk[i]! * sum;
      for (let i = eventFrom[g]!; i < to[g]!; i++) lived[i] = risk[i]! * own;
      for (let i = to[g]!; i < end; i++) lived[i] = risk[i]! * sum;
    }
  }

  private makeSums(carriers: Int32Array): void {
    const { rows, p, x, from, eventFrom, to, passed, event, anyTies } = this.model;
    const { risk, later, all, tied, onAll, onTied } = this;
    const { a, b, c } = this.slots;
    const m = from.length;
    for (let j = 0; j < p; j++) {
      const o = j * rows;
      for (let i = rows - 1, sum = 0; i >= 0; i--) {
        sum += risk[i]! * x[o + i]!;
        later[i] = sum;
      }
      const q = j * m;
      if (anyTies) {
        for (let g = 0; g < m; g++) {
          const s = later[from[g]!]!;
          const e = later[eventFrom[g]!]! - later[to[g]!]!;
          all[q + g] = s;
          tied[q + g] = e;
          onAll[q + g] = a[g]! * s - b[g]! * e;
          onTied[q + g] = c[g]! * e - b[g]! * s;
        }
      } else {
        for (let g = 0; g < m; g++) {
          const s = later[from[g]!]!;
          all[q + g] = s;
          onAll[q + g] = a[g]! * s;
        }
      }
    }
    const q = p * m;
    all.fill(0, q, q + m);
    if (anyTies) tied.fill(0, q, q + m);
    for (let k = 0; k < carriers.length; k++) {
      const i = carriers[k]!;
      const g = passed[i]! - 1;
      if (g < 0) continue;
      all[q + g]! += risk[i]!;
      if (anyTies && event[i] === 1) tied[q + g]! += risk[i]!;
    }
    for (let g = m - 1, sum = 0; g >= 0; g--) {
      sum += all[q + g]!;
      all[q + g] = sum;
      if (anyTies) {
        const e = tied[q + g]!;
        onAll[q + g] = a[g]! * sum - b[g]! * e;
        onTied[q + g] = c[g]! * e - b[g]! * sum;
      } else onAll[q + g] = a[g]! * sum;
    }
  }

  private makeScore(carriers: Int32Array, events: number): void {
    const { rows, p, x, eventTotals } = this.model;
    const { lived, score } = this;
    for (let j = 0; j < p; j++) {
      const o = j * rows;
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += lived[i]! * x[o + i]!;
      score[j] = eventTotals[j]! - sum;
    }
    let sum = 0;
    for (let k = 0; k < carriers.length; k++) sum += lived[carriers[k]!]!;
    score[p] = events - sum;
    this.information[(p + 1) ** 2 - 1] = sum;
  }

  private makeInformation(carriers: Int32Array): void {
    const { rows, p, x, from, anyTies } = this.model;
    const { lived, weighted, information, all, tied, onAll, onTied } = this;
    const m = from.length;
    const width = p + 1;
    for (let j = 0; j < p; j++) {
      const o = j * rows;
      for (let i = 0; i < rows; i++) weighted[i] = lived[i]! * x[o + i]!;
      let k = j;
      for (; k + 1 < p; k += 2) {
        const n = k * rows;
        let first = 0;
        let second = 0;
        for (let i = 0; i < rows; i++) {
          const w = weighted[i]!;
          first += w * x[n + i]!;
          second += w * x[n + rows + i]!;
        }
        information[j * width + k] = first;
        information[j * width + k + 1] = second;
      }
      if (k < p) {
        const n = k * rows;
        let sum = 0;
        for (let i = 0; i < rows; i++) sum += weighted[i]! * x[n + i]!;
        information[j * width + k] = sum;
      }
      let sum = 0;
      for (let c = 0; c < carriers.length; c++) sum += weighted[carriers[c]!]!;
      information[j * width + p] = sum;
    }
    for (let j = 0; j < width; j++) {
      for (let k = j; k < width; k++) {
        let sum = 0;
        const [u, v] = [j * m, k * m];
        if (anyTies) for (let g = 0; g < m; g++) sum += onAll[u + g]! * all[v + g]! + onTied[u + g]! * tied[v + g]!;
        else for (let g = 0; g < m; g++) sum += onAll[u + g]! * all[v + g]!;
        information[j * width + k]! -= sum;
      }
    }
  }
}
