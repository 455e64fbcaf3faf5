import { describe, expect, it } from 'vitest';
import { panelHtml } from '../../../../src/views/panel/html';

const html = panelHtml({
  script: 'https://x/panel.js?a="b"',
  style: 'https://x/panel.css',
  cspSource: 'https://x',
  nonce: 'abc',
  language: 'en',
  title: 'StepBench',
});

describe('the page of the panel', () => {
  it('has a policy that lets nothing in but its own files', () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)![1]!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'nonce-abc'");
    expect(policy).not.toContain('unsafe');
  });
  it('has nothing inline: no data, no handlers, no styles', () => {
    expect(html).not.toMatch(/<style|\son\w+=|style="/);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toMatch(/<script type="module" nonce="abc" src="[^"]+"><\/script>/);
  });
  it('escapes what it is given', () => expect(html).toContain('panel.js?a=&#34;b&#34;'));
});
