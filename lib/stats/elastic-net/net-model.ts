import { CholeskyFactor, factorRoom } from '../numeric/cholesky-factor.ts';
import { roomFor, type VectorRoom } from '../numeric/vectors.ts';
import type { PredictorLikelihood } from './elastic-net-likelihood.ts';
import type { ActiveColumns } from './net-active.ts';

/** Columns whose curvature is made at once. */
const BLOCK = 4;

/** A column that those before it determine, with its curvature with each of them. */
export interface DependentColumn {
  readonly place: number;
  readonly row: Float64Array;
}

/**
 * The quadratic model of a penalised likelihood in the columns that are in: the Cholesky factor of a curvature that is frozen while columns come and go.
 * The factor's first rows are those of the active columns, in their order.
 */
export class NetModel {
  private readonly likelihood: PredictorLikelihood;
  private readonly active: ActiveColumns;
  private readonly room: VectorRoom;
  private readonly factor: CholeskyFactor;
  /** Curvatures times columns, one after the other; and the rows of the curvature that come of them. */
  private readonly images: readonly Float64Array[];
  private readonly products: Float64Array;
  private readonly rows: readonly Float64Array[];
  private readonly width: number;
  private readonly places: Int32Array;
  private readonly slopes: Float64Array;
  private readonly moves: Float64Array;
  private ridge = 0;

  /** In a room that has {@link modelRoom} for it. */
  constructor(likelihood: PredictorLikelihood, active: ActiveColumns, room: VectorRoom) {
    const { most } = active;
    this.likelihood = likelihood;
    this.active = active;
    this.room = room;
    this.factor = new CholeskyFactor(room, most);
    this.images = Array.from({ length: BLOCK }, () => room.take(likelihood.n));
    const width = widthOf(most);
    this.width = width;
    this.products = room.take(BLOCK * width);
    this.rows = Array.from({ length: BLOCK }, (_, c) => this.products.subarray(c * width, (c + 1) * width));
    this.places = new Int32Array(most);
    this.slopes = new Float64Array(most);
    this.moves = room.take(most);
  }

  /** Freezes the curvature where the likelihood was last evaluated, with this ridge penalty; {@link extend} then makes the factor anew. */
  freeze(ridge: number): void {
    this.likelihood.freeze();
    this.factor.clear();
    this.ridge = ridge;
  }

  /** Factors the curvature of the active columns from the factor's size on, as far as the first that those before it determine. */
  extend(): DependentColumn | undefined {
    const { active, factor } = this;
    while (factor.size < active.size) {
      const from = factor.size;
      const count = Math.min(BLOCK, active.size - from);
      this.curvatures(from, count);
      for (let c = 0; c < count; c++) {
        const row = this.rows[c]!;
        if (active.signs[from + c] !== 0) row[from + c]! += this.ridge;
        if (!factor.append(row)) return { place: from + c, row };
      }
    }
    return undefined;
  }

  /** Multiples of the active columns that come nearest to a dependent one in the frozen curvature. */
  shares({ place, row }: DependentColumn): Float64Array {
    for (let a = 0; a < place; a++) this.moves[a] = row[a]!;
    this.factor.solve(this.moves);
    return this.moves.slice(0, place);
  }

  /** Takes an active column out of the factor. */
  remove(place: number): void {
    this.factor.remove(place);
  }

  /**
   * Step to the maximum of the model among coefficients of the present signs, by place: solved exactly; a coefficient that would cross 0 ends there and
   * leaves the factor, one at 0 that would start against its sign leaves at once. `slope` is the derivative of the penalised likelihood. True where
   * none left without having been moved.
   */
  step(slope: Float64Array, step: Float64Array): boolean {
    const { active, factor, places, slopes, moves } = this;
    const { signs, coefficients, size } = active;
    let m = size;
    for (let a = 0; a < size; a++) {
      places[a] = a;
      slopes[a] = slope[a]!;
      step[a] = 0;
    }
    const leave = (r: number) => {
      factor.remove(r);
      places.copyWithin(r, r + 1, m);
      slopes.copyWithin(r, r + 1, m);
      m--;
    };
    let isFree = true;
    while (m > 0) {
      for (let r = 0; r < m; r++) moves[r] = slopes[r]!;
      factor.solve(moves);
      let share = 1;
      let crossing = -1;
      let wrong = -1;
      for (let r = 0; r < m && wrong < 0; r++) {
        const a = places[r]!;
        if (signs[a] === 0) continue;
        const at = coefficients[a]! + step[a]!;
        if (at === 0) {
          if (!(moves[r]! * signs[a]! > 0)) wrong = r;
        } else if ((at + moves[r]!) * signs[a]! < 0 && -at / moves[r]! < share) {
          share = -at / moves[r]!;
          crossing = r;
        }
      }
      if (wrong >= 0) {
        isFree = false;
        leave(wrong);
        continue;
      }
      for (let r = 0; r < m; r++) step[places[r]!]! += share * moves[r]!;
      if (crossing < 0) return isFree;
      step[places[crossing]!] = -coefficients[places[crossing]!]!;
      for (let r = 0; r < m; r++) slopes[r]! *= 1 - share; // the model's slope falls evenly along its own step
      leave(crossing);
    }
    return isFree;
  }

  /** Rows of the curvature for `count` active columns from place `from` on, up to the diagonal. */
  private curvatures(from: number, count: number): void {
    const { active, likelihood, room, images, rows, products, width } = this;
    const { n } = likelihood;
    for (let c = 0; c < count; c++) likelihood.curvature(active.at(from + c), 0, images[c]!, 0);
    if (count === BLOCK) room.tiles(images[0]!, n, active.list, from + BLOCK, products, width);
    else for (let c = 0; c < count; c++) room.products(active.list, from + c + 1, images[c]!, rows[c]!);
  }
}

/** Numbers that a model of at most so many columns of length n takes up in a room. */
export function modelRoom(n: number, most: number): number {
  return factorRoom(most) + BLOCK * roomFor(n) + roomFor(BLOCK * widthOf(most)) + roomFor(most);
}

function widthOf(most: number): number {
  return roomFor(most);
}
