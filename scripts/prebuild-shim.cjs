#!/usr/bin/env node
// Lets prebuildify build with cmake-js. It calls this as if it were node-gyp, with node-gyp's options, of which only the
// architecture and --debug mean something here (cmake-js reads --target as the name of a CMake target).
const { spawnSync } = require('node:child_process');
const { availableParallelism } = require('node:os');

const options = process.argv.slice(2);
const args = [
  require.resolve('cmake-js/bin/cmake-js'),
  'rebuild',
  '-B',
  options.includes('--debug') ? 'Debug' : 'Release',
];
const arch = options.find((option) => option.startsWith('--arch='));
if (arch) args.push('--arch', arch.slice('--arch='.length));
const env = { ...process.env, CMAKE_BUILD_PARALLEL_LEVEL: String(availableParallelism()) };
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit', env }).status ?? 1);
