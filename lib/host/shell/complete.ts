// Tab completion: commands, parameters, values of enumerations, values a parameter offers itself, and paths.
import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { declarationOf, signatureOf } from '../binder/signature.ts';
import type { HostServices } from '../host-services.ts';
import type { ParameterDeclaration } from '../parameter.ts';

/** What could stand at the end of a line, and the part of the line it replaces. */
export interface Completions {
  readonly words: readonly string[];
  readonly replaced: string;
}

async function paths(host: HostServices & { resolvePath(path: string): string }, word: string): Promise<string[]> {
  const folder = word.endsWith('/') ? word : word.includes('/') ? dirname(word) : '.';
  const start = word.endsWith('/') ? '' : basename(word);
  const entries = await readdir(host.resolvePath(folder), { withFileTypes: true }).catch(() => []);
  const prefix = word.includes('/') ? (folder.endsWith('/') ? folder : `${folder}/`) : '';
  return entries
    .filter((entry) => entry.name.toLowerCase().startsWith(start.toLowerCase()))
    .map((entry) => `${prefix}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .map((path) => (/[\s'();|&]/.test(path) ? `'${path.replaceAll("'", "''")}'` : path));
}

async function values(
  declaration: ParameterDeclaration,
  bound: Readonly<Record<string, unknown>>,
): Promise<readonly string[] | undefined> {
  if (declaration.values.length > 0) return declaration.values;
  if (declaration.kind === 'Boolean') return ['$true', '$false'];
  return declaration.complete?.(bound).catch(() => []);
}

/** Completes the end of `line`. */
export async function complete(
  host: HostServices & { resolvePath(path: string): string },
  line: string,
): Promise<Completions> {
  const command = line
    .slice(Math.max(...['|', ';', '{', '(', '='].map((mark) => line.lastIndexOf(mark))) + 1)
    .trimStart();
  const words = command.split(/\s+/);
  const replaced = words.at(-1) ?? '';
  const starting = (candidates: readonly string[]): string[] =>
    candidates.filter((one) => one.toLowerCase().startsWith(replaced.toLowerCase()));
  if (replaced.startsWith('$')) return { words: starting(host.variableNames().map((name) => `$${name}`)), replaced };
  if (words.length <= 1) {
    const functions = host.functions().map(({ name }) => name);
    return { words: starting([...host.commands.names(), ...functions]), replaced };
  }
  const definition = await host.commands.find(words[0]!);
  if (definition) {
    const signature = signatureOf(definition);
    if (replaced.startsWith('-')) {
      const names = [...Object.keys(signature.parameters), ...Object.keys(signature.common)];
      return { words: starting(names.map((name) => `-${name}`)), replaced };
    }
    const bound: Record<string, unknown> = {};
    for (let i = 1; i < words.length - 1; i++) {
      const name = words[i]!.startsWith('-') ? signature.byName.get(words[i]!.slice(1).toLowerCase()) : undefined;
      const value = words[i + 1]?.replace(/^(['"])(.*)\1$/, '$2');
      if (name === undefined || value === undefined) continue;
      bound[name] = declarationOf(signature, name).kind === 'Path' ? host.resolvePath(value) : value;
    }
    // The first word that no parameter takes may be the one at position 0.
    const first = Object.entries(signature.parameters).find(
      ([name, { position }]) => position === 0 && !(name in bound),
    );
    if (first?.[1].kind === 'Path' && words[1] !== undefined && !words[1].startsWith('-') && words.length > 2)
      bound[first[0]] = host.resolvePath(words[1].replace(/^(['"])(.*)\1$/, '$2'));
    const before = words.at(-2)!;
    const parameter = before.startsWith('-') ? signature.byName.get(before.slice(1).toLowerCase()) : undefined;
    const offered = parameter === undefined ? undefined : await values(declarationOf(signature, parameter), bound);
    if (offered) return { words: starting(offered), replaced };
  }
  return { words: await paths(host, replaced), replaced };
}
