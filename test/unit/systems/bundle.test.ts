import { describe, expect, it } from 'vitest';
import vm from 'node:vm';
import { bundleModules, exportName } from '../../../src/systems/bundle';

const modules = {
  'functions/rules.js':
    "'use strict';\n/**\n * Rules.\n */\nlet loads = 0;\nloads++;\nmodule.exports = { twice: (n) => n * 2, loads: () => loads };\n",
  'functions/a.js':
    "'use strict';\nconst { twice } = require('./rules');\n  // a comment of its own\nexports.handler = async (n) => twice(n);\nexports.lazy = () => {\n  const { loads } = require('./rules');\n  return loads();\n};\n",
  'chain/stage.js':
    "const { twice } = require('../functions/rules.js');\nconst os = require('node:os');\nexports.run = (n) => [twice(n), typeof os.cpus];\n",
  'unused.js': 'broken(',
};
const handlers = [
  { folder: '', code: 'functions', handler: 'a.handler' },
  { folder: '', code: 'functions', handler: 'a.lazy' },
  { folder: 'chain', code: '..', handler: 'chain/stage.run' },
];
type Exports = Record<string, (...given: unknown[]) => unknown>;

const load = (text: string): Exports => {
  const exports: Exports = {};
  vm.runInNewContext(`(function (exports, require, module) {${text}\n})`, {})(exports, require, { exports });
  return exports;
};

describe('modules in one text', () => {
  it('work as they do apart, each loaded once', async () => {
    const exports = load(bundleModules(modules, handlers));
    expect(Object.keys(exports)).toEqual(['functions_a_handler', 'functions_a_lazy', 'chain_stage_run']);
    expect(await exports['functions_a_handler']!(21)).toBe(42);
    expect([...(exports['chain_stage_run']!(1) as unknown[])]).toEqual([2, 'function']);
    expect(exports['functions_a_lazy']!()).toBe(1);
  });

  it('hold what is reached and no comments', () => {
    const text = bundleModules(modules, handlers);
    expect(text).not.toMatch(/unused|broken|Rules\.|a comment of its own/);
    expect(text).toContain("require('node:os')");
  });

  it('name what is missing', () => {
    expect(() => bundleModules({ 'x.js': "require('./y')" }, [{ folder: '', code: '.', handler: 'x.h' }])).toThrow(
      'x.js needs y.js, which is not there.',
    );
    expect(() => bundleModules({}, [{ folder: 'a', code: 'b', handler: 'c.d' }])).toThrow(
      'the handler c.d needs a/b/c.js',
    );
  });

  it('call a handler by its module and export', () => {
    expect(exportName('chain', '..', 'event-driven/stages.validate')).toBe('event_driven_stages_validate');
    expect(exportName('', './functions/', 'a.handler')).toBe('functions_a_handler');
  });
});
