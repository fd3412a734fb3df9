// Codes: as DISM.exe gives them, as it prints them, as a process can return them.
import { expect, it } from 'vitest';
import { allCommands } from '../../../cmdlets/dism-exe/commands/index.ts';
import { codeText, failureOf, inOptions, processStatus } from '../../../cmdlets/dism-exe/failure.ts';
import { DismError } from '../../../lib/base/error.ts';
import { PipelineStopped } from '../../../lib/host/host-error.ts';

it.each([
  [0, '0', 0],
  [2, '2', 2],
  [50, '50', 50],
  [87, '87', 87],
  [1168, '1168', 1],
  [1639, '1639', 1],
  [3010, '3010', 194],
  [0xc1420117, '0xc1420117', 1],
  [0x800f081f, '0x800f081f', 1],
])('%i', (code, text, status) => {
  expect(codeText(code)).toBe(text);
  expect(processStatus(code, 'linux')).toBe(status);
});

it('Windows takes the code as it is', () => {
  expect(processStatus(3010, 'win32')).toBe(3010);
  expect(processStatus(0x800f081f, 'win32')).toBe(-2146498529);
});

it('an HRESULT of Win32 is its low word', () => {
  expect(failureOf(new DismError('NotFound', 'x')).code).toBe(2);
  expect(failureOf(new DismError('IntegrityFailure', 'x')).code).toBe(0xc1420110);
  expect(failureOf(new DismError('ImageNotFound', 'x')).code).toBe(0xc1510113);
  expect(failureOf(new PipelineStopped()).code).toBe(1223);
  expect(failureOf(new Error('x')).code).toBe(0x8000ffff);
});

it('a message of a cmdlet speaks of options and commands', () => {
  const capture = allCommands.find(({ name }) => name === 'Capture-Image');
  const text = 'x.wim exists. Use Add-WindowsImage, or -Force to replace it. See -Verify, or -NoRpFix: odd-Verify-x.';
  expect(inOptions(text, capture)).toBe('x.wim exists. Use /Append-Image. See /Verify, or /NoRpFix: odd-Verify-x.');
  expect(inOptions('Run Undo-WindowsImageChange.', undefined)).toBe('Run Undo-WindowsImageChange.');
});
