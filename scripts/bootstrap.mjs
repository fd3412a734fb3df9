// Makes a clone ready to run: packages, the C++ engine, the compiled TypeScript. Each step runs only when its sources
// changed. Plain JavaScript without dependencies, because it is what installs them.
import { chmodSync, existsSync, lstatSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fingerprint, stampIs, writeStamp } from './fingerprint.mjs';
import { main, run, StepError, step } from './step.mjs';
import { installAdvice, missingTools } from './toolchain.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const command = join(root, 'dist/cmdlets/main.js');

/** Whether node_modules holds what the lock file names: npm keeps a lock of its own inside. */
function packagesAreCurrent() {
  const installedFile = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

async function installPackages() {
  const npm = process.env.npm_execpath ? [process.execPath, [process.env.npm_execpath]] : ['npm', []];
  await run(npm[0], [...npm[1], 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: root,
    advice: 'The packages of package-lock.json could not be installed: see what npm printed above.',
  });
}

async function compileEngine(stamp, value) {
  const missing = missingTools();
  if (missing) throw new StepError(missing, { advice: installAdvice });
  rmSync(stamp, { force: true });
  await run(process.execPath, [join(root, 'node_modules/cmake-js/bin/cmake-js'), 'compile'], {
    cwd: root,
    env: { ...process.env, CMAKE_BUILD_PARALLEL_LEVEL: String(availableParallelism()) },
    advice: `The engine did not compile. ${installAdvice}`,
  });
  writeStamp(stamp, value);
}

async function compileTypeScript(stamp, value) {
  rmSync(stamp, { force: true });
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: root,
    advice: 'The TypeScript sources have errors: see above.',
  });
  await run(process.execPath, [join(root, 'scripts/bundle.mjs')], {
    cwd: root,
    advice: 'The compiled commands could not be bundled: see above.',
  });
  if (!existsSync(command)) throw new StepError('The compiler made no dist/cmdlets/main.js: is cmdlets/main.ts there?');
  chmodSync(command, 0o755);
  writeStamp(stamp, value);
}

async function bootstrapPackages() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new StepError(`OpenDISM needs Node.js 20.19 or newer; this is ${process.version}.`);
  }
  if (packagesAreCurrent()) return;
  // A linked node_modules belongs to another clone, which installs for itself.
  const linked = lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink();
  if (linked) console.error('  ! node_modules is a link to packages that differ from package-lock.json');
  else await step('Install packages', installPackages);
}

/** Brings packages and engine up to date. */
export async function bootstrapEngine() {
  await bootstrapPackages();
  const engine = fingerprint(root, ['CMakeLists.txt', 'native', 'package-lock.json']);
  const stamp = join(root, 'build/stamps/engine');
  if (!existsSync(join(root, 'build/Release/opendism.node')) || !stampIs(stamp, engine)) {
    await step('Compile the engine (C++)', () => compileEngine(stamp, engine));
  }
}

/** Brings packages, engine and TypeScript up to date; prints a line only for what it had to do. */
export async function bootstrap() {
  await bootstrapEngine();
  const settings = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/bundle.mjs'];
  const sources = [...settings, 'lib', 'cmdlets'];
  const typescript = fingerprint(root, sources);
  const stamp = join(root, 'build/stamps/typescript');
  if (!existsSync(command) || !stampIs(stamp, typescript)) {
    await step('Compile the TypeScript sources', () => compileTypeScript(stamp, typescript));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(bootstrap);
