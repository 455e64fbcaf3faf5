export { costCap, defaultPlan, planExecutions, planWarmups } from './defaults';
export { describeLoad, describePlan, describeTarget } from './describe';
export { forecastPlan, type ExecutionEstimate, type Forecast } from './forecast';
export { noQuotas, regionQuotas, type QuotaOverrides, type Quotas } from './quotas';
export { validatePlan } from './validate';
