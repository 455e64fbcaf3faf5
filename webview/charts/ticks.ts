/** Steps that read well as time, ms: decimal below ten seconds, of sixty above. */
const clockSteps = [10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400].map(
  (seconds) => seconds * 1000,
);

/** Round steps of an axis from 0 to `span` ms, about `most` of them. */
export const timeTicks = (span: number, most: number): number[] => {
  if (!(span > 0)) return [0];
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const decimal = power * ([1, 2, 5, 10].find((factor) => rough / power <= factor) ?? 10);
  const step = rough <= 5000 ? decimal : (clockSteps.find((one) => one >= rough) ?? decimal);
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => index * step);
};
