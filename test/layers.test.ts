// The layers of ARCHITECTURE.md ("Who may import whom"): reads every import and include, fails on any other arrow.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

const formats = [
  'lib/inf',
  'lib/manifest',
  'lib/catalog',
  'lib/unattend',
  'lib/msi',
  'lib/appx',
  'lib/log',
  'lib/registry',
  'lib/cab',
];
const belowImage = ['lib/base', 'lib/native', ...formats, 'lib/wim', 'lib/disk'];
const typescriptLayers: Record<string, readonly string[]> = {
  'lib/base': [],
  'lib/native': ['lib/base'],
  ...Object.fromEntries(formats.map((name) => [name, ['lib/base']])),
  'lib/wim': ['lib/base', 'lib/native'],
  'lib/disk': ['lib/base', 'lib/native'],
  'lib/image': belowImage,
  'lib/servicing': [...belowImage, 'lib/image'],
  'lib/host': ['lib/base', 'lib/log'],
  cmdlets: [...belowImage, 'lib/image', 'lib/servicing', 'lib/host'],
};

const nativeLayers: Record<string, readonly string[]> = {
  base: [],
  hash: ['base'],
  codec: ['base'],
  block: ['base', 'hash'],
  ntfs: ['base', 'codec', 'block'],
  fat: ['base', 'codec', 'block'],
  cab: ['base', 'hash', 'codec'],
  wim: ['base', 'hash', 'codec'],
  mount: ['base', 'wim'],
  binding: ['base', 'hash', 'codec', 'block', 'ntfs', 'fat', 'cab', 'wim'],
};

function filesBelow(folder: string, extension: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extension.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function layerOf(file: string): string {
  const parts = file.split('/');
  return parts[0] === 'lib' ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

const isCmdlet = (source: string): boolean => /^export default define\w*Cmdlet\(/m.test(source);

describe('layers', () => {
  it('TypeScript imports only what its layer allows', () => {
    const wrong: string[] = [];
    for (const file of [...filesBelow('lib', /\.ts$/), ...filesBelow('cmdlets', /\.ts$/)]) {
      const layer = layerOf(file);
      const allowed = typescriptLayers[layer];
      expect(allowed, `${file} lies in a layer that ARCHITECTURE.md does not know`).toBeDefined();
      const source = readFileSync(join(root, file), 'utf8');
      for (const [, specifier] of source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
        const target = relative(root, resolve(join(root, dirname(file)), specifier!));
        const targetLayer = layerOf(target);
        if (targetLayer !== layer && !allowed!.includes(targetLayer)) wrong.push(`${file} -> ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('a cmdlet imports no other cmdlet', () => {
    const wrong: string[] = [];
    for (const file of filesBelow('cmdlets', /^[a-z]+-[a-z-]+\.ts$/)) {
      const source = readFileSync(join(root, file), 'utf8');
      if (!isCmdlet(source)) continue;
      for (const [, specifier] of source.matchAll(/from\s+'(\.\/[^']+)'/g)) {
        const target = readFileSync(join(root, dirname(file), specifier!), 'utf8');
        if (isCmdlet(target)) wrong.push(`${file} -> ${specifier}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('C++ includes only what its layer allows, and Node headers only in binding', () => {
    const wrong: string[] = [];
    for (const file of filesBelow('native', /\.(h|cc|inc)$/)) {
      const layer = file.split('/')[1]!;
      const source = readFileSync(join(root, file), 'utf8');
      if (layer !== 'binding' && /#include [<"](napi|node_api|node)/.test(source)) wrong.push(`${file} -> Node`);
      for (const [, include] of source.matchAll(/#include "([^"]+)"/g)) {
        const targetLayer = include!.split('/')[0]!;
        if (targetLayer !== layer && !nativeLayers[layer]?.includes(targetLayer)) wrong.push(`${file} -> ${include}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('TypeScript modules form no circle', () => {
    const graph = new Map<string, string[]>();
    for (const file of [...filesBelow('lib', /\.ts$/), ...filesBelow('cmdlets', /\.ts$/)]) {
      const source = readFileSync(join(root, file), 'utf8');
      const targets = [...source.matchAll(/^(?:import|export)(?! type)[^;]*?from '(\.[^']+)'/gm)].map(([, specifier]) =>
        relative(root, resolve(join(root, dirname(file)), specifier!)),
      );
      graph.set(file, targets);
    }
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) {
        circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
        return;
      }
      if (done.has(file)) return;
      for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of graph.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });
});
