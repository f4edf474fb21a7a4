/** Share that lies beyond each limit. */
const TAIL = 0.025;

/**
 * The exact 95% limits of a Poisson mean, of which `count` were seen: those under which as many or more, or as many or fewer, come with a
 * probability of 0.025. Source: Garwood, Biometrika 1936;28:437. Yardstick: stats::poisson.test.
 */
export function poissonLimits(count: number): readonly [low: number, high: number] {
  const far = 6 * Math.sqrt(count + 1) + 6; // beyond either limit, and near enough that nothing underflows
  const [least, most] = [Math.max(0, count - far), count + far];
  return [
    count === 0 ? 0 : lastMean((at) => 1 - atMost(count - 1, at) < TAIL, least, most),
    lastMean((at) => atMost(count, at) > TAIL, least, most),
  ];
}

/** The mean up to which it holds, from `low` on and before `high`. */
function lastMean(holds: (at: number) => boolean, low: number, high: number): number {
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (holds(middle)) low = middle;
    else high = middle;
  }
}

/** Probability of at most `most` where `mean` are expected: from the last term, in which nothing underflows, down. */
function atMost(most: number, mean: number): number {
  let log = -mean;
  for (let i = 1; i <= most; i += 1) log += Math.log(mean / i);
  let [sum, ratio] = [0, 1];
  for (let i = most; i >= 0 && ratio > sum * Number.EPSILON; i -= 1) {
    sum += ratio;
    ratio *= i / mean;
  }
  return Math.exp(log) * sum;
}
