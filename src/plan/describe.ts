import type { Plan, Target } from '../model/plan';
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

const words = { STANDARD: 'Standard', EXPRESS: 'Express' } as const;

/** A plan in one sentence. */
export const describePlan = (plan: Plan): string =>
  `${plan.types.map((type) => words[type]).join(' and ')}: ${describeLoad(plan.load)}${plan.warmup > 0 ? ` after ${plan.warmup} to warm up` : ''}, on ${describeTarget(plan.target)}.`;
