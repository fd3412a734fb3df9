// Other people's readers of hives, run as separate processes where they are installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hive } from '../../../lib/registry/hive.ts';
import type { HiveKey } from '../../../lib/registry/hive-key.ts';

export function hasTool(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}

/** Runs a tool on a hive and returns what it prints. */
export function runOnHive(tool: string, args: readonly string[], bytes: Uint8Array, input = ''): string {
  const folder = mkdtempSync(join(tmpdir(), 'hive-'));
  try {
    const file = join(folder, 'hive');
    writeFileSync(file, bytes);
    // Through cat: Node's pipes are sockets, and hivexml opens /dev/stdout, which sockets do not allow.
    return execFileSync('bash', ['-c', 'set -o pipefail; "$0" "$@" | cat', tool, ...args, file], {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      input,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function decodeEntities(text: string): string {
  return text
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}

/** A line per key (its path) and per value (path, name, type) as hivexml sees them, sorted. */
export function linesOfHivexml(bytes: Uint8Array): string[] {
  const xml = runOnHive('hivexml', [], bytes);
  const lines: string[] = [];
  const path: string[] = [];
  for (const match of xml.matchAll(/<(\/?)(node|value)\b([^>]*?)(\/?)>/g)) {
    const [, closing, element, attributes = '', empty] = match;
    if (element === 'node') {
      if (closing) {
        path.pop();
        continue;
      }
      path.push(decodeEntities(/name="([^"]*)"/.exec(attributes)?.[1] ?? ''));
      lines.push(path.slice(1).join('\\'));
      if (empty) path.pop();
    } else if (!closing) {
      const name = /default="1"/.test(attributes) ? '' : decodeEntities(/key="([^"]*)"/.exec(attributes)?.[1] ?? '');
      lines.push(`${path.slice(1).join('\\')} : ${name}`);
    }
  }
  return lines.sort();
}

/** The same lines as this library sees them. */
export function linesOfHive(hive: Hive): string[] {
  const lines: string[] = [];
  const visit = (key: HiveKey, path: string): void => {
    lines.push(path);
    for (const name of key.valueNames()) lines.push(`${path} : ${name}`);
    for (const child of key.subkeys()) visit(child, path === '' ? child.name : `${path}\\${child.name}`);
  };
  visit(hive.root, '');
  return lines.sort();
}
