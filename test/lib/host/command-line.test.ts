// The arguments of the command: options, bare pipelines, and which words are quoted on the way.
import { expect, it } from 'vitest';
import { parseCommandLine } from '../../../lib/host/command-line.ts';

it.each([
  [['Get-X', '-Path', 'a b.wim'], "Get-X -Path 'a b.wim'"],
  [['Get-X', '-Path', "it's"], "Get-X -Path 'it''s'"],
  [['Get-X', '|', '?', '{ $_.A -gt 1 }'], 'Get-X | ? { $_.A -gt 1 }'],
  [['Get-X', '-Path:a;b'], "Get-X -Path:'a;b'"],
  [['Get-X', 'A,B', '-Index', '1'], 'Get-X A,B -Index 1'],
  [['Get-X', ''], "Get-X ''"],
])('%j is a pipeline', (argv, text) => {
  expect(parseCommandLine(argv)).toMatchObject({ mode: 'command', text });
});

it('knows its options', () => {
  expect(parseCommandLine([])).toMatchObject({ mode: 'shell', outputFormat: 'Text' });
  expect(parseCommandLine(['-outputformat', 'json', '-c', '1', '+', '1'])).toMatchObject({
    mode: 'command',
    text: '1 + 1',
    outputFormat: 'Json',
  });
  expect(parseCommandLine(['-File', 's.ps1', '-A', '1'])).toMatchObject({
    mode: 'file',
    text: 's.ps1',
    args: ['-A', '1'],
  });
  expect(parseCommandLine(['-'])).toMatchObject({ mode: 'stdin' });
  expect(parseCommandLine(['--version'])).toMatchObject({ mode: 'version' });
  expect(() => parseCommandLine(['-Comand', 'x'])).toThrow("'-Command'");
  expect(() => parseCommandLine(['-OutputFormat', 'Xml'])).toThrow('Text, Json');
});
