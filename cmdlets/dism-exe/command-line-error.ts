// A line that DISM.exe would refuse: its Win32 error code and the sentence that goes with it.

/** Win32 codes that a command line itself can end with. */
export const win32 = {
  fileNotFound: 2,
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

/** Error 87 with what DISM.exe says to do next: without `advice` the pointer to its help. */
export function wrongLine(
  sentence: string,
  advice = 'For more information, refer to the help by running DISM.exe /?.',
): CommandLineError {
  return new CommandLineError(win32.invalidParameter, `${sentence}\n${advice}`);
}

export function missingArgument(name: string): CommandLineError {
  const lower = name.toLowerCase();
  return wrongLine(
    `The ${lower} option is missing a required argument.`,
    `For more information, refer to the help by running DISM.exe /${lower} /?.`,
  );
}

/** Nobody knows the option, or no command of it is there for this image. */
export function unknownOption(name: string): CommandLineError {
  return wrongLine(`The ${name.toLowerCase()} option is unknown.`);
}

/** The option is that of another command, or not there for this image. */
export function wrongContext(name: string): CommandLineError {
  return wrongLine(
    `The ${name.toLowerCase()} option is not recognized in this context.`,
    'For more information, refer to the help.',
  );
}
