// Invoke-Command: runs a script block.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { chain } from '../lib/host/maybe-promise.ts';
import { any, scriptBlock, switchParameter } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Invoke-Command',
  synopsis: 'Runs a script block of this session.',
  description: 'There are no other computers to run it on.',
  impact: 'none',
  parameters: {
    ScriptBlock: scriptBlock({ help: 'The code.', mandatory: true, position: 0, aliases: ['Command'] }),
    ArgumentList: any.array({ help: 'The values of its parameters, or $args.', aliases: ['Args'] }),
    InputObject: any({ help: 'What it finds in $input.', pipeline: 'value' }),
    NoNewScope: switchParameter({ help: 'It assigns the variables of the caller.' }),
  },
  aliases: ['icm'],
  examples: [{ title: 'With an argument', command: 'Invoke-Command { param($n) $n * 2 } -ArgumentList 4' }],
  state: () => ({ items: [] as unknown[] }),
  process(p, ctx) {
    if (ctx.expectsInput) ctx.state.items.push(p.InputObject);
    return undefined;
  },
  end(p, ctx) {
    const { items } = ctx.state;
    const options = { sameScope: p.NoNewScope, input: ctx.expectsInput ? items : undefined };
    return chain(ctx.host.callBlock(p.ScriptBlock, p.ArgumentList ?? [], ctx.passOn, options), () => undefined);
  },
});
