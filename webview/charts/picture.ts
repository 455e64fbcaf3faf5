import { readTheme } from './theme';

/**
 * A chart as a PNG data URL. A canvas is copied over the panel's background; an SVG is painted leaf by leaf, because loading
 * it as an image would need a source that the panel's content security policy does not allow.
 */
const margin = 12;
const density = 2;

const paper = (width: number, height: number): readonly [HTMLCanvasElement, CanvasRenderingContext2D] => {
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil((width + 2 * margin) * density);
  canvas.height = Math.ceil((height + 2 * margin) * density);
  const pen = canvas.getContext('2d')!;
  pen.scale(density, density);
  pen.fillStyle = readTheme().background;
  pen.fillRect(0, 0, width + 2 * margin, height + 2 * margin);
  pen.translate(margin, margin);
  return [canvas, pen];
};

const paintShape = (pen: CanvasRenderingContext2D, path: Path2D, style: CSSStyleDeclaration): void => {
  pen.globalAlpha = Number(style.opacity) || 1;
  if (style.fill !== 'none' && !style.fill.startsWith('url(')) {
    pen.globalAlpha *= Number(style.fillOpacity);
    pen.fillStyle = style.fill;
    pen.fill(path);
    pen.globalAlpha = Number(style.opacity) || 1;
  }
  if (style.stroke !== 'none') {
    pen.strokeStyle = style.stroke;
    pen.lineWidth = Number.parseFloat(style.strokeWidth);
    pen.setLineDash(style.strokeDasharray === 'none' ? [] : style.strokeDasharray.split(',').map(Number.parseFloat));
    pen.stroke(path);
  }
};

const number = (element: Element, name: string): number => Number(element.getAttribute(name) ?? 0);

const pathOf = (element: SVGElement): Path2D | null => {
  switch (element.tagName) {
    case 'path':
      return new Path2D(element.getAttribute('d') ?? '');
    case 'rect': {
      const path = new Path2D();
      path.roundRect(
        number(element, 'x'),
        number(element, 'y'),
        Math.max(0, number(element, 'width')),
        number(element, 'height'),
        number(element, 'rx'),
      );
      return path;
    }
    case 'line': {
      const path = new Path2D();
      path.moveTo(number(element, 'x1'), number(element, 'y1'));
      path.lineTo(number(element, 'x2'), number(element, 'y2'));
      return path;
    }
    case 'circle': {
      const path = new Path2D();
      path.arc(number(element, 'cx'), number(element, 'cy'), number(element, 'r'), 0, 2 * Math.PI);
      return path;
    }
    default:
      return null;
  }
};

const paintSvg = (svg: SVGSVGElement): HTMLCanvasElement => {
  const { width, height } = svg.getBoundingClientRect();
  const [canvas, pen] = paper(width, height);
  pen.beginPath();
  pen.rect(0, 0, width, height);
  pen.clip();
  for (const element of svg.querySelectorAll<SVGGraphicsElement>('path, rect, line, circle, text')) {
    if (element.closest('defs, .unpainted')) continue;
    const style = getComputedStyle(element);
    const matrix = element.getCTM();
    if (style.visibility === 'hidden' || style.display === 'none' || !matrix) continue;
    pen.save();
    pen.transform(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f);
    const path = pathOf(element);
    if (path) paintShape(pen, path, style);
    else {
      pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      pen.fillStyle = style.fill;
      pen.textAlign = style.textAnchor === 'end' ? 'right' : style.textAnchor === 'middle' ? 'center' : 'left';
      pen.textBaseline =
        style.dominantBaseline === 'middle' || style.dominantBaseline === 'central' ? 'middle' : 'alphabetic';
      pen.fillText(element.textContent ?? '', number(element, 'x'), number(element, 'y'));
    }
    pen.restore();
  }
  return canvas;
};

/** PNG of the chart inside `figure`, or null where there is none on the screen. */
export const pictureOf = (figure: Element): string | null => {
  const canvases = [...figure.querySelectorAll('canvas')];
  const svg = figure.querySelector('svg');
  if (canvases.length > 0) {
    const boxes = canvases.map((canvas) => canvas.getBoundingClientRect());
    const height = boxes.reduce((sum, box) => sum + box.height, 0);
    const [canvas, pen] = paper(Math.max(...boxes.map((box) => box.width)), height);
    let top = 0;
    canvases.forEach((source, index) => {
      pen.drawImage(source, 0, top, boxes[index]!.width, boxes[index]!.height);
      top += boxes[index]!.height;
    });
    return canvas.toDataURL('image/png');
  }
  return svg ? paintSvg(svg).toDataURL('image/png') : null;
};
