export { samplesCsv, statesCsv } from './csv';
export { armTitle, shortLoad, originOf, systemName } from './figures';
export { htmlReport } from './html';
export { junitReport } from './junit';
export { markdownReport } from './markdown';
export { terminalReport } from './terminal';
export { aimless, compareRuns, comparisonTables, judge, parseFailIf, regressionsOf, type RunChange } from './compare';
export { markdownTable, terminalTable } from './table';
export { fitVariants, variantTables } from './variants';
