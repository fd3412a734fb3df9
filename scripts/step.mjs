// Runs the steps of a script with one readable line each: a tick and the seconds. A tool's output stays quiet unless it
// fails; then it is printed whole, followed by a sentence on what to do.
import { spawn } from 'node:child_process';

/** A step that failed in a way the reader can act on: `output` is the tool's, `advice` is ours. */
export class StepError extends Error {
  constructor(message, { output = '', advice = '' } = {}) {
    super(message);
    this.output = output;
    this.advice = advice;
  }
}

/** Runs `command`; resolves to its output, throws a StepError with that output when it fails. */
export function run(command, args, { cwd, env, advice } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) => reject(new StepError(`${command} did not start: ${error.message}`, { advice })));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const how = signal ? `was ended by ${signal}` : `failed with status ${code}`;
      reject(new StepError(`${[command, ...args].join(' ')} ${how}`, { output, advice }));
    });
  });
}

/** Runs `work` and prints one line for it. `work` may return a string, which is added to the line. */
export async function step(title, work) {
  const started = performance.now();
  const live = process.stderr.isTTY;
  if (live) process.stderr.write(`  … ${title}`);
  const finish = (mark, note = '') => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stderr.write(`${live ? '\r\x1b[K' : ''}  ${mark} ${title}${note ? `: ${note}` : ''} (${seconds} s)\n`);
  };
  try {
    const note = await work();
    finish('✔', typeof note === 'string' ? note : '');
  } catch (error) {
    finish('✘');
    throw error;
  }
}

/** Runs the main function of a script; a StepError ends the process with its output and advice instead of a stack. */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    if (error.output) process.stderr.write(`\n${error.output.trimEnd()}\n`);
    process.stderr.write(`\n${error.message}\n${error.advice ? `${error.advice}\n` : ''}`);
    process.exitCode = 1;
  }
}
