import type { SystemId } from '../systems';

/** What a view asks to be drawn; only `draw.ts` knows with which library. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
}

export interface ChartSeries {
  readonly id: string;
  /** Written at the line's end, instead of a legend. Empty: none. */
  readonly label: string;
  readonly system: SystemId | 'grey';
  readonly shape: 'line' | 'points' | 'bars';
  /** Of points: hollow is a cold start, a cross a failure. Lines have small filled ones unless `none`. */
  readonly mark: 'filled' | 'hollow' | 'cross' | 'none';
  readonly dash?: readonly number[];
  readonly points: readonly ChartPoint[];
  /** For the tooltip of a point, by its position: made only when it is pointed at. */
  readonly nameOf?: (position: number) => string;
}

export interface ChartAxis {
  /** Said under or beside the axis. */
  readonly title?: string;
  readonly format: (value: number) => string;
  readonly min?: number;
  readonly max?: number;
  readonly logarithmic?: boolean;
  /** Values are ms: ticks at steps that read as time. */
  readonly time?: boolean;
  /** Ticks only at these values. */
  readonly ticks?: readonly number[];
  /** No ticks or labels at all. */
  readonly bare?: boolean;
}

export interface ChartMarker {
  readonly x: number;
  readonly label: string;
  readonly system: SystemId | 'grey';
}

export interface ChartSpec {
  readonly height: number;
  readonly series: readonly ChartSeries[];
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  /** Vertical lines with a word on them: the knee, the chosen volume. */
  readonly markers?: readonly ChartMarker[];
  readonly stacked?: boolean;
  /** A click or Enter on a point, by series id and position. */
  readonly onPick?: (series: string, index: number) => void;
}
