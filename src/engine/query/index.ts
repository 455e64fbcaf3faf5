/**
 * The query languages of ASL, compiled once and then only called: JSONPath with intrinsic functions and Choice rules,
 * which answer at once, and JSONata, which answers at once where it can.
 */
export * from './contract';
export { compileChoice, comparisons, typeTests, compileWildcard } from './choice';
export { compileIntrinsic } from './intrinsic';
export { isIntrinsic, parseIntrinsic } from './intrinsicParser';
export { compileJsonata, expressionIn, type ExpectedType, type JsonataOptions } from './jsonata';
export { expressionFaults } from './jsonataRun';
export { stopSandbox } from './sandboxClient';
export { compileLookup, compilePath, type Lookup } from './path';
export { parsePath, type ParsedPath } from './pathTokens';
export { compileReferencePath, referenceSteps } from './place';
export { compileExpression, compileTemplate, invalidField } from './template';
export { parseTimestamp } from './timestamp';
export { deepEqual } from './values';
