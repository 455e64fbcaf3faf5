import type { Plan, Target } from '../model/plan';
import { systemsOf, typeOfSystem, typeWords } from '../model/system';
import { describeLoad } from '../run/shapes';

export { describeLoad } from '../run/shapes';

export const describeTarget = (target: Target): string => {
  switch (target.kind) {
    case 'embedded':
      return target.profile === 'none'
        ? 'the embedded engine'
        : `the embedded engine with latencies simulated by profile "${target.profile}"`;
    case 'endpoint':
      return target.url;
    case 'aws':
      return `AWS${target.profile ? ` profile ${target.profile}` : ''}${target.region ? ` in ${target.region}` : ''}`;
  }
};

const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** A plan in one sentence. */
export const describePlan = (plan: Plan): string => {
  const what = plan.existing
    ? `${plan.existing.machine} as it is deployed`
    : listed(systemsOf(plan).map((system) => typeWords[typeOfSystem[system]]));
  const warmup =
    plan.warmup > 0 ? `${plan.load.kind === 'sweep' ? ', each step' : ''} after ${plan.warmup} to warm up` : '';
  return `${what}: ${describeLoad(plan.load)}${warmup}, on ${describeTarget(plan.target)}.`;
};
