// Other people's readers of hives, run as separate processes where they are installed, and what they print in a form that can
// be compared with what this library reads.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hive } from '../../../lib/registry/hive.ts';
import type { HiveKey } from '../../../lib/registry/hive-key.ts';
import { type HiveValue, meaningOf } from '../../../lib/registry/hive-value.ts';
import { valueTypes } from '../../../lib/registry/value-type.ts';

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

function attribute(attributes: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1];
  return value === undefined ? undefined : decodeEntities(value);
}

/** A line per key (its path) and per value (path, name, data) as hivexml sees them, sorted. */
export function linesOfHivexml(bytes: Uint8Array): string[] {
  const xml = runOnHive('hivexml', [], bytes);
  const lines: string[] = [];
  const path: string[] = [];
  const pattern = /<(\/?)node\b([^>]*?)(\/?)>|<value\b([^>]*?)(?:\/>|>(.*?)<\/value>)/gs;
  for (const [, closing, node, empty, value, content = ''] of xml.matchAll(pattern)) {
    if (value !== undefined) {
      const name = attribute(value, 'key') ?? '';
      lines.push(`${path.slice(1).join('\\')} : ${name} = ${hivexmlData(value, content)}`);
    } else if (closing) {
      path.pop();
    } else {
      path.push(attribute(node ?? '', 'name') ?? '');
      lines.push(path.slice(1).join('\\'));
      if (empty) path.pop();
    }
  }
  return lines.sort();
}

function hivexmlData(attributes: string, content: string): string {
  if (attribute(attributes, 'type') === 'string-list') {
    const list = [...content.matchAll(/<string>(.*?)<\/string>|<string\/>/gs)].map(([, text]) =>
      decodeEntities(text ?? ''),
    );
    // It gives the terminating empty strings as well.
    while (list.at(-1) === '') list.pop();
    return JSON.stringify(list);
  }
  const plain = attribute(attributes, 'value') ?? content.replace(/<byte_runs>.*?<\/byte_runs>/s, '');
  return attribute(attributes, 'encoding') === 'base64' ? `bytes ${plain.replace(/\s/g, '')}` : plain;
}

/** The same lines as this library sees them; names end at a NUL, as in C. */
export function linesOfHive(hive: Hive): string[] {
  const lines: string[] = [];
  const visit = (key: HiveKey, path: string): void => {
    lines.push(path);
    for (const value of key.values()) lines.push(`${path} : ${beforeNul(value.name)} = ${dataAsHivexml(value)}`);
    for (const child of key.subkeys()) {
      const name = beforeNul(child.name);
      visit(child, path === '' ? name : `${path}\\${name}`);
    }
  };
  visit(hive.root, '');
  return lines.sort();
}

function beforeNul(name: string): string {
  return name.split('\0')[0]!;
}

const numberTypes: readonly number[] = [valueTypes.REG_DWORD, valueTypes.REG_DWORD_BIG_ENDIAN, valueTypes.REG_QWORD];

function dataAsHivexml(value: HiveValue): string {
  const meaning = meaningOf(value);
  // What hivexml says of a number of the wrong length.
  if (numberTypes.includes(value.type) && meaning instanceof Uint8Array) return '-1';
  if (typeof meaning === 'string') return meaning;
  if (typeof meaning === 'number') return String(meaning | 0);
  if (typeof meaning === 'bigint') return String(BigInt.asIntN(64, meaning));
  if (meaning instanceof Uint8Array) return `bytes ${Buffer.from(meaning).toString('base64')}`;
  return JSON.stringify(meaning);
}
