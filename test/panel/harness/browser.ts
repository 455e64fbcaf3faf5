import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'esbuild';
import { theme, type ThemeName } from './themes';

const here = import.meta.dirname;
const root = path.join(here, '../../..');

/** How long anything may take on a machine that does much else, ms. */
const patience = 120_000;

export const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const hasChromium = existsSync(chromiumPath);

/** The policy the extension sets, with the harness's nonce; `'sha256-47DE…'` is an empty style. */
const policy = (origin: string): string =>
  [
    `default-src 'none'`,
    `script-src 'nonce-harness'`,
    `style-src ${origin} 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='`,
    `img-src ${origin}`,
    `font-src ${origin}`,
  ].join('; ');

const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>StepBench panel</title><link rel="stylesheet" href="panel.css"></head>
<body><script nonce="harness" src="page.js"></script><script type="module" nonce="harness" src="panel.js"></script></body></html>`;

/** The panel as it ships (same entry, minified), built apart from dist/ so that a test needs no build before it. */
const bundle = async (): Promise<readonly { readonly name: string; readonly bytes: Uint8Array }[]> => {
  const { outputFiles } = await build({
    entryPoints: { panel: path.join(root, 'webview/main.ts') },
    bundle: true,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    splitting: true,
    chunkNames: 'panel-[name]',
    legalComments: 'none',
    logLevel: 'silent',
    write: false,
    outdir: path.join(root, 'dist'),
  });
  return outputFiles.map(({ path: file, contents }) => ({ name: path.basename(file), bytes: contents }));
};

export interface Harness {
  readonly browser: Browser;
  readonly bundleBytes: { readonly js: number; readonly css: number };
  /** A page of that width with the panel started and no snapshot yet. */
  open(options: {
    readonly width: number;
    readonly height?: number;
    readonly theme: ThemeName;
    readonly reducedMotion?: boolean;
  }): Promise<Page>;
  close(): Promise<void>;
}

/** Serves the page on loopback and opens it in Debian's Chromium. */
export const startHarness = async (): Promise<Harness> => {
  const built = await bundle();
  const bytesOf = (ending: string): number =>
    built.filter(({ name }) => name.endsWith(ending)).reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  const pageScript = await readFile(path.join(here, 'page.js'));
  const files = new Map<string, readonly [string, string | Uint8Array]>([
    ['/', ['text/html', page]],
    ['/page.js', ['text/javascript', pageScript]],
    ...built.map(
      ({ name, bytes }) => [`/${name}`, [name.endsWith('.css') ? 'text/css' : 'text/javascript', bytes]] as const,
    ),
  ]);
  let origin = '';
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    if (request.url === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': `${file[0]}; charset=utf-8`, 'content-security-policy': policy(origin) });
    response.end(file[1]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    timeout: patience,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--enable-precise-memory-info', '--hide-scrollbars'],
  });
  return {
    browser,
    bundleBytes: { js: bytesOf('.js'), css: bytesOf('.css') },
    async open({ width, height = 1200, theme: name, reducedMotion = false }) {
      const context = await browser.newContext({
        viewport: { width, height },
        reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
      });
      context.setDefaultTimeout(patience);
      const opened = await context.newPage();
      const problems: string[] = [];
      opened.on('pageerror', (error) => problems.push(error.message));
      opened.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      await opened.goto(origin);
      await setTheme(opened, name, width);
      pageProblems.set(opened, problems);
      return opened;
    },
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const pageProblems = new WeakMap<Page, string[]>();

/** Uncaught errors and console errors of a page (a refused style or script among them) since it was opened. */
export const problemsOf = (opened: Page): readonly string[] => pageProblems.get(opened) ?? [];

export const setTheme = async (opened: Page, name: ThemeName, width: number): Promise<void> => {
  const values = theme(name);
  const background = width < 600 ? '--vscode-sideBar-background' : '--vscode-editor-background';
  const variables = [...values.variables];
  await opened.evaluate(
    `harness.theme(${JSON.stringify({ ...values, variables })}); document.body.style.background = 'var(${background})';`,
  );
};

const literal = (value: unknown): string =>
  JSON.stringify(value)
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');

export const show = async (opened: Page, snapshot: unknown): Promise<void> => {
  await opened.evaluate(`harness.snapshot(${literal(snapshot)})`);
  await opened.evaluate('harness.settled()');
};

export const reply = async (opened: Page, kind: string, result: unknown): Promise<void> => {
  await opened.evaluate(`harness.replies[${literal(kind)}] = ${literal(result)}`);
};

export const settled = async (opened: Page): Promise<void> => {
  await opened.evaluate('harness.settled()');
};
