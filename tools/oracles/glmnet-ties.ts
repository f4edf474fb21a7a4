/**
 * glmnet tells an event from a censoring at the same time by adding 100 machine epsilons to the latter, which is lost for times of 256 and above;
 * there its unstable sort decides whether the censored patient is at risk. To agree with glmnet its order is followed here; the library itself
 * keeps everyone at risk whose time is at least the event's, whatever the unit.
 */
const SHIFT = 100 * Number.EPSILON;

/** Ranks of follow-up times as glmnet 4.1 (coxnet) sees them. */
export function glmnetTimes(time: Float64Array, event: Uint8Array): Float64Array {
  const shifted = time.map((t, i) => t + (event[i] === 1 ? 0 : SHIFT));
  const order = singletonSort(shifted);
  const out = new Float64Array(time.length);
  let rank = 0;
  let last = Number.NEGATIVE_INFINITY; // time of the event that the current risk set begins with
  for (const row of order) {
    if (event[row] === 1 && shifted[row]! > last) {
      last = shifted[row]!;
      rank++;
    }
    out[row] = rank;
  }
  return out.map((value) => value + 1);
}

/** The permutation that CACM algorithm 347 (Singleton 1969) makes, as glmnet's psort7: order of ties included. */
function singletonSort(values: Float64Array): number[] {
  const n = values.length;
  const a = [0, ...Array.from({ length: n }, (_, i) => i + 1)]; // from 1, as published
  const v = (k: number) => values[a[k]! - 1]!;
  const swap = (p: number, q: number) => {
    [a[p], a[q]] = [a[q]!, a[p]!];
  };
  const pending: [number, number][] = [];
  let [i, j] = [1, n];
  let isFirst = true;
  for (;;) {
    if (j - i > 10 || (i === 1 && i < j && isFirst)) {
      isFirst = false;
      const middle = Math.floor((i + j) / 2);
      if (v(i) > v(middle)) swap(i, middle);
      if (v(j) < v(middle)) {
        swap(j, middle);
        if (v(i) > v(middle)) swap(i, middle);
      }
      const pivot = v(middle);
      let [k, l] = [i, j];
      for (;;) {
        do l--;
        while (v(l) > pivot);
        do k++;
        while (v(k) < pivot);
        if (k > l) break;
        swap(k, l);
      }
      if (l - i > j - k) {
        pending.push([i, l]);
        i = k;
      } else {
        pending.push([k, j]);
        j = l;
      }
      continue;
    }
    if (i === 1 && i < j) {
      isFirst = true; // the leftmost part is never left to insertion, which needs a value before it
      continue;
    }
    for (let m = i; m < j; m++) {
      const t = a[m + 1]!;
      let k = m;
      if (v(m) <= values[t - 1]!) continue;
      for (; values[t - 1]! < v(k); k--) a[k + 1] = a[k]!;
      a[k + 1] = t;
    }
    const next = pending.pop();
    if (next === undefined) break;
    [i, j] = next;
  }
  return a.slice(1).map((row) => row - 1);
}
