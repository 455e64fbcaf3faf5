export { crossings, monthly, perExecution, volumeProblem, type Crossing, type MonthlyCost } from './answers';
export { createArmPricer, meterArm, type MeteredArm, type StateCost } from './arm';
export { createSystemPricer, measuredParameters } from './systemArm';
export { bill, totalOf, type BillItem, type Rates } from './bill';
export {
  breakEvenDurationMs,
  compareTypes,
  transitionsWhereExpressAlwaysWins,
  unitPrices,
  type TypeComparison,
} from './breakEven';
export { billedDurationMs, billedMemoryMb, estimatedMemoryMb, gbSeconds } from './express';
export { forecast, type CostForecast, type ForecastAssumptions } from './forecast';
export type { CostContext, FunctionConfig } from './items';
export { parseReportLine, type LambdaReport } from './lambdaReport';
export { ageWarning, findPrice, parsePriceTable, priceTable, tieredAmount, type PriceTable } from './table';
export { costStates, type CostState } from './tasks';
export type { ArmUsage, ChildUsage } from './usage';
export {
  architectures,
  costArchitectures,
  parseArchitectures,
  type ArchitectureCost,
  type Architectures,
  type ParameterValues,
} from './architectures';
export { parametersOfArm, parametersOfLines } from './armParameters';
export { forecastAsCode, forecastSystem, type ExpectedUsd, type SystemForecast } from './systemForecast';
export { studyCosts } from './study';
export { assumptionsOfArm, initMsOfArm, itemsOfArm, transitionsOfArm } from './fromRun';
export { parsePriceList, refreshTable, type PriceChange, type PriceList } from './refresh';
export { checkForecast, type ForecastCheck } from './explain';
export { assumptionsOfProfile } from './profile';
export { coldShares, shareOfProfile, stretchOf, type LoadStretch } from './coldStarts';
