// Get-FileHash: the digest of files.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { enumeration } from '../lib/host/parameter.ts';
import { defineRecord } from '../lib/host/record.ts';
import { expandLocalPaths, pathPatterns } from './local-paths.ts';

interface FileHash {
  readonly Algorithm: string;
  readonly Hash: string;
  readonly Path: string;
}

const fileHash = defineRecord<FileHash>('Microsoft.PowerShell.Commands.FileHashInfo', {
  table: ['Algorithm', 'Hash', 'Path'],
});

export default defineCmdlet({
  name: 'Get-FileHash',
  synopsis: 'Computes the digest of files.',
  impact: 'none',
  parameters: {
    Path: pathPatterns('The files.'),
    Algorithm: enumeration(['SHA1', 'SHA256', 'SHA384', 'SHA512', 'MD5'], {
      help: 'The algorithm.',
      position: 1,
      default: 'SHA256',
    }),
  },
  output: fileHash,
  examples: [{ title: 'One file', command: '(Get-FileHash *.wim -Algorithm SHA1).Hash' }],
  async *process(p, ctx) {
    for (const given of p.Path) {
      try {
        for (const file of await expandLocalPaths([given])) {
          const hash = createHash(p.Algorithm.toLowerCase());
          for await (const chunk of createReadStream(file, { signal: ctx.signal })) hash.update(chunk as Uint8Array);
          yield fileHash({ Algorithm: p.Algorithm, Hash: hash.digest('hex').toUpperCase(), Path: file });
        }
      } catch (error) {
        ctx.error(error, given);
      }
    }
  },
});
