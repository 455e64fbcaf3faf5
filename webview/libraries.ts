/** Libraries that the first picture of the panel does without: files of their own, fetched when something first needs them. */
import type * as chartjs from './charts/chartjs';
import type * as dagre from './tabs/dagre';

export type Dagre = typeof dagre;
export type ChartLibrary = typeof chartjs;

export const loadDagre = async (): Promise<Dagre> => import('./tabs/dagre');

let charts: Promise<ChartLibrary> | undefined;

/** One promise for all charts. A fetch that failed is tried again by the next one who asks. */
export const loadCharts = (): Promise<ChartLibrary> =>
  (charts ??= import('./charts/chartjs').catch((error: unknown) => {
    charts = undefined;
    throw error;
  }));
