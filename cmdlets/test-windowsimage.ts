// Test-WindowsImage: reads and checks everything in an image file.
import { DismError, formatHResult } from '../lib/base/error.ts';
import { errorTable } from '../lib/base/error-table.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { extension, path } from '../lib/host/parameter.ts';
import { WimFile } from '../lib/wim/wim-file.ts';
import { endActivity, engineOptions } from './image-job.ts';
import { engineLimits, logging, splitPattern } from './parameters.ts';
import { wimFinding, wimTestResult } from './records.ts';

export default defineCmdlet({
  name: 'Test-WindowsImage',
  synopsis: 'Checks an image file completely: integrity table, structures, and the SHA-1 digest of every file.',
  description:
    'Yields a record for each thing that is wrong, then one for the whole. A damaged file is also an error, so the exit ' +
    'status of the command tells.',
  impact: 'none',
  parameters: {
    ImagePath: path({
      help: 'The .wim, .esd or first .swm.',
      mandatory: true,
      pipeline: 'property',
      position: extension(0),
    }),
    SplitImageFilePattern: splitPattern,
    ...logging,
    ...engineLimits,
  },
  output: [wimFinding, wimTestResult],
  examples: [{ title: 'Check a file', command: 'Test-WindowsImage install.wim' }],
  async *process(p, ctx) {
    const activity = `Checking ${p.ImagePath}`;
    const options = engineOptions(p, ctx, activity);
    try {
      await using file = await WimFile.open(p.ImagePath, {
        ...options,
        splitImageFilePattern: p.SplitImageFilePattern,
      });
      for (const warning of file.warnings) ctx.warning(warning);
      const findings = file.verify(options);
      let found = 0;
      for (;;) {
        const step = await findings.next();
        if (!step.done) {
          const { symbol, path: target, message, offset } = step.value;
          found++;
          yield wimFinding({
            ImagePath: p.ImagePath,
            Code: symbol,
            HResult: formatHResult(errorTable[symbol].HResult),
            Target: target,
            Offset: offset ?? null,
            Message: message,
          });
          continue;
        }
        yield wimTestResult({
          ImagePath: p.ImagePath,
          Result: found === 0 ? 'Sound' : 'Damaged',
          ImageCount: step.value.images,
          BlobCount: step.value.blobs,
          CheckedBytes: step.value.bytes,
          FindingCount: found,
        });
        break;
      }
      if (found > 0) {
        const count = found === 1 ? 'one finding' : `${found} findings`;
        ctx.error(
          new DismError('Corrupt', `${p.ImagePath} is damaged: ${count}.`, { Target: p.ImagePath, File: p.ImagePath }),
        );
      }
    } finally {
      endActivity(ctx, activity);
    }
  },
});
