// The parameters every cmdlet has, declared like any other so that help and completion know them.
import { enumeration, int32, type ParameterDeclarations, string, switchParameter } from '../parameter.ts';

/** What -ErrorAction and its siblings accept. */
export const actionPreferences = [
  'SilentlyContinue',
  'Stop',
  'Continue',
  'Inquire',
  'Ignore',
  'Suspend',
  'Break',
] as const;
export type ActionPreference = (typeof actionPreferences)[number];

/** Suspend and Break belong to workflows and debuggers, as in PowerShell: a command does not take them. */
const takesAction = (action: ActionPreference): string | undefined =>
  action === 'Suspend' || action === 'Break' ? `${action} is not available in this shell.` : undefined;

/** On every cmdlet and on functions that declare parameters. */
export const commonParameters = {
  Verbose: switchParameter({ help: 'Shows verbose messages.', aliases: ['vb'] }),
  Debug: switchParameter({ help: 'Shows debug messages.', aliases: ['db'] }),
  ErrorAction: enumeration(actionPreferences, {
    help: 'What to do on an error that does not end the command.',
    validate: takesAction,
    aliases: ['ea'],
  }),
  WarningAction: enumeration(actionPreferences, {
    help: 'What to do on a warning.',
    validate: takesAction,
    aliases: ['wa'],
  }),
  InformationAction: enumeration(actionPreferences, {
    help: 'What to do with information messages.',
    validate: takesAction,
    aliases: ['infa'],
  }),
  ProgressAction: enumeration(actionPreferences, {
    help: 'What to do with progress.',
    validate: takesAction,
    aliases: ['proga'],
  }),
  ErrorVariable: string({ help: 'The variable that receives errors; +Name appends.', aliases: ['ev'] }),
  WarningVariable: string({ help: 'The variable that receives warnings; +Name appends.', aliases: ['wv'] }),
  InformationVariable: string({ help: 'The variable that receives information; +Name appends.', aliases: ['iv'] }),
  OutVariable: string({ help: 'The variable that receives a copy of the output; +Name appends.', aliases: ['ov'] }),
  OutBuffer: int32({
    help: 'Passes records on in batches of so many and one more.',
    aliases: ['ob'],
    validate: (count) => (count < 0 ? 'it must not be negative.' : undefined),
  }),
  PipelineVariable: string({ help: 'The variable that holds the current record for later stages.', aliases: ['pv'] }),
} as const satisfies ParameterDeclarations;

/** On cmdlets that change something, in addition. */
export const changeParameters = {
  WhatIf: switchParameter({ help: 'Says what would happen and changes nothing.', aliases: ['wi'] }),
  Confirm: switchParameter({ help: 'Asks before each change.', aliases: ['cf'] }),
} as const satisfies ParameterDeclarations;

/** On every command, for running it as a job. */
export const jobParameters = {
  AsJob: switchParameter({ help: 'Runs in the background and returns a job at once.' }),
} as const satisfies ParameterDeclarations;

/** The common parameters as bound. */
export interface CommonValues {
  readonly Verbose?: boolean;
  readonly Debug?: boolean;
  readonly ErrorAction?: ActionPreference;
  readonly WarningAction?: ActionPreference;
  readonly InformationAction?: ActionPreference;
  readonly ProgressAction?: ActionPreference;
  readonly ErrorVariable?: string;
  readonly WarningVariable?: string;
  readonly InformationVariable?: string;
  readonly OutVariable?: string;
  readonly OutBuffer?: number;
  readonly PipelineVariable?: string;
  readonly WhatIf?: boolean;
  readonly Confirm?: boolean;
  readonly AsJob?: boolean;
}
