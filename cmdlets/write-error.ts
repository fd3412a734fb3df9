// Write-Error: reports an error that does not end the script.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { ErrorRecord } from '../lib/host/error-record.ts';
import { HostError } from '../lib/host/host-error.ts';
import { any, string } from '../lib/host/parameter.ts';
import { getProperty } from '../lib/host/value/property.ts';
import { textOf } from '../lib/host/value/text.ts';

/** The message of an exception, or a value as text. */
function messageOf(value: unknown): string {
  return value instanceof Error ? value.message : textOf(getProperty(value, 'Message') ?? value);
}

export default defineCmdlet({
  name: 'Write-Error',
  synopsis: 'Reports an error and goes on.',
  impact: 'none',
  parameters: {
    Message: string({
      help: 'What failed.',
      mandatory: true,
      position: 0,
      pipeline: 'value',
      sets: ['Message'],
      aliases: ['Msg'],
    }),
    ErrorRecord: any({ help: 'An error to report again.', mandatory: true, sets: ['ErrorRecord'] }),
    ErrorId: string({ help: 'The name of the condition.' }),
    Category: string({ help: 'The kind of failure, such as InvalidData.' }),
    Exception: any({ help: 'An exception to report.', mandatory: true, sets: ['Exception'] }),
    TargetObject: any({ help: 'What was worked on.' }),
    RecommendedAction: string({ help: 'What to do about it.' }),
  },
  defaultSet: 'Message',
  examples: [{ title: 'An error', command: 'Write-Error "not found" -ErrorAction SilentlyContinue' }],
  process(p, ctx) {
    const { ErrorRecord: record } = p;
    if (record instanceof ErrorRecord) ctx.error(record);
    else
      ctx.error(
        new ErrorRecord(
          new HostError(p.ErrorId ?? 'WriteErrorException', p.Message ?? messageOf(p.Exception ?? record), {
            symbol: 'Internal',
          }),
          ctx.commandName,
          p.TargetObject,
          { category: p.Category, ...(p.ErrorId !== undefined && { id: p.ErrorId }) },
        ),
      );
    return undefined;
  },
});
