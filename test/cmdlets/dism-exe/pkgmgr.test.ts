// pkgmgr command lines as DISM command lines.
import { expect, it } from 'vitest';
import { splitCommandLine } from '../../../cmdlets/dism-exe/command-line.ts';
import { parseDismLine } from '../../../cmdlets/dism-exe/dism-line.ts';
import { translatePkgmgr } from '../../../cmdlets/dism-exe/pkgmgr.ts';

it.each([
  ['/ip /m:C:\\pkg', '/Online /Add-Package /PackagePath:C:\\pkg /Quiet'],
  ['/ip /m:a;b /s:scratch /quiet', '/Online /Add-Package /PackagePath:a /PackagePath:b /ScratchDir:scratch /Quiet'],
  ['/up:one~1;two~2 /norestart', '/Online /Remove-Package /PackageName:one~1 /PackageName:two~2 /NoRestart /Quiet'],
  [
    '/iu:Telnet;SNMP /p:Foundation',
    '/Online /Enable-Feature /FeatureName:Telnet /FeatureName:SNMP /PackageName:Foundation /Quiet',
  ],
  ['/uu:Telnet /l:x.log', '/Online /Disable-Feature /FeatureName:Telnet /LogPath:x.log /Quiet'],
  ['/n:answer.xml /o:"C:\\mnt;C:\\mnt\\Windows"', '/Image:C:\\mnt /WinDir:Windows /Apply-Unattend:answer.xml /Quiet'],
  ['/iu:Telnet /o:/mnt/image', '/Image:/mnt/image /Enable-Feature /FeatureName:Telnet /Quiet'],
])('%s', (line, expected) => {
  const translated = translatePkgmgr(splitCommandLine(line)) as readonly string[];
  expect([...translated].sort()).toEqual(splitCommandLine(expected).sort());
  expect(parseDismLine(translated)).toHaveProperty('invocations.length', 1);
});

it.each(['/?', '/h', '/help', '/quiet', ''])('%j shows the help', (line) => {
  expect(translatePkgmgr(splitCommandLine(line))).toBe('help');
});

it('does not leave out what it cannot do', () => {
  expect(() => translatePkgmgr(['/ip', '/m:a', '/p:b'])).toThrow(expect.objectContaining({ code: 50 }));
  expect(() => translatePkgmgr(['/iu:a', '/m:b'])).toThrow(expect.objectContaining({ code: 87 }));
});

it.each(['/x', '/ip', '/iu', '/iu:a /uu:b', '/quiet:yes /iu:a', '/iu:a /iu:b'])('%s is error 87', (line) => {
  expect(() => translatePkgmgr(splitCommandLine(line))).toThrow(expect.objectContaining({ code: 87 }));
});
