import { roomFor, VectorRoom } from '../numeric/vectors.ts';
import type { GeneNull } from './gene-null.ts';

/** Products are taken into a logarithm before they leave these. */
const LARGE = 1e200;
const SMALL = 1e-200;

/**
 * Efron's partial likelihood of one gene beside the covariates, for many genes in turn: it keeps its arrays. The gene is column p, the last.
 * A row's risk is that of the covariates' own model times the exponential of the change, times the gene's hazard ratio in carriers.
 */
export class GeneLikelihood {
  /** Of the last evaluation; the gene last. */
  readonly score: Float64Array;
  /** By row: relative risk, and that times the hazard lived through. */
  readonly risk: Float64Array;
  readonly lived: Float64Array;
  /** By event time, sums over its slots: of v = 1 / size squared, and of that times the share of the tied, once and twice. Made by {@link weigh}. */
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly c: Float64Array;
  /** The information's product with a direction, where it was asked for. */
  readonly image: Float64Array;
  private readonly model: GeneNull;
  private readonly room: VectorRoom;
  private readonly columns: Int32Array;
  /** The risk at the null model, by row. */
  private readonly before: Float64Array;
  private readonly change: Float64Array;
  /** By row, sums over it and all later ones. */
  private readonly later: Float64Array;
  /** By slot, the inverse of its risk. */
  private readonly inverse: Float64Array;
  /** What a row has met up to its {@link GeneNull.cell}. */
  private readonly met: Float64Array;
  private readonly row: Float64Array;
  private isWeighed = false;

  constructor(model: GeneNull) {
    const { rows, p, x, from, size } = model;
    const m = from.length;
    const room = new VectorRoom((p + 4) * roomFor(rows) + 4 * roomFor(p + 1));
    this.model = model;
    this.room = room;
    this.columns = room.takeList(p);
    for (let j = 0; j < p; j++) {
      const column = room.take(rows);
      column.set(x.subarray(j * rows, (j + 1) * rows));
      this.columns[j] = room.at(column);
    }
    this.before = room.take(rows);
    this.before.set(model.risk);
    this.risk = room.take(rows);
    this.lived = room.take(rows);
    this.row = room.take(rows);
    this.change = room.take(p);
    this.score = room.take(p + 1);
    this.image = room.take(p + 1);
    this.a = new Float64Array(m);
    this.b = new Float64Array(m);
    this.c = new Float64Array(m);
    this.later = new Float64Array(rows + 1);
    this.inverse = new Float64Array(size.length);
    this.met = new Float64Array(2 * m + 2);
  }

  /** Log likelihood at these coefficients; leaves the score. `events` of the carriers have the event. O(n p). */
  at(beta: Float64Array, carriers: Int32Array, events: number): number {
    const { p, rows, eventTotals, cell } = this.model;
    const { room, columns, score, risk, lived, met } = this;
    this.isWeighed = false;
    this.makeRisks(beta, carriers);
    let logLikelihood = beta[p]! * events - this.makeSlots();
    for (let i = 0; i < rows; i++) lived[i] = risk[i]! * met[cell[i]!]!;
    room.products(columns, p, lived, score);
    for (let j = 0; j < p; j++) {
      logLikelihood += beta[j]! * eventTotals[j]!;
      score[j] = eventTotals[j]! - score[j]!;
    }
    score[p] = events - this.overCarriers(lived, carriers);
    return logLikelihood;
  }

  /** The information's quadratic form in `direction`, where the last evaluation was; and its product, into `image`, if it is wanted. O(n p). */
  curvatureAlong(direction: Float64Array, carriers: Int32Array, isImageWanted: boolean): number {
    const { rows, p, from, eventFrom, to, cell } = this.model;
    const { room, columns, change, image, row, risk, lived, later, a, b, c, met } = this;
    this.weigh();
    row.fill(0);
    for (let j = 0; j < p; j++) change[j] = direction[j]!;
    room.add(columns, p, change, row);
    for (let k = 0; k < carriers.length; k++) row[carriers[k]!]! += direction[p]!;
    let form = 0;
    for (let i = rows - 1, sum = 0; i >= 0; i--) {
      const value = row[i]!;
      form += lived[i]! * value * value;
      sum += risk[i]! * value;
      later[i] = sum;
    }
    let sum = 0;
    for (let g = 0; g < from.length; g++) {
      const all = later[from[g]!]!;
      const tied = later[eventFrom[g]!]! - later[to[g]!]!;
      const onAll = a[g]! * all - b[g]! * tied;
      const onTied = c[g]! * tied - b[g]! * all;
      form -= all * onAll + tied * onTied;
      sum += onAll;
      met[2 * g + 2] = sum;
      met[2 * g + 3] = sum + onTied;
    }
    if (!isImageWanted) return form;
    for (let i = 0; i < rows; i++) row[i] = lived[i]! * row[i]! - risk[i]! * met[cell[i]!]!;
    room.products(columns, p, row, image);
    image[p] = this.overCarriers(row, carriers);
    return form;
  }

  /** Makes the sums over slots that the information needs, once an evaluation. */
  weigh(): void {
    if (this.isWeighed) return;
    this.isWeighed = true;
    const { slot } = this.model;
    const { inverse, a, b, c } = this;
    for (let g = 0; g < a.length; g++) {
      const first = slot[g]!;
      const d = slot[g + 1]! - first;
      let [aa, bb, cc] = [0, 0, 0];
      for (let l = 0; l < d; l++) {
        const v = inverse[first + l]! ** 2;
        aa += v;
        bb += l * v;
        cc += l * l * v;
      }
      a[g] = aa;
      b[g] = bb / d;
      c[g] = cc / (d * d);
    }
  }

  private overCarriers(values: Float64Array, carriers: Int32Array): number {
    let sum = 0;
    for (let k = 0; k < carriers.length; k++) sum += values[carriers[k]!]!;
    return sum;
  }

  private makeRisks(beta: Float64Array, carriers: Int32Array): void {
    const { p, beta: origin } = this.model;
    const { room, columns, before, risk, change } = this;
    for (let j = 0; j < p; j++) change[j] = beta[j]! - origin[j]!;
    risk.fill(0);
    room.add(columns, p, change, risk);
    room.exponential(risk, before);
    const ratio = Math.exp(beta[p]!);
    for (let k = 0; k < carriers.length; k++) risk[carriers[k]!]! *= ratio;
  }

  /** The hazard that rows have met; answers the sum of the logarithms of the slots' risks. */
  private makeSlots(): number {
    const { rows, from, eventFrom, to, slot } = this.model;
    const { risk, later, inverse, met } = this;
    for (let i = rows - 1, sum = 0; i >= 0; i--) {
      sum += risk[i]!;
      later[i] = sum;
    }
    later[rows] = 0;
    let logarithm = 0;
    let product = 1;
    let hazard = 0;
    for (let g = 0; g < from.length; g++) {
      const first = slot[g]!;
      const d = slot[g + 1]! - first;
      const all = later[from[g]!]!;
      const step = d === 1 ? 0 : (later[eventFrom[g]!]! - later[to[g]!]!) / d;
      let spared = 0;
      for (let l = 0; l < d; l++) {
        const size = all - l * step;
        const v = 1 / size;
        inverse[first + l] = v;
        hazard += v;
        spared += l * v;
        product *= size;
        if (product > LARGE || product < SMALL) {
          logarithm += Math.log(product);
          product = 1;
        }
      }
      met[2 * g + 2] = hazard;
      met[2 * g + 3] = hazard - spared / d;
    }
    return logarithm + Math.log(product);
  }
}
