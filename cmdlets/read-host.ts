// Read-Host: a line from the person at the terminal.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { any } from '../lib/host/parameter.ts';
import { textOf } from '../lib/host/value/text.ts';

export default defineCmdlet({
  name: 'Read-Host',
  synopsis: 'Asks for a line of text at the terminal.',
  description: 'Without a terminal it is an error at once.',
  impact: 'none',
  parameters: { Prompt: any.array({ help: 'The question.', position: 0, remaining: true }) },
  examples: [{ title: 'A question', command: 'Read-Host "Which index"' }],
  async *process(p, ctx) {
    const prompt = (p.Prompt ?? []).map((part) => textOf(part)).join(' ');
    yield await ctx.host.readLine(prompt === '' ? '' : `${prompt}: `);
  },
});
