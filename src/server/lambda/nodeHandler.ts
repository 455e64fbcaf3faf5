/** Finds and loads a Node handler the way Lambda's runtime does. Runs inside the execution environment. */
import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { LoadError } from './nodeErrors';

export type Handler = (
  event: unknown,
  context: unknown,
  callback: (error?: unknown, value?: unknown) => void,
) => unknown;

/** dist/sdk.js, beside this bundle: all of the AWS SDK that the product ships. */
const sdkBundle = path.join(__dirname, 'sdk.js');

/**
 * `file.export`, with folders before and nested exports after. Throws LoadError with Lambda's names: MalformedHandlerName,
 * ImportModuleError, UserCodeSyntaxError, HandlerNotFound; what the module itself throws passes as it is.
 */
export async function loadHandler(root: string, handler: string): Promise<Handler> {
  const base = path.posix.basename(handler);
  const folder = handler.slice(0, handler.length - base.length);
  const parts = /^([^.]*)\.(.+)$/.exec(base);
  if (!parts || handler.includes('..')) {
    throw new LoadError(
      'Runtime.MalformedHandlerName',
      handler.includes('..')
        ? `'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`
        : 'Bad handler',
    );
  }
  const [, file = '', exportPath = ''] = parts;
  const loaded = await loadModule(root, path.resolve(root, folder, file), file);
  const found = exportPath
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], loaded);
  if (found === undefined || found === null)
    throw new LoadError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw new LoadError('Runtime.HandlerNotFound', `${handler} is not a function`);
  return found as Handler;
}

async function loadModule(root: string, target: string, name: string): Promise<unknown> {
  const file = ['', '.js', '.mjs', '.cjs']
    .map((ending) => target + ending)
    .find((candidate) => existsSync(candidate) && path.extname(candidate) !== '');
  try {
    if (file === undefined) {
      const require = createRequire(path.join(root, 'index.js'));
      return require(require.resolve(target)) as unknown;
    }
    if (file.endsWith('.mjs') || (file.endsWith('.js') && isModuleFolder(root, path.dirname(file)))) {
      Module.register(esmHook(), pathToFileURL(__filename), { data: undefined });
      const loaded = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
      return { ...(typeof loaded.default === 'object' ? loaded.default : {}), ...loaded };
    }
    return createRequire(file)(file) as unknown;
  } catch (error) {
    throw named(error, file === undefined, name);
  }
}

function named(error: unknown, missing: boolean, name: string): unknown {
  if (!(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof SyntaxError)
    return new LoadError('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`, error.stack);
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') {
    if (missing)
      return new LoadError(
        'Runtime.ImportModuleError',
        `Error: Cannot find module '${name}'\nRequire stack:\n- /var/runtime/index.mjs`,
        error.stack,
      );
    return new LoadError('Runtime.ImportModuleError', `${error.name}: ${error.message}`, error.stack);
  }
  return error;
}

function isModuleFolder(root: string, folder: string): boolean {
  for (let at = folder; at.startsWith(root); at = path.dirname(at)) {
    const manifest = path.join(at, 'package.json');
    if (existsSync(manifest))
      return (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string }).type === 'module';
    if (at === path.dirname(at)) break;
  }
  return false;
}

interface LoadingModule {
  _load(request: string, ...rest: unknown[]): unknown;
}

/**
 * `@aws-sdk/client-…` means the SDK that comes with the runtime, as on Lambda, unless the function's own folder carries one:
 * here that is the product's own bundle, which loads several times faster than the packages do. What the bundle leaves out
 * is looked for where Node would look; a command that is nowhere is said by name.
 */
export function provideSdk(root: string): void {
  if (!existsSync(sdkBundle)) return;
  const internals = Module as unknown as LoadingModule;
  const ordinary = internals._load.bind(Module);
  internals._load = (request, ...rest) => {
    if (!request.startsWith('@aws-sdk/client-') || existsSync(path.join(root, 'node_modules', request)))
      return ordinary(request, ...rest);
    const bundle = ordinary(sdkBundle, ...rest) as Record<string, unknown>;
    return new Proxy(bundle, {
      get(_, name) {
        if (typeof name === 'symbol' || name in bundle) return bundle[name as string];
        return fromPackage(() => ordinary(request, ...rest) as Record<string, unknown>, request, name);
      },
    });
  };
}

function fromPackage(load: () => Record<string, unknown>, request: string, name: string): unknown {
  try {
    return load()[name];
  } catch {
    if (!/^[A-Z]/.test(name)) return undefined;
    throw new Error(
      `${name} is not in the AWS SDK that StepBench gives to functions: install ${request} in the function's folder`,
    );
  }
}

/** The same for `import`: a loader hook in a data URL, since hooks run on a thread of their own. */
function esmHook(): string {
  const bundle = JSON.stringify(existsSync(sdkBundle) ? pathToFileURL(sdkBundle).href : null);
  const root = JSON.stringify(path.join(process.env.LAMBDA_TASK_ROOT ?? process.cwd(), 'node_modules'));
  const source = `import { existsSync } from 'node:fs';
export async function resolve(specifier, context, next) {
  if (${bundle} && specifier.startsWith('@aws-sdk/client-') && !existsSync(${root} + '/' + specifier)) return { url: ${bundle}, format: 'commonjs', shortCircuit: true };
  return next(specifier, context);
}`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}
