import type { WorkflowType } from '../model/machine';
import type { LatencyDistribution, LatencyProfile } from '../model/profile';
import type { ForecastAssumptions } from './forecast';

/** Mean of a distribution, ms, its bounds not counted: they are far out in any profile that makes sense. */
export const meanOf = (distribution: LatencyDistribution | undefined): number => {
  switch (distribution?.kind) {
    case undefined:
      return 0;
    case 'constant':
      return Math.max(0, distribution.ms);
    case 'normal':
      return Math.max(0, distribution.mean);
    case 'lognormal':
      return distribution.median * Math.exp(distribution.sigma ** 2 / 2);
    case 'empirical':
      return distribution.samples.length === 0
        ? 0
        : distribution.samples.reduce((sum, sample) => sum + Math.max(0, sample), 0) / distribution.samples.length;
  }
};

/**
 * What a latency profile makes of a forecast: mean times of tasks by service and function, of their cold starts, of waiting for a task,
 * of a transition and of the start. So a forecast for the embedded engine rests on what it will do.
 */
export const assumptionsOfProfile = (profile: LatencyProfile, type: WorkflowType): ForecastAssumptions => {
  const latency = profile.types[type];
  if (!latency) return {};
  const tasks = Object.entries(latency.tasks ?? {});
  const means = (part: 'work' | 'queue' | 'cold') =>
    Object.fromEntries(tasks.map(([service, task]) => [service, meanOf(task[part])]));
  return {
    taskMs: means('work'),
    queueMs: means('queue'),
    initMs: means('cold'),
    transitionMs: meanOf(latency.transition),
    startMs: meanOf(latency.start),
  };
};
