/** Several CommonJS modules as one text, for an inline function: CloudFormation takes one file, called index.js. Pure. */

export interface HandlerOf {
  /** Of the settings file, and its `code`: the module is found at `folder/code/handler's module`. */
  readonly folder: string;
  readonly code: string;
  /** `file.export`, as in Lambda. */
  readonly handler: string;
}

/** `a/./b/../c` → `a/c`. */
const normalized = (path: string): string => {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
};

/** A handler's module, with its ending, and what it exports. */
const targetOf = ({ folder, code, handler }: HandlerOf): { readonly module: string; readonly name: string } => {
  const dot = handler.lastIndexOf('.');
  return { module: `${normalized(`${folder}/${code}/${handler.slice(0, dot)}`)}.js`, name: handler.slice(dot + 1) };
};

/** What the bundle calls a handler: its module and export as an identifier. */
export const exportName = (folder: string, code: string, handler: string): string => {
  const { module, name } = targetOf({ folder, code, handler });
  return `${module.replace(/\.js$/, '')}_${name}`.replace(/[^A-Za-z0-9_]/g, '_');
};

const requires = (text: string): readonly string[] =>
  [...text.matchAll(/\brequire\(\s*'(\.[^']*)'\s*\)/g)].map((match) => match[1] ?? '');

/** Lines without indentation, and without comments that have lines of their own: a template has room for 51,200 bytes. */
const slim = (text: string): string =>
  text
    .replace(/^[ \t]*\/\*\*?[^]*?\*\/[ \t]*\n/gm, '')
    .replace(/^[ \t]*\/\/.*\n/gm, '')
    .replace(/^[ \t]+/gm, '')
    .replace(/\n{2,}/g, '\n');

/**
 * One text that holds every module the handlers reach through relative `require`, each loaded when it is first asked for, and
 * exports each handler by `exportName`. Packages stay with Node.
 * @throws Error naming a module that is required and not given.
 */
export const bundleModules = (modules: Readonly<Record<string, string>>, handlers: readonly HandlerOf[]): string => {
  const reached = new Map<string, string>();
  const reach = (file: string, from: string): void => {
    if (reached.has(file)) return;
    const text = Object.hasOwn(modules, file) ? modules[file] : undefined;
    if (text === undefined) throw new Error(`${from} needs ${file}, which is not there.`);
    reached.set(file, text);
    const folder = file.split('/').slice(0, -1).join('/');
    for (const wanted of requires(text)) reach(fileOf(folder, wanted), file);
  };
  for (const handler of handlers) reach(targetOf(handler).module, `the handler ${handler.handler}`);
  const bodies = [...reached].map(([file, text]) => {
    const folder = file.split('/').slice(0, -1).join('/');
    // Relative names are turned into keys here, so that the loader needs no rules of its own.
    const linked = slim(text).replace(
      /\brequire\(\s*'(\.[^']*)'\s*\)/g,
      (_, wanted: string) => `load('${fileOf(folder, wanted)}')`,
    );
    return `'${file}':(module,exports,require)=>{\n${linked.replace(/^'use strict';\n/, '').trim()}\n}`;
  });
  const exported = [
    ...new Map(handlers.map((each) => [exportName(each.folder, each.code, each.handler), targetOf(each)])),
  ];
  return [
    "'use strict';",
    `const modules={${bodies.join(',\n')}};`,
    'const loaded={};',
    'const load=(name)=>{if(!loaded[name]){const module=(loaded[name]={exports:{}});modules[name](module,module.exports,require);}return loaded[name].exports;};',
    ...exported.map(([as, { module, name }]) => `exports.${as}=(...given)=>load('${module}').${name}(...given);`),
    '',
  ].join('\n');
};

const fileOf = (folder: string, wanted: string): string => normalized(`${folder}/${wanted}`).replace(/(\.js)?$/, '.js');
