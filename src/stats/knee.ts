/** How sure a bend must be: below 5 % over all places where it might have been seen. */
const level = 0.05;

/**
 * P(|T| ≤ t) for Student's t with a whole number of degrees of freedom ≥ 1, as the finite sums of Abramowitz and Stegun,
 * Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
 */
export const studentWithin = (t: number, df: number): number => {
  const angle = Math.atan(t / Math.sqrt(df));
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const odd = df % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = df === 1 ? 0 : term;
  for (let j = odd ? 3 : 2; j < df - 1; j += 2) {
    term *= ((j - 1) / j) * cosine * cosine;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
};

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, each, i) => sum + each * b[i]!, 0);

/** What a weighted line through x leaves of y, each residual times its weight, and the line's slope. */
const beyondLine = (
  xs: readonly number[],
  ys: readonly number[],
  weights: readonly number[],
): { readonly slope: number; readonly left: readonly number[] } => {
  const squares = weights.map((weight) => weight * weight);
  const total = squares.reduce((sum, each) => sum + each, 0);
  const [mx, my] = [dot(squares, xs) / total, dot(squares, ys) / total];
  const [dx, dy] = [xs.map((x, i) => (x - mx) * weights[i]!), ys.map((y, i) => (y - my) * weights[i]!)];
  const slope = dot(dx, dy) / dot(dx, dx);
  return { slope, left: dy.map((each, i) => each - slope * dx[i]!) };
};

/**
 * Where a rising curve goes flat: the inner x at which a line that bends there leaves the least squares. Squares are of relative
 * residuals, for throughput errs by a share of itself. Null with fewer than 4 different x, where the curve does not rise and then flatten to
 * half the slope at most, or where the bend is not sure: its coefficient's t (n − 3 degrees of freedom) must be beyond 5 % divided by the number of
 * inner x (Bonferroni), for the best place among them was looked for. Four or five points show a bend only if they lie nearly on it.
 */
export const findKnee = (xs: readonly number[], ys: readonly number[]): number | null => {
  const inner = [...new Set(xs)].sort((a, b) => a - b).slice(1, -1);
  const top = Math.max(...ys);
  if (inner.length < 2 || ys.length !== xs.length || !(top > 0)) return null;
  const weights = ys.map((y) => 1 / Math.max(y, top / 1000));
  const whole = beyondLine(xs, ys, weights);
  const all = dot(whole.left, whole.left);
  // On the line but for what floating point leaves: nothing bends.
  if (all < 1e-18 * xs.length) return null;
  let best: { x: number; squares: number } | null = null;
  for (const x of inner) {
    const bend = beyondLine(
      xs,
      xs.map((each) => Math.max(0, each - x)),
      weights,
    );
    // Regression of what is left on what is left is that of all three together (Frisch and Waugh 1933).
    const turn = dot(bend.left, whole.left) / dot(bend.left, bend.left);
    const before = whole.slope - turn * bend.slope;
    if (before <= 0 || before + turn > before / 2) continue;
    const left = whole.left.map((each, i) => each - turn * bend.left[i]!);
    const squares = dot(left, left);
    if (!best || squares < best.squares) best = { x, squares };
  }
  if (!best) return null;
  const df = xs.length - 3;
  const t = Math.sqrt(Math.max(0, all - best.squares) / (best.squares / df));
  return 1 - studentWithin(t, df) < level / inner.length ? best.x : null;
};
