import { type Fall, movedColumns, recession } from '../numeric/recession.ts';
import type { SubdistributionDesign } from './fine-gray-sums.ts';

/**
 * The columns along which Fine and Gray's pseudo-likelihood rises without end; undefined where it has a maximum. `score` is that at coefficients of 0.
 * O(n p) a direction tried. Source: {@link recession}.
 */
export function monotoneColumns(design: SubdistributionDesign, score: Float64Array): readonly number[] | undefined {
  const events = design.events.reduce((sum, count) => sum + count, 0);
  const direction = recession(score, events * Math.sqrt(design.columns), (along) => worstFall(design, along));
  return direction && movedColumns(direction);
}

/** The event that falls farthest behind one of its risk set: all with a time no less than its, and who had a competing event before it. */
function worstFall(design: SubdistributionDesign, direction: Float64Array): Fall | undefined {
  const { rows, columns: p, x, status, start, events } = design;
  const predictor = new Float64Array(rows);
  for (let i = 0; i < rows; i++) for (let j = 0; j < p; j++) predictor[i]! += x[i * p + j]! * direction[j]!;
  const times = events.length;
  const ahead = new Int32Array(times); // by time, the row with the largest predictor from then on
  for (let k = times - 1, row = rows - 1, i = rows - 1; k >= 0; k--) {
    for (; i >= start[k]!; i--) if (predictor[i]! > predictor[row]!) row = i;
    ahead[k] = row;
  }
  let [by, event, largest, competing] = [Number.POSITIVE_INFINITY, -1, -1, -1];
  for (let k = 0; k < times; k++) {
    let row = ahead[k]!;
    if (competing >= 0 && predictor[competing]! > predictor[row]!) row = competing;
    for (let i = start[k]!; i < start[k + 1]!; i++) {
      if (status[i] === 1 && predictor[i]! - predictor[row]! < by)
        [by, event, largest] = [predictor[i]! - predictor[row]!, i, row];
    }
    for (let i = start[k]!; i < start[k + 1]!; i++) {
      if (status[i] === 2 && (competing < 0 || predictor[i]! > predictor[competing]!)) competing = i;
    }
  }
  if (event < 0) return undefined;
  return { by, vector: Float64Array.from({ length: p }, (_, j) => x[event * p + j]! - x[largest * p + j]!) };
}
