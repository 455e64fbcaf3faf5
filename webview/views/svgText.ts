/** Width of text in an SVG, where there is no layout: measured with a canvas in a browser, guessed without one. */
let pen: CanvasRenderingContext2D | null | undefined;

export const textWidth = (text: string, px: number): number => {
  if (pen === undefined)
    pen = typeof document === 'undefined' ? null : document.createElement('canvas').getContext('2d');
  if (!pen) return text.length * px * 0.6;
  pen.font = `${px}px ${getComputedStyle(document.body).fontFamily}`;
  return pen.measureText(text).width;
};

/** `text` cut with an ellipsis to fit `room` px; whole characters only, so that no emoji is halved. */
export const fitText = (text: string, room: number, px: number): string => {
  if (textWidth(text, px) <= room) return text;
  const characters = [...text];
  let [low, high] = [0, characters.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (textWidth(`${characters.slice(0, middle).join('')}…`, px) <= room) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '…' : `${characters.slice(0, low).join('')}…`;
};
