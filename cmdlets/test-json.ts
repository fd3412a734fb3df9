// Test-Json: whether text is JSON.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { readJson } from '../lib/host/format/json-reader.ts';
import { string } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Test-Json',
  synopsis: 'Says whether text is JSON, and reports why it is not.',
  impact: 'none',
  parameters: { Json: string({ help: 'The text.', mandatory: true, position: 0, pipeline: 'value' }) },
  examples: [{ title: 'A number', command: "Test-Json '1'" }],
  process(p, ctx) {
    try {
      readJson(p.Json);
      return [true];
    } catch (error) {
      ctx.error(error);
      return [false];
    }
  },
});
