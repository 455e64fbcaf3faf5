/** How a drawing lies in its window: a point p of it is shown at p × zoom + (x, y), px. */
export interface GraphView {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const [least, most] = [0.05, 4];
/** Below this a name cannot be read: a large graph starts at its top instead of whole and tiny. */
const readable = 0.72;

/**
 * Whole and centred, never larger than life; where whole would be too small to read, from the top with `focusX` (the
 * start) in the middle as far as the drawing reaches.
 */
export const fitView = (drawing: Size, view: Size, focusX = 0): GraphView => {
  const margin = 8;
  const whole = Math.min(
    (view.width - 2 * margin) / Math.max(1, drawing.width),
    (view.height - 2 * margin) / Math.max(1, drawing.height),
  );
  const zoom = Math.min(1, Math.max(readable, whole));
  const width = drawing.width * zoom;
  if (width <= view.width) return { zoom, x: (view.width - width) / 2, y: margin };
  const x = Math.max(view.width - width - margin, Math.min(margin, view.width / 2 - focusX * zoom));
  return { zoom, x, y: margin };
};

/** Zoomed by `factor` with the drawing's point under `at` staying where it is. */
export const zoomed = (view: GraphView, factor: number, at: { readonly x: number; readonly y: number }): GraphView => {
  const zoom = Math.min(most, Math.max(least, view.zoom * factor));
  const ratio = zoom / view.zoom;
  return { zoom, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio };
};

export const panned = (view: GraphView, dx: number, dy: number): GraphView => ({
  ...view,
  x: view.x + dx,
  y: view.y + dy,
});
