// The Package Manager of Windows Vista (pkgmgr.exe) as DISM.exe command lines. Its values are separated by semicolons;
// names of packages and features are those of DISM.

import { parseArgument } from './command-line.ts';
import { CommandLineError, win32 } from './command-line-error.ts';

/** The text of /?. */
export const pkgmgrHelp = [
  'pkgmgr /ip /m:<folder>[;<folder>]...       installs packages',
  'pkgmgr /up:<package>[;<package>]...        removes packages',
  'pkgmgr /iu:<feature>[;<feature>]... [/p:<package>]   turns features on',
  'pkgmgr /uu:<feature>[;<feature>]... [/p:<package>]   turns features off',
  'pkgmgr /n:<file>                           applies an answer file',
  '',
  '  /o:"<image>[;<Windows folder>]"   an offline image; without it the running Windows',
  '  /s:<folder>                       the folder for temporary files',
  '  /l:<file>                         the log file',
  '  /quiet, /norestart',
];

const wrong = (message: string): CommandLineError => new CommandLineError(win32.invalidParameter, message);

/** Options that hold, with the same meaning, a single value or none. */
const direct: Readonly<Record<string, string>> = {
  n: '/Apply-Unattend:',
  s: '/ScratchDir:',
  l: '/LogPath:',
  norestart: '/NoRestart',
};

function imageOptions(value: string): string[] {
  const [root = '', windows] = value.split(';');
  if (windows === undefined || windows === '') return [`/Image:${root}`];
  // The folder may be written in full; DISM takes it relative to the image.
  const clean = (path: string): string => path.replaceAll('\\', '/').replace(/\/+$/, '');
  const [base, folder] = [clean(root), clean(windows)];
  const inside = folder.toLowerCase().startsWith(`${base.toLowerCase()}/`);
  return [`/Image:${root}`, `/WinDir:${inside ? folder.slice(base.length + 1) : windows}`];
}

/** The DISM line of a pkgmgr line; 'help' for /?. Throws CommandLineError 87. */
export function translatePkgmgr(args: readonly string[]): readonly string[] | 'help' {
  const options = new Map<string, string | undefined>();
  for (const argument of args) {
    const { name, value } = parseArgument(argument);
    const key = name.toLowerCase();
    if (['?', 'h', 'help'].includes(key)) return 'help';
    if (!['ip', 'm', 'p', 'up', 'iu', 'uu', 'o', 'quiet', ...Object.keys(direct)].includes(key))
      throw wrong(`pkgmgr has no option /${name}.`);
    const isFlag = ['ip', 'quiet', 'norestart'].includes(key);
    if (isFlag !== (value === undefined)) throw wrong(`/${name} ${isFlag ? 'takes no' : 'needs a'} value.`);
    if (options.has(key)) throw wrong(`/${name} is given twice.`);
    options.set(key, value);
  }
  const split = (key: string): string[] => (options.get(key) ?? '').split(';').filter((item) => item !== '');
  const commands = ['ip', 'up', 'iu', 'uu', 'n'].filter((key) => options.has(key));
  if (commands.length === 0) return 'help';
  if (commands.length > 1) throw wrong(`/${commands[0]} and /${commands[1]} cannot be used together.`);
  if (options.has('p') && !/^[iu]u$/.test(commands[0] ?? '')) {
    throw new CommandLineError(
      win32.notSupported,
      `/p is supported with /iu and /uu only: it cannot choose a package for /${commands[0]}.`,
    );
  }
  if (options.has('m') && commands[0] !== 'ip') throw wrong(`/m goes with /ip, not with /${commands[0]}.`);
  const packageName = options.has('p') ? [`/PackageName:${options.get('p')}`] : [];
  const line: string[] = [...(options.has('o') ? imageOptions(options.get('o') ?? '') : ['/Online'])];
  switch (commands[0]) {
    case 'ip':
      if (split('m').length === 0) throw wrong('/ip needs /m with the folder of the package.');
      line.push('/Add-Package', ...split('m').map((folder) => `/PackagePath:${folder}`));
      break;
    case 'up':
      line.push('/Remove-Package', ...split('up').map((id) => `/PackageName:${id}`));
      break;
    case 'iu':
      line.push('/Enable-Feature', ...split('iu').map((name) => `/FeatureName:${name}`), ...packageName);
      break;
    case 'uu':
      line.push('/Disable-Feature', ...split('uu').map((name) => `/FeatureName:${name}`), ...packageName);
      break;
  }
  for (const [key, option] of Object.entries(direct))
    if (options.has(key)) line.push(option + (options.get(key) ?? ''));
  // pkgmgr prints nothing but errors.
  return [...line, '/Quiet'];
}
