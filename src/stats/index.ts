export { createArm, type ArmBuilder, type ArmOptions, type InvocationReport, type SnapshotOptions } from './arm';
export { splitInTwo } from './clusters';
export { createColumn, type Column } from './column';
export { distribution, quantile } from './distribution';
export { orderStatisticInterval } from './intervals';
export { createSampleStore, type Sample, type SampleStore } from './samples';
export type { ArmState } from './states';
