// A line that DISM.exe would refuse: its Win32 error code and the sentence that goes with it.

/** Win32 codes that a command line itself can end with. */
export const win32 = {
  pathNotFound: 3,
  notSupported: 50,
  invalidParameter: 87,
  cancelled: 1223,
  /** ERROR_INVALID_COMMAND_LINE. */
  incompleteLine: 1639,
  /** ERROR_SUCCESS_REBOOT_REQUIRED: not a failure. */
  restartRequired: 3010,
} as const;

/** Nothing has run. */
export class CommandLineError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'CommandLineError';
    this.code = code;
  }
}

/** Error 87 with the pointer to the help that DISM.exe adds. */
export function wrongLine(sentence: string): CommandLineError {
  return new CommandLineError(
    win32.invalidParameter,
    `${sentence}\nFor more information, refer to the help by running DISM.exe /?.`,
  );
}
