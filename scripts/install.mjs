// npm's install hook. A package that carries a prebuilt engine for this machine, or a clone that has compiled one, needs
// nothing; otherwise the engine is compiled here. Loading does not depend on this script having run.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { installAdvice, missingTools } from './toolchain.mjs';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));
const isClone = existsSync(new URL('../test', import.meta.url));

function engineIsPresent() {
  try {
    require('node-gyp-build').resolve(root);
    return true;
  } catch {
    return false;
  }
}

/** In a clone the work goes on without an engine (`npm start` compiles it); for a user the installation has failed. */
function explain(reason) {
  console.error(`opendism: ${reason}\n${installAdvice}`);
  if (isClone) console.error('The clone is installed without its engine; npm start and npm test compile it.');
  process.exit(isClone ? 0 : 1);
}

if (!engineIsPresent()) {
  const missing = missingTools();
  if (missing) {
    const here = `${process.platform}-${process.arch}`;
    explain(isClone ? missing : `this package holds no compiled engine for ${here}. ${missing}`);
  }
  const result = spawnSync(process.execPath, [require.resolve('cmake-js/bin/cmake-js'), 'compile'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0) explain('the engine did not compile, see above.');
}
