// Measures our codecs against the peer's, one core, without the work around them: ratio against MB/s for every level.
//
// Ours runs in codec_bench, which decodes and compares every chunk. The peer has no such program: it captures a folder
// with one file, the same sample, and the CPU time of a capture without compression is subtracted; decompression is its
// verify less that of the uncompressed image. Both use CPU time of one thread; rounds alternate and the fastest counts,
// because load on the machine only ever adds.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const chunk = 32768;
const solidChunk = 1 << 26;
const levelNames = ['Quick', 'Balanced', 'Thorough', 'Extreme'];

/** What is compared: a format with the chunk size of ours, and the arguments of the peer by name. */
export const series = [
  {
    format: 'xpress',
    chunkSize: chunk,
    peer: { 50: ['--compress=XPRESS'], 100: ['--compress=XPRESS:100'] },
  },
  {
    format: 'lzx',
    chunkSize: chunk,
    peer: Object.fromEntries([20, 35, 50, 100].map((level) => [level, [`--compress=LZX:${level}`]])),
  },
  {
    format: 'lzms',
    chunkSize: solidChunk,
    peer: { 50: ['--solid', '--solid-chunk-size=64M'] },
  },
];

function* filesOf(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesOf(path);
    else if (entry.isFile()) yield path;
  }
}

/** Writes whole chunks of the files of `tree`, evenly spread, about `limit` bytes of them; returns the size. */
function writeSample(tree, file, limit) {
  const paths = [...filesOf(tree)];
  const total = paths.reduce((sum, path) => sum + Math.floor(statSync(path).size / chunk), 0);
  const every = Math.max(1, Math.ceil((total * chunk) / limit));
  const out = openSync(file, 'w');
  let seen = 0;
  let size = 0;
  for (const path of paths) {
    const bytes = readFileSync(path);
    for (let at = 0; at + chunk <= bytes.length; at += chunk) {
      if (seen++ % every !== 0) continue;
      writeSync(out, bytes, at, chunk);
      size += chunk;
    }
  }
  closeSync(out);
  return size;
}

/** Runs everything `rounds` times; yields rows { program, format, level, ratio, encode, decode } (MB/s). */
export function benchCodecs({ program, measure, peer, tree, scratch, limit, rounds, only, say }) {
  const folder = join(scratch, 'sample');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const sample = join(folder, 'sample.bin');
  const size = writeSample(tree, sample, limit);
  say(`sample: ${(size / 1e6).toFixed(1)} MB of whole 32 KiB chunks`);
  const wim = join(scratch, 'peer.wim');
  const cpu = (...args) => {
    const result = join(scratch, 'cost.json');
    execFileSync(measure, [result, join(scratch, 'output.txt'), peer, ...args]);
    const { user, system, status } = JSON.parse(readFileSync(result, 'utf8'));
    if (status !== 0) throw new Error(`${peer} ${args[0]}: status ${status}`);
    return user + system;
  };
  const capture = (args) => {
    rmSync(wim, { force: true });
    const encode = cpu('capture', folder, wim, 'Sample', '--threads=1', ...args);
    return { encode, decode: cpu('verify', wim), bytes: statSync(wim).size };
  };
  const least = new Map();
  const keep = (key, sampleOf) => {
    const old = least.get(key) ?? { ...sampleOf };
    old.encode = Math.min(old.encode, sampleOf.encode);
    old.decode = Math.min(old.decode, sampleOf.decode);
    least.set(key, old);
  };
  const chosen = series.filter(({ format }) => only.length === 0 || only.includes(format));
  for (let round = 0; round < rounds; round++) {
    keep('none', capture(['--compress=none']));
    for (const { format, chunkSize, peer: levels } of chosen) {
      const args = ['-json', '-format', format, '-chunk', String(chunkSize), sample];
      for (const line of execFileSync(program, args, { encoding: 'utf8' }).trim().split('\n')) {
        const { level, bytes, encodeSeconds, decodeSpeed } = JSON.parse(line);
        keep(`ours/${format}/${level}`, { bytes, encode: encodeSeconds, decode: size / 1e6 / decodeSpeed });
      }
      for (const [level, peerArgs] of Object.entries(levels)) keep(`peer/${format}/${level}`, capture(peerArgs));
      say(`  round ${round + 1}: ${format}`);
    }
  }
  const base = least.get('none');
  const rows = [];
  for (const { format, peer: levels } of chosen) {
    for (const [who, names] of [
      ['ours', levelNames],
      ['peer', Object.keys(levels)],
    ]) {
      for (const level of names) {
        const { bytes, encode, decode } = least.get(`${who}/${format}/${level}`);
        const less = who === 'peer' ? base : { bytes: size, encode: 0, decode: 0 };
        const speed = (seconds) => size / 1e6 / Math.max(seconds, 0.001);
        const ratio = (bytes - (less.bytes - size)) / size;
        rows.push({
          who,
          format,
          level,
          ratio,
          encode: speed(encode - less.encode),
          decode: speed(decode - less.decode),
        });
      }
    }
  }
  return { size, rounds, rows };
}

/** The rows as a Markdown table. */
export function codecTable(rows) {
  const cells = ({ who, format, level, ratio, encode, decode }) =>
    `| ${format.toUpperCase()} | ${who === 'ours' ? `OpenDISM ${level}` : `wimlib ${level}`} | ${ratio.toFixed(4)} | ` +
    `${encode.toFixed(encode < 20 ? 1 : 0)} | ${decode.toFixed(0)} |`;
  return [
    '| format | level | ratio | compress MB/s | decompress MB/s |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(cells),
  ].join('\n');
}
