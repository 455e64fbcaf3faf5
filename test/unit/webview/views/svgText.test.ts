import { describe, expect, it } from 'vitest';
import { fitText, textWidth } from '../../../../webview/views/svgText';

describe('text that must fit', () => {
  it('is left alone where it fits', () => {
    expect(fitText('Short', 100, 12)).toBe('Short');
  });

  it('is cut as late as it can be, with an ellipsis', () => {
    const cut = fitText('A very long state name', 80, 12);
    expect(cut).toMatch(/^A very l?o?.*…$/);
    expect(textWidth(cut, 12)).toBeLessThanOrEqual(80);
    expect(textWidth(`${cut.slice(0, -1)}xx…`, 12)).toBeGreaterThan(80);
  });

  it('never halves a character', () => {
    expect(fitText('😀😀😀😀😀😀😀😀', 40, 12)).toMatch(/^(😀)*…$/u);
  });

  it('is an ellipsis where there is no room at all', () => {
    expect(fitText('abc', 0, 12)).toBe('…');
  });
});
