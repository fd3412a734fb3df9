// The parser against random scripts: it gives a tree whose places lie in the text and inside each other, or an error at a
// place that exists. OPENDISM_FUZZ_PARSES=5000000 parses more; OPENDISM_FUZZ_SEED starts elsewhere.
import { expect, it } from 'vitest';
import { parse } from '../../../../lib/host/language/parse.ts';
import { ParseError } from '../../../../lib/host/language/scanner.ts';
import { makeRandomScripts } from './random-script.ts';

const parses = Number(process.env.OPENDISM_FUZZ_PARSES ?? 5000);
const seed = Number(process.env.OPENDISM_FUZZ_SEED ?? 7);
/** Longer than any script of this size may take; a shared machine may stall for a second. */
const slowMilliseconds = 5000;

/** The first place in a tree that is not inside the text or its parent. */
function wrongPlace(node: unknown, start: number, end: number): string | undefined {
  if (Array.isArray(node)) {
    for (const item of node) {
      const fault = wrongPlace(item, start, end);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  if (typeof node !== 'object' || node === null) return undefined;
  const { span, kind } = node as { span?: { start: number; end: number }; kind?: string };
  let [from, to] = [start, end];
  if (span) {
    if (!(span.start >= start && span.start <= span.end && span.end <= end))
      return `${kind ?? 'node'} at ${span.start}-${span.end} in ${start}-${end}`;
    [from, to] = [span.start, span.end];
  }
  for (const [key, value] of Object.entries(node)) {
    if (key === 'span' || key === 'source') continue;
    const fault = wrongPlace(value, from, to);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOf(script: string): string | undefined {
  // A byte order mark is no part of the text.
  const text = script.startsWith('\ufeff') ? script.slice(1) : script;
  try {
    return wrongPlace(parse(script), 0, text.length);
  } catch (error) {
    if (!(error instanceof ParseError)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
    const line = text.split('\n')[error.line - 1];
    return line === undefined || error.column < 1 || error.column > line.length + 1
      ? `error at ${error.line}:${error.column}`
      : undefined;
  }
}

it('random scripts give a tree or an error at their place', { timeout: 86_400_000 }, () => {
  const next = makeRandomScripts(seed);
  const faults: string[] = [];
  let trees = 0;
  for (let round = 0; round < parses && faults.length < 20; round++) {
    const script = next();
    const started = Date.now();
    const fault = faultOf(script);
    const took = Date.now() - started;
    if (fault !== undefined) faults.push(`${JSON.stringify(script.slice(0, 400))}: ${fault.slice(0, 400)}`);
    else trees++;
    if (took > slowMilliseconds) faults.push(`${JSON.stringify(script.slice(0, 400))}: ${took} ms`);
  }
  expect(faults).toEqual([]);
  expect(trees).toBe(parses);
});
