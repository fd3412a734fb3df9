// What a line means, and which lines mean nothing.
import { describe, expect, it } from 'vitest';
import { splitCommandLine } from '../../../cmdlets/dism-exe/command-line.ts';
import { type DismLine, parseDismLine } from '../../../cmdlets/dism-exe/dism-line.ts';

const parse = (line: string): DismLine => parseDismLine(splitCommandLine(line)) as DismLine;

function shape({ globals, invocations }: DismLine): unknown {
  return {
    globals,
    invocations: invocations.map(({ command, values }) => ({
      name: command.name,
      values: Object.fromEntries([...values.names()].sort().map((name) => [name, values.all(name)])),
    })),
  };
}

it('the order of options means nothing', () => {
  const options = ['/English', '/Get-ImageInfo', '/ImageFile:x.wim', '/Index:1', '/LogLevel:4', '/Format:Table'];
  const expected = shape(parse(options.join(' ')));
  for (let turn = 1; turn < options.length; turn++) {
    const turned = [...options.slice(turn), ...options.slice(0, turn)];
    expect(shape(parse(turned.join(' ')))).toEqual(expected);
    expect(
      shape(parse(turned.reverse().join(' ').toUpperCase().replace('X.WIM', 'x.wim').replace('TABLE', 'Table'))),
    ).toEqual(expected);
  }
});

it('values of an option that repeats keep their order, under both names', () => {
  const { globals, invocations } = parse(
    '/image:"c:\\images\\Image1" /Add-Driver /ForceUnsigned /DriverName:"C:\\Drivers\\1.inf" /Driver:"C:\\Drivers\\3.inf" /DriverName:"C:\\Drivers\\2.inf"',
  );
  expect(globals.image).toBe('c:\\images\\Image1');
  expect(invocations.map(({ command }) => command.name)).toEqual(['Add-Driver']);
  expect(invocations[0]!.values.all('Driver')).toEqual([
    'C:\\Drivers\\1.inf',
    'C:\\Drivers\\3.inf',
    'C:\\Drivers\\2.inf',
  ]);
  expect(invocations[0]!.values.has('ForceUnsigned')).toBe(true);
});

it('a command may carry its main value', () => {
  expect(parse('/Image:m /Enable-Feature:TelnetClient').invocations[0]!.values.all('FeatureName')).toEqual([
    'TelnetClient',
  ]);
  expect(parse('/Image:m /Set-TimeZone:"W. Europe Standard Time"').invocations[0]!.values.first('TimeZone')).toBe(
    'W. Europe Standard Time',
  );
});

it('the prefix of long paths is no wildcard', () => {
  expect(parse('/Image:\\\\?\\C:\\mount /Get-Packages').globals.image).toBe('\\\\?\\C:\\mount');
});

it('international commands may stand together', () => {
  const { invocations } = parse('/Image:m /Set-UILang:de-DE /Set-SysLocale:de-DE /Gen-LangIni /Distribution:d');
  expect(invocations.map(({ command }) => command.name)).toEqual(['Set-UILang', 'Set-SysLocale', 'Gen-LangIni']);
  expect(invocations[2]!.values.first('Distribution')).toBe('d');
});

it.each(['', '/?', '/Get-ImageInfo /?', '/Get-Help /Get-ImageInfo', '/LogPath /?', '/Get-Help:Get-ImageInfo'])(
  '%j asks for help',
  (line) => {
    expect(parseDismLine(splitCommandLine(line))).toMatchObject({ help: true });
  },
);

