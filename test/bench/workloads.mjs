// What is measured: for each piece of work one line of ours and one of the peer's that do the same. Inputs are WIM files
// that the peer wrote, the same for both sides.
import { copyFileSync, statSync, writeFileSync } from 'node:fs';

const quote = (path) => `'${path.replaceAll("'", "''")}'`;

/** How the peer writes each input. */
export const inputs = {
  none: ['--compress=none'],
  xpress: ['--compress=XPRESS'],
  lzx: ['--compress=LZX'],
  solid: ['--solid'],
};

function capture(id, title, ours, theirs) {
  return {
    id,
    title,
    cmdlet: 'New-WindowsImage',
    ours: ({ tree, file }) =>
      `New-WindowsImage -CapturePath ${quote(tree)} -ImagePath ${quote(file)} -Name Bench ${ours}`,
    theirs: ({ tree, file }) => ['capture', tree, file, 'Bench', ...theirs],
    check: 'image',
  };
}

function apply(input, title) {
  return {
    id: `apply-${input}`,
    title: `Apply ${title}`,
    cmdlet: 'Expand-WindowsImage',
    input,
    ours: ({ input: wim, folder }) =>
      `Expand-WindowsImage -ImagePath ${quote(wim)} -Index 1 -ApplyPath ${quote(folder)}`,
    theirs: ({ input: wim, folder }) => ['apply', wim, '1', folder],
    check: 'tree',
  };
}

function verify(input, title) {
  return {
    id: `verify-${input}`,
    title: `Verify ${title}`,
    cmdlet: 'Test-WindowsImage',
    input,
    ours: ({ input: wim }) => `Test-WindowsImage -ImagePath ${quote(wim)}`,
    theirs: ({ input: wim }) => ['verify', wim],
  };
}

const copyInput = ({ input, file }) => copyFileSync(input, file);
/** About four parts, in MiB, for the split. */
const partSize = (wim) => Math.max(1, Math.ceil(statSync(wim).size / 4 / 1048576));

export const workloads = [
  capture('capture-none', 'Capture, no compression', '-CompressionType None', ['--compress=none']),
  capture('capture-xpress', 'Capture XPRESS (Fast)', '-CompressionType Fast', ['--compress=XPRESS']),
  capture('capture-lzx-quick', 'Capture LZX Quick / level 20', '-CompressionType Max -CompressionLevel Quick', [
    '--compress=LZX:20',
  ]),
  capture('capture-lzx', 'Capture LZX Balanced / level 50', '-CompressionType Max', ['--compress=LZX:50']),
  capture(
    'capture-lzx-thorough',
    'Capture LZX Thorough / level 50',
    '-CompressionType Max -CompressionLevel Thorough',
    ['--compress=LZX:50'],
  ),
  capture('capture-lzx-extreme', 'Capture LZX Extreme / level 100', '-CompressionType Max -CompressionLevel Extreme', [
    '--compress=LZX:100',
  ]),
  capture('capture-solid', 'Capture solid LZMS (Recovery)', '-CompressionType Recovery', ['--solid']),
  {
    id: 'append',
    title: 'Append the same tree',
    cmdlet: 'Add-WindowsImage',
    input: 'lzx',
    setup: copyInput,
    ours: ({ tree, file }) => `Add-WindowsImage -CapturePath ${quote(tree)} -ImagePath ${quote(file)} -Name Again`,
    theirs: ({ tree, file }) => ['append', tree, file, 'Again'],
    check: 'image',
  },
  apply('none', 'without compression'),
  apply('xpress', 'XPRESS'),
  apply('lzx', 'LZX'),
  apply('solid', 'solid LZMS'),
  verify('none', 'without compression'),
  verify('xpress', 'XPRESS'),
  verify('lzx', 'LZX'),
  verify('solid', 'solid LZMS'),
  {
    id: 'list',
    title: 'List all files',
    cmdlet: 'Get-WindowsImageContent',
    input: 'lzx',
    ours: ({ input }) => `Get-WindowsImageContent -ImagePath ${quote(input)} -Index 1`,
    theirs: ({ input }) => ['dir', input, '1'],
  },
  {
    id: 'export',
    title: 'Export LZX to LZX',
    cmdlet: 'Export-WindowsImage',
    input: 'lzx',
    ours: ({ input, file }) =>
      `Export-WindowsImage -SourceImagePath ${quote(input)} -SourceIndex 1 -DestinationImagePath ${quote(file)} -CompressionType Max`,
    theirs: ({ input, file }) => ['export', input, '1', file],
    check: 'image',
  },
  {
    id: 'split',
    title: 'Split LZX into four',
    cmdlet: 'Split-WindowsImage',
    input: 'lzx',
    ours: ({ input, split }) =>
      `Split-WindowsImage -ImagePath ${quote(input)} -SplitImagePath ${quote(split)} -FileSize ${partSize(input)}`,
    theirs: ({ input, split }) => ['split', input, split, String(partSize(input))],
    check: 'split',
  },
  {
    id: 'rebuild',
    title: 'Rebuild LZX',
    cmdlet: 'Optimize-WindowsImageFile',
    input: 'lzx',
    setup: copyInput,
    ours: ({ file }) => `Optimize-WindowsImageFile -ImagePath ${quote(file)}`,
    theirs: ({ file }) => ['optimize', file],
    check: 'image',
  },
  {
    id: 'add-file',
    title: 'Add one file to LZX',
    cmdlet: 'Add-WindowsImageContent',
    input: 'lzx',
    setup: (paths) => {
      copyInput(paths);
      writeFileSync(paths.added, 'one more file\n'.repeat(700));
    },
    ours: ({ file, added }) =>
      `Add-WindowsImageContent -ImagePath ${quote(file)} -Index 1 -SourcePath ${quote(added)} -Destination '\\added.txt'`,
    theirs: ({ file, added }) => ['update', file, '1', `--command=add '${added}' '/added.txt'`],
    check: 'image',
  },
];
