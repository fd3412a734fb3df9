// Replaces the entry points of the compiled tree (what package.json names as commands and exports) by bundles of few
// files: Node.js takes about a millisecond for each module it loads, and a command of a hundred modules feels it.
// Cmdlets stay files of their own, loaded when called. Packages from node_modules stay outside.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** The sources of files that package.json names: `dist/cmdlets/main.js` gives `{ 'cmdlets/main': '<root>/cmdlets/main.ts' }`. */
function sourcesOf(targets) {
  const names = targets.map((file) => /^(?:\.\/)?dist\/(.+)\.js$/.exec(file)?.[1]).filter((name) => name !== undefined);
  return Object.fromEntries(names.map((name) => [name, join(root, `${name}.ts`)]));
}

/** Bundles entry points that share what they can; `kind` names the folder of what they share. */
async function bundleEntries(input, kind) {
  const build = await rolldown({
    input,
    cwd: root,
    platform: 'node',
    // Node.js modules and packages; the helpers that newer syntax becomes are bundled.
    external: /^(?!@oxc-project\/)[a-z@]/,
    transform: { target: 'es2023' },
    // That a module lies in a common chunk already is what the groups below are for.
    checks: { ineffectiveDynamicImport: false },
  });
  await build.write({
    dir: dist,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: `chunks/${kind}/[name]-[hash].js`,
    sourcemap: true,
    // Names stay: a class is known by its name to scripts, and a stack tells where it came from.
    minify: { mangle: false, compress: false, codegen: true },
    codeSplitting: {
      groups: [
        {
          name: 'host',
          test: /[\\/]lib[\\/](host(?![\\/](programs|shell)[\\/](program|shell|confirm))|base|log)[\\/]/,
        },
        { name: 'wim', test: /[\\/]lib[\\/](wim|native)[\\/]|[\\/]cmdlets[\\/](records|parameters|image-job)\.ts$/ },
      ],
    },
  });
  await build.close();
}

/** Writes the bundles into `dist/`, over the compiled entry points. */
export async function bundle() {
  const { bin, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  rmSync(join(dist, 'chunks'), { recursive: true, force: true });
  await bundleEntries(sourcesOf(Object.values(bin)), 'commands');
  await bundleEntries(sourcesOf(Object.values(exports).map((target) => target.default ?? target)), 'library');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();