describe('lines that DISM.exe refuses', () => {
  it.each([
    ['unknown option', '/Get-Imageinf /ImageFile:x.wim', 87, 'The get-imageinf option is unknown.'],
    ['unknown option of a command', '/Get-ImageInfo /ImageFile:x /Frobnicate', 87, 'The frobnicate option is unknown.'],
    [
      'option of another command',
      '/Get-ImageInfo /ImageFile:x /Recurse',
      87,
      'The recurse option is not recognized in this context.',
    ],
    [
      'a blank before the colon',
      '/Get-ImageInfo /ImageFile : x',
      87,
      `DISM doesn't recognize the command-line option ":".`,
    ],
    ['no command', '/Image:m', 1639, 'The command-line is missing a required servicing command.'],
    ['no value', '/Get-ImageInfo /ImageFile:', 87, 'The imagefile option is missing a required argument.'],
    ['no colon', '/Get-ImageInfo /ImageFile', 87, 'The imagefile option is missing a required argument.'],
    [
      'a value too many',
      '/Image:m /Add-Driver /Driver:a /Recurse:yes',
      87,
      'The recurse option does not take an argument.',
    ],
    ['a value of the command', '/Get-ImageInfo:x.wim', 87, 'The get-imageinfo option does not take an argument.'],
    [
      'not a number',
      '/Get-ImageInfo /ImageFile:x /Index:one',
      87,
      'The one argument given for the index option is invalid.',
    ],
    [
      'not a word of the choice',
      '/Capture-Image /ImageFile:x /CaptureDir:c /Name:n /Compress:best',
      87,
      'The best argument',
    ],
    [
      'recovery is for export',
      '/Capture-Image /ImageFile:x /CaptureDir:c /Name:n /Compress:recovery',
      87,
      'The recovery argument',
    ],
    ['a wildcard', '/Image:m /Add-Driver /Driver:*.inf', 87, 'wildcards'],
    [
      'a repetition',
      '/Get-ImageInfo /ImageFile:x /ImageFile:y',
      87,
      'The imagefile option has been duplicated on the command-line.',
    ],
    ['two answer files', '/Image:m /Apply-Unattend:a.xml /Apply-Unattend:b.xml', 87, 'Only one command'],
    ['a required option', '/Get-ImageInfo', 87, '/ImageFile'],
    ['a required value', '/Image:m /Set-UILang', 87, 'missing a required argument'],
    ['none of a choice', '/Apply-Image /ImageFile:x /ApplyDir:o', 87, '/Index, /Name'],
    ['both of a choice', '/Get-ImageInfo /ImageFile:x /Index:1 /Name:n', 87, '/Index, /Name'],
    ['two commands', '/Image:m /Get-Packages /Get-Features', 87, 'Only one command'],
    ['two servicing commands, one international', '/Image:m /Set-UILang:de /Get-Packages', 87, 'Only one command'],
    ['an international command twice', '/Image:m /Set-UILang:de /Set-UILang:fr', 87, 'duplicated'],
    ['no image', '/Get-Packages', 87, 'The get-packages option is unknown.'],
    [
      'an image too many',
      '/Image:m /Get-ImageInfo /ImageFile:x',
      87,
      'The /Image option cannot be used in this context.',
    ],
    ['help on nothing', '/Nonsense /?', 87, 'No help topic could be found for the nonsense option.'],
    ['no command, online', '/Online', 1639, 'running DISM.exe /Online /?.'],
    ['a target path with a blank', '/Image:m /Set-TargetPath:"X:\\a b"', 87, 'argument given'],
    ['a target path below itself', '/Image:m /Set-TargetPath:X:\\a\\..\\b', 87, 'argument given'],
    ['a target path on a drive for disks', '/Image:m /Set-TargetPath:A:\\', 87, 'argument given'],
    ['a scratch space of another size', '/Image:m /Set-ScratchSpace:100', 87, 'The 100 argument'],
    ['image and online', '/Image:m /Online /Get-Packages', 87, 'Do not use the /Image'],
    ['WinDir online', '/Online /WinDir:w /Get-Packages', 87, 'Do not use the /Image'],
    [
      'WinDir alone',
      '/WinDir:w /Get-ImageInfo /ImageFile:x',
      87,
      'The option /WinDir is not recognized in this context.',
    ],
    ['a wrong log level', '/Get-ImageInfo /ImageFile:x /LogLevel:5', 87, 'The 5 argument'],
    ['offline only', '/Online /Add-Driver /Driver:a.inf', 50, '/Add-Driver'],
    ['online only', '/Image:m /Get-OSUninstallWindow', 50, '/Get-OSUninstallWindow'],
    ['undocumented', '/Get-ImageInfo /ImageFile:x /Sandbox:s', 50, '/Sandbox'],
  ])('%s', (_, line, code, sentence) => {
    expect(() => parse(line)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(sentence) }));
  });
});
