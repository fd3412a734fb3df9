// Finds the programs that compile the engine, so that a missing one is a sentence and not a page of CMake output.
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The full path of a program on PATH, or undefined. */
export function findProgram(name) {
  const suffixes = process.platform === 'win32' ? (process.env.PATHEXT ?? '.EXE;.CMD').split(';') : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const suffix of suffixes) {
      const file = join(folder || '.', name + suffix);
      try {
        accessSync(file, constants.X_OK);
        if (statSync(file).isFile()) return file;
      } catch {
        // Not here: the next folder.
      }
    }
  }
  return undefined;
}

/** What is missing to compile C++20 here, as a sentence; an empty string when nothing is. */
export function missingTools() {
  if (process.platform === 'win32') return findProgram('cmake') ? '' : 'cmake was not found.';
  const compiler = process.env.CXX ? [process.env.CXX.split(' ')[0]] : ['g++', 'c++', 'clang++'];
  const missing = [];
  if (!compiler.some((name) => findProgram(name) ?? (name.includes('/') && name))) missing.push('a C++20 compiler');
  if (!findProgram('cmake')) missing.push('cmake');
  if (!['ninja', 'make'].some(findProgram)) missing.push('make');
  return missing.length === 0 ? '' : `The engine is C++ and this machine lacks ${missing.join(' and ')}.`;
}

export const installAdvice =
  'Install g++ (11 or newer), cmake (3.18 or newer) and make, for example: apt-get install g++ cmake make';
