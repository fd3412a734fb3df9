// Get-Content: the lines of a text file, one by one.
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { enumeration, int32, path, switchParameter } from '../lib/host/parameter.ts';
import { decodeText, encodingNames, isUtf8 } from '../lib/host/text-file.ts';

/** The first bytes of a file. */
async function startOf(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

export default defineCmdlet({
  name: 'Get-Content',
  synopsis: 'Reads a text file line by line.',
  impact: 'none',
  parameters: {
    Path: path.array({
      help: 'The files.',
      mandatory: true,
      position: 0,
      pipeline: 'both',
      aliases: ['LiteralPath', 'FullName'],
    }),
    Raw: switchParameter({ help: 'The whole file as one text.' }),
    TotalCount: int32({ help: 'Only so many lines from the start.', aliases: ['First', 'Head'] }),
    Tail: int32({ help: 'Only so many lines from the end.', aliases: ['Last'] }),
    AsByteStream: switchParameter({ help: 'Bytes instead of lines.' }),
    Encoding: enumeration(encodingNames, { help: 'How characters are written, where no byte order mark says it.' }),
  },
  aliases: ['gc', 'cat', 'type'],
  examples: [
    { title: 'The first lines', command: 'Get-Content notes.txt -TotalCount 2 -ErrorAction SilentlyContinue' },
  ],
  async *process(p, ctx) {
    for (const file of p.Path) {
      try {
        if (p.AsByteStream) yield* await readFile(file);
        else if (p.Raw) yield decodeText(await readFile(file), p.Encoding);
        else if (!isUtf8(await startOf(file), p.Encoding)) {
          const lines = decodeText(await readFile(file), p.Encoding).split(/\r?\n/);
          if (lines.at(-1) === '') lines.pop();
          const first = p.TotalCount === undefined ? lines : lines.slice(0, p.TotalCount);
          yield* p.Tail === undefined ? first : p.Tail === 0 ? [] : first.slice(-p.Tail);
        } else {
          const tail: string[] = [];
          let count = 0;
          const stream = createReadStream(file, { encoding: 'utf8', signal: ctx.signal });
          // An error of the stream must end the loop below, not the process.
          const failed = new Promise<never>((_, reject) => stream.once('error', reject));
          failed.catch(() => {});
          const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
          while (p.TotalCount === undefined || count < p.TotalCount) {
            const step = await Promise.race([lines.next(), failed]);
            if (step.done) break;
            const line = count++ === 0 ? step.value.replace(/^\ufeff/, '') : step.value;
            if (p.Tail === undefined) yield line;
            else if (tail.push(line) > p.Tail) tail.shift();
          }
          stream.destroy();
          yield* tail;
        }
      } catch (error) {
        ctx.error(error, file);
      }
    }
  },
});
