import type { Problem } from '../model/machine';
import type { Plan, Target } from '../model/plan';
import { isWorkflowType, systemsOf, typeOfSystem } from '../model/system';
import { loadSteps, plannedExecutions, validateLoad } from '../run/shapes';
import { mostDriven } from '../target/driver';
import { planProblem, wholeNumber } from '../run/shapes/problems';

/** All that is wrong with a plan by itself, at once; what the machine and the settings add is checked when the run begins. */
export const validatePlan = (plan: Plan): readonly Problem[] => [
  ...typeProblems(plan),
  ...validateTarget(plan.target),
  ...validateLoad(plan.load),
  ...wholeNumber('/warmup', 'Warm-up executions', plan.warmup, 0, 10_000),
  ...wholeNumber('/seed', 'The seed', plan.seed, 0, 4_294_967_295),
  ...(Number.isFinite(plan.maxCost) && plan.maxCost >= 0
    ? []
    : [planProblem('/maxCost', `The cost cap must be an amount in USD, 0 or more, not ${plan.maxCost}.`)]),
  ...(plan.cold && plan.target.kind !== 'embedded'
    ? [planProblem('/cold', 'Cold starts can be forced on the embedded engine only.')]
    : []),
  ...driverProblems(plan),
  ...(plan.observer && systemsOf(plan).length !== 1
    ? [planProblem('/observer', 'What observing costs is measured for one type at a time: choose Standard or Express.')]
    : []),
  ...(plan.observer && (plan.existing ?? plan.driver)
    ? [
        planProblem(
          '/observer',
          'What observing costs is measured on two machines of its own: not on a deployed one, nor with a driver.',
        ),
      ]
    : []),
];

const driverProblems = (plan: Plan): readonly Problem[] => {
  if (!plan.driver || validateLoad(plan.load).length > 0) return [];
  const most = Math.max(...loadSteps(plan.load).map(({ load }) => plannedExecutions(load)));
  if (most > mostDriven)
    return [
      planProblem(
        '/driver',
        `A driver starts at most ${mostDriven.toLocaleString('en')} executions of a step, not ${most.toLocaleString('en')}: that is what a Map Run holds in parallel.`,
      ),
    ];
  return systemsOf(plan).some((system) => !isWorkflowType(typeOfSystem[system]))
    ? [planProblem('/driver', 'A driver starts Step Functions workflows alone: leave the other systems out.')]
    : [];
};

const typeProblems = (plan: Plan): readonly Problem[] => {
  const systems = systemsOf(plan);
  if (systems.length === 0) return [planProblem('/types', 'Choose Standard, Express, or both.')];
  if (new Set(systems).size < systems.length) return [planProblem('/types', 'A type can be run once only.')];
  const types = systems.map((system) => typeOfSystem[system]).filter(isWorkflowType);
  return types.length === plan.types.length && types.every((type) => plan.types.includes(type))
    ? []
    : [planProblem('/systems', `The types of the plan are not those among its systems (${systems.join(', ')}).`)];
};

const validateTarget = (target: Target): readonly Problem[] => {
  if (target.kind !== 'endpoint') return [];
  try {
    const url = new URL(target.url);
    if (url.protocol === 'http:' || url.protocol === 'https:') return [];
  } catch {
    // Said below, with what it should have been.
  }
  return [planProblem('/target/url', `"${target.url}" is not an endpoint; it should look like http://localhost:4566.`)];
};
